import logging
import math
import threading
import time

import pytest
from sqlalchemy import event

from core.signals import StopSignal
from core.store.database import open_store
from core.store.reads import read_curves, read_runs, read_speeds
from core.store.workers import read_workers, register_worker
from core.training.device import available_devices
from core.worker import main, serve
from tests.racing import assert_same_run, cpu, queue, run_to_the_end, statuses, wait_for

IDLE_MINUTES = 0.01


@pytest.fixture
def working(store):
    """Workers of that store in threads; those that are left are asked to end."""
    stop, threads = StopSignal(), []

    def work(device="cpu", idle_minutes=math.inf):
        own = open_store(store.url)
        thread = threading.Thread(target=serve, args=(own, device, idle_minutes, stop))
        thread.start()
        threads.append(thread)
        return thread

    yield work
    stop.received = True
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def timed(store):
    """The store knows this computer's speed: a worker need not measure it."""
    queue(store, families=("plain",), steps=2)
    run_to_the_end(store)
    return store


def test_a_worker_trains_what_is_queued_and_ends_when_idle_for_long(store):
    queue(store)
    serve(store, "cpu", IDLE_MINUTES, StopSignal())
    assert statuses(store) == ["finished"] * 2
    assert read_workers(store).empty


def test_a_worker_goes_on_with_what_comes_later(timed, working):
    working()
    wait_for(lambda: read_workers(timed)["state"].tolist() == ["ready"])
    queue(timed)
    wait_for(lambda: statuses(timed) == ["finished"] * 3)


def test_a_worker_tells_its_device_and_memory(timed, working):
    working("auto")
    wait_for(lambda: read_workers(timed)["state"].tolist() == ["ready"])
    worker = read_workers(timed).iloc[0]
    assert worker["device"] in available_devices()
    assert worker["devices"].split() == list(available_devices())
    assert 0 < worker["memory_used"] < worker["memory_total"]
    assert worker["serves"].split() == ["auto", worker["device"]]


def test_two_workers_that_start_at_once_are_one(timed, working):
    queue(timed, steps=200)
    first, second = working(), working()
    wait_for(lambda: not (first.is_alive() and second.is_alive()))
    wait_for(lambda: statuses(timed)[:2] == ["running"] * 2)
    assert first.is_alive() != second.is_alive()
    assert read_runs(timed)["worker_id"].iloc[:2].nunique() == 1
    assert len(read_workers(timed)) == 1


def test_a_worker_that_finds_its_device_served_ends_at_once(store):
    register_worker(store, "cpu")
    queue(store)
    serve(store, "cpu", math.inf, StopSignal())
    assert statuses(store) == ["queued"] * 2


def test_runs_for_a_device_that_is_not_there_fail_with_a_sentence(store):
    missing = next(device for device in ("mps", "cuda") if device not in available_devices())
    queue(store, device=missing)
    queue(store, device=missing, steps=41)
    queue(store)
    with pytest.raises(ValueError, match=f"no device '{missing}' here; there is "):
        serve(store, missing, IDLE_MINUTES, StopSignal())
    assert statuses(store) == ["queued"] * 2 + ["failed"] * 4
    assert f"no device '{missing}' here" in read_runs(store)["message"].iloc[2]
    assert read_workers(store).empty


def test_a_new_computer_is_timed_before_the_first_race(store):
    serve(store, "cpu", 0.0, StopSignal())
    assert len(read_speeds(store, cpu().name, cpu().precision)) > 1


def test_a_worker_with_a_bad_store_ends_with_a_sentence(tmp_path):
    (tmp_path / "lab.db").write_text("a letter to nobody" * 100)
    with pytest.raises(SystemExit, match=r"the worker ends: cannot open .*: file is not"):
        main(["--store", str(tmp_path / "lab.db")])


def test_a_full_store_is_waited_for_and_leaves_no_hole(store, caplog, working, tmp_path):
    unbroken = open_store(str(tmp_path / "unbroken" / "lab.db"))
    queue(unbroken, steps=100)
    run_to_the_end(unbroken)
    run_ids = queue(store, steps=100)
    with store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    own, stop = open_store(store.url), StopSignal()

    @event.listens_for(own.engine, "checkout")
    def limit(connection, *_):
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    own.engine.dispose()
    caplog.set_level(logging.WARNING, "core.worker")
    worker = threading.Thread(target=serve, args=(own, "cpu", IDLE_MINUTES, stop))
    worker.start()
    wait_for(lambda: "waiting for space: database or disk is full" in caplog.text)
    assert set(statuses(store)) == {"running"}
    time.sleep(0.5)
    pages = 2**30
    worker.join(60)
    assert not worker.is_alive()
    for run_id, other in zip(run_ids, read_runs(unbroken)["run_id"], strict=True):
        assert_same_run(store, run_id, unbroken, other)
    assert len(read_curves(store)) == len(read_curves(unbroken))
