"""Runs and their nets, as commands find them: in the user's store or in the gallery."""

from sqlalchemy import Row

from core.store.database import Store
from core.store.reads import list_checkpoints, list_run
from core.store.recorded import find_store


def stored_run(store: Store, run_id: str) -> tuple[Store, Row]:
    """The store that holds a run, the user's or a recorded one, and the run's row.

    Raises:
        ValueError: neither holds it.
    """
    found = find_store(store, run_id)
    row = list_run(found, run_id) if found else None
    if found is None or row is None:
        raise ValueError(
            f"no run {run_id!r} in the store or the gallery; `python -m core runs` lists the"
            " store's"
        )
    return found, row


def newest_net(store: Store, run_id: str) -> int | None:
    """The last step at which a run's net was kept; None when it never was."""
    kinds = ("weights", "resume")
    return max(
        (step for kind in kinds for step in list_checkpoints(store, run_id, kind)), default=None
    )
