import math
import shutil
import time

import pytest
from PIL import Image

from core.engines.local import run_sizes
from core.store.database import open_store
from core.store.files import remove_files
from core.store.reads import (
    find_run,
    list_checkpoints,
    read_checkpoints,
    read_curves,
    read_runs,
    read_speeds,
)
from core.store.requests import request
from core.store.runs import append_runs, delete_runs
from tests.racing import (
    assert_same_run,
    cpu,
    curve,
    die,
    queue,
    racing,
    run_to_the_end,
    statuses,
    tiny,
    wait_for,
)

SPEC = {"families": ("resnet",), "steps": 60, "augmentation": "crop-flip"}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A run that trained alone and unbroken, and its store."""
    store = open_store(str(tmp_path_factory.mktemp("alone") / "lab.db"))
    (run_id,) = queue(store, **SPEC)
    run_to_the_end(store)
    return store, run_id


@pytest.fixture(autouse=True)
def attentive(monkeypatch):
    """A race that looks at requests and writes down what came in at every turn."""
    monkeypatch.setattr("core.race.ASK_SECONDS", 0.0)
    monkeypatch.setattr("core.race.RECORD_SECONDS", 0.0)


def advance(race, store, run_id, step):
    """Turns until a run has come so far, by what is recorded."""
    while read_runs(store, run_ids=[run_id])["step"].iloc[0] < step:
        race.turn()


def test_a_run_gives_the_same_numbers_alone_and_in_a_race(store, alone):
    everything = SPEC | {"families": ("plain", "resnet"), "seeds": (0, 1), "depths": (8, 14)}
    run_ids = queue(store, **everything)
    run_to_the_end(store)
    assert set(statuses(store)) == {"finished"}
    twin = next(run for run in run_ids if find_run(store, run) == find_run(alone[0], alone[1]))
    assert_same_run(store, twin, *alone)


def test_a_run_gives_the_same_numbers_paused_and_resumed(store, alone):
    (run_id,) = queue(store, **SPEC)
    with racing(store) as race:
        advance(race, store, run_id, 20)
        request(store, [run_id], "pause")
        while race.turn():
            pass
        assert statuses(store) == ["paused"]
        assert 20 <= curve(store, run_id)[-1][1] < 60
        request(store, [run_id], "resume")
        race.claim()
        while race.turn():
            pass
    assert_same_run(store, run_id, *alone)


def test_a_run_gives_the_same_numbers_after_its_worker_was_interrupted(store, alone):
    (run_id,) = queue(store, **SPEC)
    with racing(store) as race:
        advance(race, store, run_id, 20)
    assert statuses(store) == ["interrupted"]
    assert read_runs(store)["worker_id"].isna().all()
    request(store, [run_id], "resume")
    run_to_the_end(store)
    assert_same_run(store, run_id, *alone)


def test_a_run_goes_on_from_its_last_checkpoint_when_its_worker_died(store, alone, monkeypatch):
    (run_id,) = queue(store, **SPEC)
    monkeypatch.setattr("core.race.CHECKPOINT_SECONDS", 0.2)
    with racing(store) as dead:
        while (read_checkpoints(store, run_id)["kind"] == "resume").sum() < 1:
            dead.turn()
        saved = read_checkpoints(store, run_id)["step"].max()
        monkeypatch.setattr("core.race.CHECKPOINT_SECONDS", 1e9)
        advance(dead, store, run_id, saved + 10)
        die(store, dead.worker_id)
        request(store, [run_id], "resume")
        with racing(store) as race:
            race.turn()
            assert saved <= read_curves(store)["step"].max() <= saved + 1
            while race.turn():
                pass
        assert not dead.turn()  # it comes back and finds that the run is no longer its own
    assert_same_run(store, run_id, *alone)


def test_a_run_starts_again_when_no_checkpoint_is_intact(store, alone):
    (run_id,) = queue(store, **SPEC)
    with racing(store) as race:
        advance(race, store, run_id, 20)
    shutil.rmtree(store.folder / run_id)
    request(store, [run_id], "resume")
    run_to_the_end(store)
    assert_same_run(store, run_id, *alone)


def test_a_finished_run_is_told_in_full(alone):
    store, run_id = alone
    run = read_runs(store).iloc[0]
    assert (run["step"], run["epoch"]) == (60, pytest.approx(60 / 312))
    assert run["finished_at"] >= run["started_at"] >= run["created_at"]
    assert (run["device"], run["precision"]) == ("cpu", "float32")
    assert '"torch"' in run["versions"]
    assert 0 < run["seconds"] < 60
    assert run["images_per_second"] == pytest.approx(60 * 32 / run["seconds"])
    points = read_curves(store)
    assert run["test_error"] == points[points["split"] == "test"]["error"].iloc[-1]
    train = points[points["split"] == "train"]
    assert list(train["step"]) == list(range(1, 61))
    assert run["train_error"] == pytest.approx(train["error"].mean())
    assert set(read_checkpoints(store, run_id)["kind"]) == {"weights", "training"}
    steps = find_run(store, run_id).snapshot_steps(60)
    for kind in ("weights", "training"):
        assert list_checkpoints(store, run_id, kind) == list(steps)


def test_a_finished_run_leaves_its_speed_for_estimates(alone):
    speeds = read_speeds(alone[0], cpu().name, "float32")
    assert list(speeds["layers"]) == [8]
    assert 0 < speeds["seconds_per_step"].iloc[0] < 1


def test_all_nets_of_a_race_are_about_equally_far(store):
    run_ids = queue(store, depths=(8, 20), steps=100)
    with racing(store) as race:
        advance(race, store, run_ids[-1], 20)
        steps = read_runs(store)["step"]
    assert steps.max() - steps.min() <= 10


@pytest.mark.parametrize(("action", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_a_request_takes_effect_within_a_second_and_keeps_what_was_recorded(store, action, status):
    first, second = queue(store, steps=400)
    with racing(store) as race:
        advance(race, store, first, 10)
        before = curve(store, first)
        request(store, [first], action)
        asked = time.monotonic()
        while statuses(store)[0] != status:
            race.turn()
        assert time.monotonic() - asked < 1
        assert curve(store, first)[: len(before)] == before
        advance(race, store, second, 30)
    assert statuses(store) == [status, "interrupted"]


def test_a_stopped_run_can_be_resumed(store, alone):
    (run_id,) = queue(store, **SPEC)
    with racing(store) as race:
        advance(race, store, run_id, 20)
        request(store, [run_id], "stop")
        while race.turn():
            pass
    assert statuses(store) == ["stopped"]
    request(store, [run_id], "resume")
    run_to_the_end(store)
    assert_same_run(store, run_id, *alone)


def test_a_learning_rate_far_too_high_ends_one_run_and_no_other(store):
    queue(store, families=("plain",), learning_rates=(0.1, 1e6), steps=120)
    run_to_the_end(store)
    good, bad = (run for _, run in read_runs(store).iterrows())
    assert good["status"] == "finished"
    assert bad["status"] == "diverged"
    assert bad["message"] == f"the loss was no longer a number at step {bad['step']}"
    assert 0 < bad["step"] < 120
    points = read_curves(store, run_ids=[bad["run_id"]])
    assert len(points) > 0
    assert all(math.isfinite(loss) for loss in points["loss"])


def test_runs_whose_data_are_gone_fail_with_a_sentence_and_others_go_on(store, tmp_path):
    folder = tmp_path / "shapes"
    for split, number in (("train", 8), ("test", 4)):
        for name in ("dark", "light"):
            (folder / split / name).mkdir(parents=True)
            for index in range(number):
                image = Image.new("L", (8, 8), 20 * index + 60 * (name == "light"))
                image.save(folder / split / name / f"{index}.png")
    queue(store, dataset=f"folder:{folder}", batch_size=4, steps=5)
    queue(store, families=("plain",), steps=5)
    shutil.rmtree(folder)
    with racing(store) as race:
        while race.turn() or race.claim():
            pass
    runs = read_runs(store)
    assert list(runs["status"]) == ["finished", "failed", "failed"]
    assert set(runs["message"].iloc[1:]) == {
        f"there is no {folder}; give a directory or a zip of class folders"
    }


def test_one_experiment_waits_for_the_other(store):
    queue(store, families=("plain",), steps=30)
    queue(store, families=("plain",), steps=31)
    with racing(store) as race:
        race.turn()
        race.claim()
        assert statuses(store) == ["queued", "running"]
        while race.turn() or race.claim():
            pass
    assert statuses(store) == ["finished", "finished"]


def test_runs_added_to_a_race_under_way_join_it(store):
    queue(store, families=("plain",), steps=400)
    wider = tiny(families=("plain",), steps=400, depths=(8, 14))
    with racing(store) as race:
        race.turn()
        experiment_id = read_runs(store)["experiment_id"].iloc[0]
        append_runs(store, experiment_id, wider, **run_sizes(wider))
        race.claim()
        wait_for(lambda: race.turn() and statuses(store) == ["running", "running"])


def test_a_run_that_was_deleted_is_let_go(store):
    first, second = queue(store, steps=200)
    with racing(store) as race:
        advance(race, store, first, 10)
        die(store, race.worker_id)
        remove_files(store, delete_runs(store, [first]))
        advance(race, store, second, 30)
    assert list(read_runs(store)["run_id"]) == [second]
    assert [folder.name for folder in store.folder.iterdir()] == [second]


def test_a_run_that_was_deleted_on_its_last_step_is_let_go(store, monkeypatch):
    (run_id,) = queue(store, families=("plain",), steps=5)
    monkeypatch.setattr("core.race.ASK_SECONDS", 1e9)
    monkeypatch.setattr("core.race.RECORD_SECONDS", 1e9)
    with racing(store) as race:
        race.turn()
        while race.entries[run_id].step < 5:
            race.turn()
        die(store, race.worker_id)
        remove_files(store, delete_runs(store, [run_id]))
        while race.turn():
            pass
    assert read_runs(store).empty
    assert list(store.folder.iterdir()) == []
