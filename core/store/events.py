"""What happened to a run beside training: people paused it, its process ended, it diverged."""

import time
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, insert, select

from core.store.database import Store
from core.store.tables import events, runs


def read_events(store: Store, run_ids: Sequence[str]) -> pd.DataFrame:
    """Events of these runs, oldest first.

    Returns:
        Columns run_id, step (that the run had reached), kind (a value of KINDS, or `resume`), at
        (UTC).
    """
    query = (
        select(events.c.run_id, events.c.step, events.c.kind, events.c.at)
        .where(events.c.run_id.in_(run_ids))
        .order_by(events.c.at)
    )
    with store.read() as connection:
        found = pd.read_sql(query, connection)  # type: ignore[call-overload]
    return found.assign(at=pd.to_datetime(found["at"], unit="s", utc=True))


def note_event(connection: Connection, run_id: str, kind: str) -> None:
    """Keep it, with the step that the run's row has."""
    step = connection.execute(select(runs.c.step).where(runs.c.id == run_id)).scalar_one()
    connection.execute(insert(events).values(run_id=run_id, kind=kind, at=time.time(), step=step))


KINDS: dict[str, str] = {  # by the state in which the worker lets a run go
    "paused": "pause",
    "stopped": "stop",
    "interrupted": "interrupt",
    "diverged": "diverge",
    "failed": "fail",
}
