"""The recorded races that ship with the lab, and which store a run lies in. Knows no torch."""

from functools import lru_cache
from pathlib import Path

from core.store.database import Store, open_store
from core.store.reads import list_run

GALLERY = Path(__file__).resolve().parents[2] / "assets" / "gallery"


@lru_cache
def recorded_stores() -> tuple[Store, ...]:
    """The stores of the gallery, opened read-only, by name."""
    files = sorted(GALLERY.glob("*/lab.db"))
    return tuple(open_store(str(file), read_only=True) for file in files)


def find_store(store: Store, run_id: str) -> Store | None:
    """The user's store if it holds the run, else the gallery's that does; None if none does."""
    stores = (store, *recorded_stores())
    return next((one for one in stores if list_run(one, run_id) is not None), None)
