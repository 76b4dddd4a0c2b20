"""Real nets to look into: the recorded race's, and new ones before their first step."""

from typing import Any

from core.inspect.nets import Address
from core.store.database import Store, open_store
from core.store.reads import read_runs
from tests.racing import ROOT, queue

GALLERY = open_store(str(ROOT / "assets" / "gallery" / "classroom" / "lab.db"), read_only=True)
TRAINED = 468  # steps, all that the recorded nets were trained


def recorded(family: str, depth: int, step: int = TRAINED) -> Address:
    """A net of the recorded race, of seed 0."""
    runs = read_runs(GALLERY)
    chosen = runs[(runs["family"] == family) & (runs["depth"] == depth) & (runs["seed"] == 0)]
    return GALLERY.url, True, chosen["run_id"].iloc[0], step


def untrained(store: Store, **fields: Any) -> Address:
    """A new net of 8 layers, 2 wide, with some fields changed."""
    return store.url, False, queue(store, **fields)[0], 0
