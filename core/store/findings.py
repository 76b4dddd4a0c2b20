"""What was found out about a net by long work, kept so that nobody waits for it twice."""

import io
import json
import time
from collections.abc import Mapping

import numpy as np
from sqlalchemy import ColumnElement, delete, insert, select

from core.store.database import Store, StoreError
from core.store.tables import findings, runs

Settings = Mapping[str, float | str]  # all that decides the finding, beside the net
Arrays = Mapping[str, np.ndarray]


def keep_finding(
    store: Store,
    run_id: str,
    step: int,
    name: str,
    settings: Settings,
    arrays: Arrays,
    *,
    recorded: bool = False,
) -> None:
    """Write it, in place of an earlier one of the same settings.

    Args:
        step: of the weights that were looked at.
        name: of what was looked for.
        recorded: the run is in a gallery, which cannot be written, not in this store.

    Raises:
        StoreError: the run was deleted meanwhile; it stays deleted.
    """
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    with store.write() as connection:
        known = select(runs.c.id).where(runs.c.id == run_id)
        if not recorded and connection.execute(known).scalar() is None:
            raise StoreError(f"the run {run_id} was deleted")
        connection.execute(delete(findings).where(*_same(run_id, step, name, settings)))
        connection.execute(
            insert(findings).values(
                run_id=run_id,
                step=step,
                name=name,
                settings=_as_text(settings),
                content=content.getvalue(),
                created_at=time.time(),
            )
        )


def read_finding(
    store: Store, run_id: str, step: int, name: str, settings: Settings
) -> dict[str, np.ndarray] | None:
    """The arrays that were kept; None when there are none of these settings."""
    query = select(findings.c.content).where(*_same(run_id, step, name, settings))
    with store.read() as connection:
        content = connection.execute(query).scalar()
    if content is None:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


def _same(run_id: str, step: int, name: str, settings: Settings) -> tuple[ColumnElement[bool], ...]:
    return (
        findings.c.run_id == run_id,
        findings.c.step == step,
        findings.c.name == name,
        findings.c.settings == _as_text(settings),
    )


def _as_text(settings: Settings) -> str:
    """The same for the same settings, in whatever order they come."""
    return json.dumps(dict(settings), sort_keys=True)
