from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.engines.local import run_sizes
from core.spec import Experiment
from core.store.checkpoints import save_checkpoint
from core.store.database import open_store
from core.store.files import remove_files
from core.store.reads import find_experiment, find_run, read_experiments, read_runs
from core.store.recording import Progress, record
from core.store.requests import claim, request
from core.store.runs import annotate, append_runs, delete_runs, submit
from core.store.tables import metadata
from core.store.workers import register_worker
from tests.racing import POINT, die, queue, run_to_the_end, statuses, tiny


def send(store, experiment=None, **options):
    experiment = experiment or tiny()
    return submit(store, experiment, source="test", **run_sizes(experiment), **options)


def widen(store, experiment_id, experiment):
    return append_runs(store, experiment_id, experiment, **run_sizes(experiment))


def rows(store, table):
    with store.read() as connection:
        return connection.execute(
            select(func.count()).select_from(metadata.tables[table])
        ).scalar_one()


def test_a_submitted_experiment_waits_with_all_its_runs(store):
    experiment_id, new = send(store, tiny(depths=(8, 14), seeds=(3, 4), name="ours"))
    assert new
    found = read_runs(store, experiment_id)
    assert list(found["label"]) == [
        f"{net} · seed {seed}"
        for seed in (3, 4)
        for net in ("plain-8", "residual-8", "plain-14", "residual-14")
    ]
    assert set(found["status"]) == {"queued"}
    assert set(found["experiment"]) == {"ours"}
    assert set(found["steps"]) == {40}
    assert found["epochs"].iloc[0] == pytest.approx(40 / 312)  # 10,000 images in whole batches
    # by hand: stem 22, blocks of 80 + 232 + 896, head 90; six layers more are 80 + 304 + 1184
    assert found["parameters"].tolist() == [1320, 1320, 2888, 2888] * 2
    assert (found["step"] == 0).all()


def test_a_run_has_the_spec_that_was_submitted(store):
    experiment_id, _ = send(store)
    assert find_experiment(store, experiment_id) == tiny()
    specs = tuple(find_run(store, run_id) for run_id in read_runs(store)["run_id"])
    assert specs == tiny().specs()


def test_learning_rates_are_told_apart_by_name(store):
    queue(store, learning_rates=(0.1, 0.003), families=("plain",))
    assert list(read_runs(store)["label"]) == ["plain-8 · lr 0.1", "plain-8 · lr 0.003"]


def test_the_same_experiment_while_one_is_queued_is_that_one(store):
    first, _ = send(store)
    assert send(store) == (first, False)
    assert len(read_runs(store)) == 2


def test_the_same_experiment_while_one_is_trained_or_paused_is_that_one(store):
    first, _ = send(store)
    claim(store, register_worker(store, "cpu"), ("cpu",))
    assert send(store) == (first, False)
    other = tiny(steps=41)
    second, _ = send(store, other)
    request(store, list(read_runs(store, second)["run_id"]), "pause")
    assert send(store, other) == (second, False)


def test_the_same_experiment_after_one_ended_is_a_second(store):
    first, _ = send(store)
    request(store, list(read_runs(store)["run_id"]), "stop")
    second, new = send(store)
    assert new
    assert second != first


def test_the_same_experiment_after_its_worker_died_is_a_second(store):
    send(store)
    worker = register_worker(store, "cpu")
    claim(store, worker, ("cpu",))
    die(store, worker)
    _, new = send(store)
    assert new
    assert statuses(store) == ["queued"] * 2 + ["interrupted"] * 2


def test_another_experiment_is_not_joined(store):
    assert send(store)[1]
    assert send(store, tiny(width=3))[1]


def test_many_at_once_are_one_experiment(store):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(open_store(store.url)), range(8)))
    assert len({experiment_id for experiment_id, _ in answers}) == 1
    assert sorted(new for _, new in answers) == [False] * 7 + [True]
    assert len(read_runs(store)) == 2


def test_the_command_line_never_joins_and_holds_its_runs_itself(store):
    send(store)
    worker = register_worker(store)
    mine, new = send(store, worker_id=worker)
    assert new
    assert set(read_runs(store, mine)["worker_id"]) == {worker}


