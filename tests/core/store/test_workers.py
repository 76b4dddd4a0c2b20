import os
from concurrent.futures import ThreadPoolExecutor

from core.store.database import open_store
from core.store.workers import (
    beat,
    extend_lease,
    find_worker,
    read_workers,
    register_worker,
    retire_worker,
)
from tests.racing import die


def serving(store, device):
    with store.read() as connection:
        return find_worker(connection, device)


def test_one_living_worker_serves_a_device(store):
    worker = register_worker(store, "cpu")
    assert worker is not None
    assert register_worker(store, "cpu") is None
    assert serving(store, "cpu") == worker
    assert serving(store, "cuda") is None


def test_of_many_that_start_at_once_one_gets_the_lease(store):
    stores = [open_store(store.url) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        workers = list(pool.map(lambda one: register_worker(one, "auto"), stores))
    assert sum(worker is not None for worker in workers) == 1


def test_another_device_has_a_lease_of_its_own(store):
    assert register_worker(store, "cpu") is not None
    assert register_worker(store, "cuda") is not None


def test_the_lease_of_a_dead_worker_is_free(store):
    first = register_worker(store, "cpu")
    die(store, first)
    assert serving(store, "cpu") is None
    second = register_worker(store, "cpu")
    assert second not in (None, first)


def test_a_lease_given_back_is_free_at_once(store):
    retire_worker(store, register_worker(store, "cpu"))
    assert serving(store, "cpu") is None
    assert read_workers(store).empty


def test_a_process_that_trains_its_own_runs_takes_no_lease(store):
    assert register_worker(store) is not None
    assert register_worker(store) is not None
    assert serving(store, "cpu") is None


def test_a_worker_for_the_best_device_serves_it_by_name_too(store):
    worker = register_worker(store, "auto")
    extend_lease(store, worker, "cpu")
    assert serving(store, "cpu") == serving(store, "auto") == worker


def test_a_lease_that_another_holds_is_not_taken(store):
    other, worker = register_worker(store, "cpu"), register_worker(store, "auto")
    extend_lease(store, worker, "cpu")
    assert serving(store, "cpu") == other


def test_a_beat_keeps_a_worker_alive_and_tells_what_changed(store):
    worker = register_worker(store, "cpu")
    assert read_workers(store)["state"].tolist() == ["starting"]
    die(store, worker)
    assert read_workers(store).empty
    beat(store, worker, state="ready", memory_used=5.0)
    found = read_workers(store).iloc[0]
    assert (found["id"], found["state"], found["memory_used"]) == (worker, "ready", 5.0)
    assert found["pid"] == os.getpid()
