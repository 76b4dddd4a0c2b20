import os
import signal

import pytest

from core.data.catalogue import describe_dataset
from core.engines.local import LocalEngine, run_sizes
from core.store.reads import read_runs
from core.store.recording import record_speed
from core.store.workers import beat, read_workers, register_worker
from tests.racing import cpu, run_to_the_end, statuses, tiny, wait_for

MINI = describe_dataset("fashion-mnist-mini")


@pytest.fixture
def engine(store):
    return LocalEngine(store)


@pytest.fixture
def no_process(store):
    """A worker is there already, so that none is started."""
    worker = register_worker(store, "cpu")
    beat(store, worker, state="ready", **cpu().facts())


def test_an_experiment_is_trained_by_a_process_of_its_own(engine, home):
    store = engine.store
    experiment_id, new = engine.submit(tiny(depths=(8,)))
    assert new
    engine.wake("cpu")  # as by a second page: it must not become a second worker
    wait_for(lambda: set(statuses(store)) == {"finished"})
    workers = read_workers(store)
    assert len(workers) == 1
    pid = int(workers["pid"].iloc[0])
    assert pid != os.getpid()
    assert set(read_runs(store)["experiment_id"]) == {experiment_id}
    if os.name != "nt":
        assert os.getsid(pid) == pid  # it outlives the terminal of the dashboard
    assert "Traceback" not in (home / "logs" / "worker-cpu.log").read_text()
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: read_workers(store).empty)


def test_the_same_experiment_twice_is_one(engine, no_process):
    first, _ = engine.submit(tiny())
    assert engine.submit(tiny()) == (first, False)


def test_a_wider_grid_adds_its_runs(engine, no_process):
    experiment_id, _ = engine.submit(tiny())
    assert len(engine.widen(experiment_id, tiny(depths=(8, 14)))) == 2
    assert len(read_runs(engine.store, experiment_id)) == 4


def test_a_request_is_passed_on(engine, no_process):
    experiment_id, _ = engine.submit(tiny())
    run_ids = list(read_runs(engine.store)["run_id"])
    engine.request(experiment_id, run_ids[:1], "pause")
    assert statuses(engine.store) == ["paused", "queued"]
    engine.request(experiment_id, run_ids, "resume")
    run_to_the_end(engine.store)
    assert statuses(engine.store) == ["finished"] * 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"dataset": "fashion"}, "there is no data set 'fashion'; the nearest is fashion-mnist"),
        ({"dataset": "folder:/none/there"}, "there is no /none/there"),
        ({"batch_size": 10_001}, "batch size 10001 is larger than the 10000 training images"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_it_is_queued(engine, fields, says):
    with pytest.raises(ValueError, match=says):
        engine.submit(tiny(**fields))
    with pytest.raises(ValueError, match=says):
        engine.cost(tiny(**fields))
    assert read_runs(engine.store).empty
    assert read_workers(engine.store).empty


def test_a_cost_tells_parameters_and_no_time_before_anything_was_timed(engine):
    cost = engine.cost(tiny(depths=(8, 14)))
    assert cost.parameters == (1320, 1320, 2888, 2888)
    assert cost.parameters == run_sizes(tiny(depths=(8, 14)))["parameters"]
    assert cost.multiply_adds[0] == cost.multiply_adds[1] < cost.multiply_adds[2]
    assert cost.seconds is None


def test_a_cost_tells_the_time_on_the_device_of_the_living_worker(engine, no_process):
    experiment = tiny(precision="auto")
    for precision, seconds in ((cpu().precision, 0.01), ("other", 5.0)):
        record_speed(
            engine.store,
            device_name=cpu().name,
            precision=precision,
            layers=8,
            multiply_adds=engine.cost(experiment).multiply_adds[0],
            batch_size=32,
            seconds_per_step=seconds,
        )
    whole = engine.cost(experiment).seconds
    half = engine.cost(experiment, experiment.specs()[:1]).seconds
    assert whole is not None
    assert half is not None
    assert 0.01 * 40 < half < whole < 0.01 * 40 * 2 * 4  # evaluation included
    assert engine.cost(tiny(device="cuda")).seconds is None


def test_a_device_that_is_served_gets_no_second_process(engine, no_process, home):
    engine.submit(tiny())
    assert not (home / "logs").exists()
