import pytest
from sqlalchemy import delete

from core.store.reads import read_curves, read_runs
from core.store.recording import Progress, read_held, record, release_run, start_run
from core.store.requests import claim, hand_over, request
from core.store.tables import workers
from core.store.workers import register_worker
from tests.racing import POINT, die, queue, statuses

FACTS = {"device": "cpu", "device_name": "x", "precision": "float32", "versions": {}}
DEVICES = ("auto", "cpu")


@pytest.fixture
def run_id(store):
    (run_id,) = queue(store, families=("plain",))
    return run_id


def start(store, run_id):
    """A living worker trains it."""
    worker = register_worker(store)
    claim(store, worker, DEVICES)
    start_run(store, worker, run_id, from_step=-1, facts=FACTS)
    return worker


def bring(store, run_id, status):
    """Bring a run to a status as people and workers do; the worker's id."""
    if status == "queued":
        return None
    worker = start(store, run_id)
    if status == "lost":
        die(store, worker)
    elif status != "running":
        release_run(store, worker, run_id, status, "")
    return worker


def run(store, run_id):
    return read_runs(store, run_ids=[run_id]).iloc[0]


@pytest.mark.parametrize(
    ("status", "action", "then"),
    [
        ("queued", "pause", "paused"),
        ("queued", "stop", "stopped"),
        ("queued", "resume", "queued"),
        ("paused", "pause", "paused"),
        ("paused", "stop", "stopped"),
        ("paused", "resume", "queued"),
        ("stopped", "pause", "stopped"),
        ("stopped", "stop", "stopped"),
        ("stopped", "resume", "queued"),
        ("interrupted", "pause", "paused"),
        ("interrupted", "stop", "stopped"),
        ("interrupted", "resume", "queued"),
        ("lost", "pause", "paused"),
        ("lost", "stop", "stopped"),
        ("lost", "resume", "queued"),
        ("failed", "pause", "failed"),
        ("failed", "stop", "failed"),
        ("failed", "resume", "queued"),
        ("finished", "pause", "finished"),
        ("finished", "stop", "finished"),
        ("finished", "resume", "finished"),
        ("diverged", "pause", "diverged"),
        ("diverged", "stop", "diverged"),
        ("diverged", "resume", "diverged"),
    ],
)
def test_a_run_that_nobody_trains_obeys_at_once(store, run_id, status, action, then):
    bring(store, run_id, status)
    request(store, [run_id], action)
    found = run(store, run_id)
    assert found["status"] == then
    assert found["requested"] is None
    assert found["worker_id"] is None


def test_a_run_of_a_dead_worker_is_interrupted(store, run_id):
    bring(store, run_id, "lost")
    assert statuses(store) == ["interrupted"]


def test_a_run_that_a_dead_worker_had_taken_but_not_begun_is_interrupted(store, run_id):
    worker = register_worker(store)
    claim(store, worker, DEVICES)
    assert statuses(store) == ["queued"]
    die(store, worker)
    assert statuses(store) == ["interrupted"]
    request(store, [run_id], "resume")
    assert statuses(store) == ["queued"]


@pytest.mark.parametrize("action", ["pause", "stop"])
def test_a_run_that_is_trained_keeps_the_request_for_its_worker(store, run_id, action):
    worker = start(store, run_id)
    request(store, [run_id], action)
    assert statuses(store) == ["running"]
    assert [held.requested for held in read_held(store, worker)] == [action]


def test_resuming_takes_a_pause_back_that_has_not_happened_yet(store, run_id):
    worker = start(store, run_id)
    request(store, [run_id], "pause")
    request(store, [run_id], "resume")
    assert [held.requested for held in read_held(store, worker)] == [None]
    assert statuses(store) == ["running"]


def test_a_request_to_some_runs_leaves_the_others_alone(store):
    first, _ = queue(store)
    request(store, [first], "pause")
    assert statuses(store) == ["paused", "queued"]


def test_a_stopped_run_has_an_end_and_a_resumed_one_has_none(store, run_id):
    request(store, [run_id], "stop")
    assert run(store, run_id)["finished_at"] == run(store, run_id)["finished_at"]  # not NaT
    request(store, [run_id], "resume")
    assert run(store, run_id)["finished_at"] != run(store, run_id)["finished_at"]


def test_a_worker_takes_the_oldest_experiment_whole(store):
    first = queue(store)
    queue(store, steps=41)
    worker = register_worker(store)
    taken = claim(store, worker, DEVICES)
    assert taken == read_runs(store, run_ids=first)["experiment_id"].iloc[0]
    assert [held.run_id for held in read_held(store, worker)] == first


def test_no_two_workers_take_the_same_runs(store):
    queue(store)
    one, other = register_worker(store), register_worker(store)
    assert claim(store, one, DEVICES) is not None
    assert claim(store, other, DEVICES) is None
    assert read_held(store, other) == []


def test_a_worker_leaves_runs_for_other_devices(store):
    queue(store, device="cuda")
    worker = register_worker(store)
    assert claim(store, worker, DEVICES) is None
    assert claim(store, worker, ("cuda",)) is not None


def test_a_worker_on_an_experiment_takes_only_its_runs(store):
    first = queue(store)
    experiment_id = read_runs(store)["experiment_id"].iloc[0]
    queue(store, steps=41)
    worker = register_worker(store)
    claim(store, worker, DEVICES, experiment_id)
    assert claim(store, worker, DEVICES, experiment_id) is None
    assert [held.run_id for held in read_held(store, worker)] == first


@pytest.mark.parametrize("status", ["queued", "paused", "stopped", "interrupted", "lost", "failed"])
def test_a_run_can_be_handed_to_one_worker(store, run_id, status):
    bring(store, run_id, status)
    mine = register_worker(store)
    hand_over(store, run_id, mine)
    assert [held.run_id for held in read_held(store, mine)] == [run_id]
    assert claim(store, register_worker(store), DEVICES) is None


@pytest.mark.parametrize("status", ["finished", "diverged"])
def test_a_run_that_has_ended_is_not_handed_over(store, run_id, status):
    bring(store, run_id, status)
    with pytest.raises(ValueError, match=f"has {status}; only an unended run can go on"):
        hand_over(store, run_id, register_worker(store))


def test_a_run_that_is_trained_is_not_handed_over(store, run_id):
    start(store, run_id)
    with pytest.raises(ValueError, match="is being trained already"):
        hand_over(store, run_id, register_worker(store))


def test_what_a_worker_writes_about_a_run_it_lost_changes_nothing(store, run_id):
    worker = bring(store, run_id, "lost")
    request(store, [run_id], "resume")
    other = start(store, run_id)
    record(store, other, [Progress(run_id, {}, [POINT])])
    start_run(store, worker, run_id, from_step=-1, facts=FACTS)
    record(store, worker, [Progress(run_id, {"step": 9}, [POINT | {"step": 9}])])
    release_run(store, worker, run_id, "finished", "")
    assert statuses(store) == ["running"]
    assert run(store, run_id)["worker_id"] == other
    assert list(read_curves(store)["step"]) == [POINT["step"]]


def test_a_running_run_whose_worker_is_forgotten_is_interrupted(store, run_id):
    start(store, run_id)
    with store.write() as connection:
        connection.execute(delete(workers))
    assert statuses(store) == ["interrupted"]
