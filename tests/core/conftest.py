"""A tiny race that has been run to its end, for tests that only look at it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.store.database import Store, open_store
from tests.racing import queue, run_to_the_end


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return open_store(str(tmp_path / "lab.db"))


@pytest.fixture
def as_nobody():
    """A context in which permissions hold, as they do not for root; a folder to be reached."""

    @contextmanager
    def as_nobody(folder: Path) -> Iterator[None]:
        if os.name == "nt":
            pytest.skip("permissions work otherwise on Windows")
        if os.geteuid() != 0:
            yield
            return
        way = (folder, *folder.parents)
        closed = [parent for parent in way if not parent.stat().st_mode & 0o001]
        for parent in closed:
            parent.chmod(0o711)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
            for parent in closed:
                parent.chmod(0o700)

    return as_nobody


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A plain and a residual net of two seeds that have learned something. Not to be written."""
    trained = open_store(str(tmp_path_factory.mktemp("trained") / "lab.db"))
    queue(trained, steps=60, width=4, seeds=(0, 1), snapshots=10)
    run_to_the_end(trained)
    return trained