def test_widening_queues_only_what_is_missing(store):
    experiment_id, _ = send(store)
    before = list(read_runs(store)["run_id"])
    added = widen(store, experiment_id, tiny(depths=(8, 14)))
    found = read_runs(store, experiment_id)
    assert list(found["run_id"]) == before + added
    assert list(found["label"]) == ["plain-8", "residual-8", "plain-14", "residual-14"]
    assert widen(store, experiment_id, tiny(depths=(8, 14))) == []
    experiment = find_experiment(store, experiment_id)
    assert isinstance(experiment, Experiment)
    assert experiment.depths == (8, 14)


def test_widening_after_a_deletion_keeps_the_order(store):
    experiment_id, _ = send(store)
    first, second = read_runs(store)["run_id"]
    delete_runs(store, [first])
    added = widen(store, experiment_id, tiny(depths=(8, 14)))
    found = read_runs(store, experiment_id)
    assert list(found["run_id"]) == [second, *added]
    assert found["position"].is_unique


def test_a_deleted_experiment_cannot_be_widened(store):
    experiment_id, _ = send(store)
    delete_runs(store, list(read_runs(store)["run_id"]))
    with pytest.raises(ValueError, match=f"there is no experiment {experiment_id}"):
        widen(store, experiment_id, tiny())


def test_a_note_and_a_new_name_are_kept(store):
    experiment_id, _ = send(store)
    annotate(store, experiment_id, name="  our race ", note=" nice ")
    found = read_experiments(store).iloc[0]
    assert (found["name"], found["note"]) == ("our race", "nice")
    assert set(read_runs(store)["experiment"]) == {"our race"}


def test_an_empty_name_leaves_the_old_one(store):
    experiment_id, _ = send(store)
    annotate(store, experiment_id, name="  ", note="")
    assert read_experiments(store)["name"].iloc[0] == "tiny"


def test_deleted_runs_leave_neither_rows_nor_files(store):
    run_ids = queue(store)
    run_to_the_end(store)
    assert rows(store, "checkpoints") > 0
    assert {file.name for file in store.folder.iterdir()} == set(run_ids)
    remove_files(store, delete_runs(store, run_ids))
    counts = [rows(store, name) for name in ("experiments", "runs", "curves", "checkpoints")]
    assert counts == [0, 0, 0, 0]
    assert list(store.folder.iterdir()) == []


def test_deleting_one_run_leaves_the_other_whole(store):
    first, second = queue(store)
    run_to_the_end(store)
    remove_files(store, delete_runs(store, [first]))
    assert list(read_runs(store)["run_id"]) == [second]
    assert [folder.name for folder in store.folder.iterdir()] == [second]
    assert len(list((store.folder / second).iterdir())) == rows(store, "checkpoints") > 0
    assert len(read_experiments(store)) == 1


def test_what_a_killed_worker_left_goes_with_the_run(store):
    run_id, _ = queue(store)
    save_checkpoint(store, run_id, "weights", 1, {})
    (store.folder / run_id / ".part-x").write_bytes(b"half")
    (store.folder / run_id / "00000009-resume.safetensors").write_bytes(b"never recorded")
    remove_files(store, delete_runs(store, [run_id]))
    assert not (store.folder / run_id).exists()


def test_runs_that_are_trained_are_not_deleted(store):
    run_ids = queue(store)
    claim(store, register_worker(store, "cpu"), ("cpu",))
    with pytest.raises(ValueError, match="2 of these runs are training; stop them first"):
        delete_runs(store, run_ids)
    assert len(read_runs(store)) == 2


def test_runs_of_a_dead_worker_can_be_deleted(store):
    run_ids = queue(store)
    worker = register_worker(store, "cpu")
    claim(store, worker, ("cpu",))
    die(store, worker)
    delete_runs(store, run_ids)
    assert record(store, worker, [Progress(run_ids[0], {"step": 9}, [POINT])]) == set()
    assert rows(store, "curves") == 0
