"""A lab that is watched for long: neither memory nor threads may grow. Run by `make soak`."""

import time

import pytest

from benchmarks.lab import Lab, open_lab
from benchmarks.viewers import watch
from core.presets import PRESETS, with_settings

QUICK = with_settings(PRESETS["quick"], {"epochs": 1000})  # does not end under a test
MEGABYTE = 1e6
GROWTH = 15.0  # MB, in which allocators move without a leak
MOST_THREADS = 4  # more than before: those of sessions that are just ending


@pytest.fixture(scope="module")
def lab():
    with open_lab() as lab:
        watch(lab.url, "", viewers=1, updates=0)  # the first visit wakes the worker
        lab.wait_for_warm_worker()
        yield lab


@pytest.fixture(scope="module")
def link(lab: Lab):
    race = lab.start(QUICK)
    yield f"experiment={race}"
    lab.stop(race)


def memory(lab: Lab) -> float:
    """Resident, MB."""
    return lab.server.memory_info().rss / MEGABYTE


def test_memory_is_flat_over_2000_updates_of_one_page(lab, link):
    seen: list[float] = []
    watch(
        lab.url,
        link,
        viewers=1,
        updates=2200,
        hurry=True,
        after_each=lambda _: seen.append(memory(lab)),
    )
    assert seen[-1] - seen[199] < GROWTH


def test_memory_and_threads_are_flat_over_200_pages_that_come_and_go(lab, link):
    def come_and_go(times: int) -> None:
        for _ in range(times):
            watch(lab.url, link, viewers=5, updates=10)

    come_and_go(10)
    before, threads = memory(lab), lab.server.num_threads()
    come_and_go(40)
    time.sleep(2)
    assert memory(lab) - before < GROWTH
    assert lab.server.num_threads() <= threads + MOST_THREADS
