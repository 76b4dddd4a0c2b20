"""What the dashboard's process holds: no torch, and no more after many updates than after some.

`make soak` looks longer.
"""

from pathlib import Path

import pytest

from benchmarks.lab import Lab, open_lab
from benchmarks.viewers import watch

MEGABYTE = 1e6
GROWTH = 10.0  # MB in 100 updates; allocators move a few without a leak


@pytest.fixture(scope="module")
def lab():
    with open_lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def memory(lab: Lab) -> list[float]:
    """MB after each of 150 updates of the recorded race, for three viewers."""
    seen: list[float] = []

    def look(_: int) -> None:
        seen.append(lab.server.memory_info().rss / MEGABYTE)

    watch(lab.url, "", viewers=3, updates=150, hurry=True, after_each=look)
    return seen


def test_memory_is_flat_while_a_page_is_updated(memory):
    assert memory[-1] - memory[49] < GROWTH


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="this system has no /proc/PID/maps"
)
def test_no_torch_is_in_the_process_after_the_page_was_shown(lab, memory):
    assert "libtorch" not in Path(f"/proc/{lab.server.pid}/maps").read_text()
