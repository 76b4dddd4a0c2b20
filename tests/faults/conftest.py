"""What an unbroken run gives, to compare with."""

from pathlib import Path

import pytest

from core.store.database import Store, open_store
from tests.racing import queue, run_to_the_end

STEPS = 300


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return open_store(str(tmp_path / "lab.db"))


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[str]]:
    """A store, and in it a plain and a residual net that trained without a fault."""
    store = open_store(str(tmp_path_factory.mktemp("unbroken") / "lab.db"))
    run_ids = queue(store, steps=STEPS)
    run_to_the_end(store)
    return store, run_ids
