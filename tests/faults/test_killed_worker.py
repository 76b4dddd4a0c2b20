import os
import signal
import time

import pytest

from core.store.reads import read_checkpoints, read_runs
from core.store.requests import request
from core.store.workers import LOST_AFTER
from tests.racing import assert_same_run, queue, run_core, started, statuses, wait_for

STEPS = 300

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def worker(store):
    return started("core.worker", "--store", store.url, "--device", "cpu")


def steps(store):
    return read_runs(store)["step"]


def resumable_from(store, run_ids):
    """The step of each run's last checkpoint."""
    kept = (read_checkpoints(store, run_id) for run_id in run_ids)
    return [int(one[one["kind"] == "resume"]["step"].max()) for one in kept]


def test_runs_of_a_killed_worker_are_interrupted_and_go_on_to_the_same_end(store, unbroken):
    run_ids = queue(store, steps=STEPS)
    with worker(store) as first:
        wait_for(lambda: steps(store).min() >= 20)
        request(store, run_ids, "pause")  # a pause leaves a checkpoint
        wait_for(lambda: set(statuses(store)) == {"paused"})
        saved = steps(store)
        request(store, run_ids, "resume")
        wait_for(lambda: (steps(store) > saved).all())
        first.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        assert set(statuses(store)) == {"running"}
        wait_for(lambda: set(statuses(store)) == {"interrupted"}, LOST_AFTER + 1)
        assert time.monotonic() - killed > 1  # it was not taken for dead before its time
    assert resumable_from(store, run_ids) == saved.tolist()

    answer = run_core("resume", run_ids[0], "--store", store.url)
    assert answer.returncode == 0, answer.stderr
    assert statuses(store) == ["finished", "interrupted"]
    request(store, run_ids[1:], "resume")
    with worker(store):
        wait_for(lambda: statuses(store) == ["finished"] * 2)
    for run_id, twin in zip(run_ids, unbroken[1], strict=True):
        assert_same_run(store, run_id, unbroken[0], twin)


def test_a_worker_that_is_asked_to_end_leaves_its_runs_ready_to_go_on(store, unbroken):
    run_ids = queue(store, steps=STEPS)
    with worker(store) as first:
        wait_for(lambda: steps(store).min() >= 20)
        with worker(store) as second:  # a device has one worker
            _, log = second.communicate(timeout=30)
            assert second.returncode == 0
            assert "a worker serves cpu already" in log
        first.send_signal(signal.SIGTERM)
        _, log = first.communicate(timeout=30)
    assert first.returncode == 0
    assert "Traceback" not in log
    assert statuses(store) == ["interrupted"] * 2
    assert resumable_from(store, run_ids) == steps(store).tolist()
    request(store, run_ids, "resume")
    with worker(store):
        wait_for(lambda: statuses(store) == ["finished"] * 2)
    for run_id, twin in zip(run_ids, unbroken[1], strict=True):
        assert_same_run(store, run_id, unbroken[0], twin)
