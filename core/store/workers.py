"""Workers in the store: who trains on which device, and whether it is still alive."""

import os
import secrets
import socket
import time
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from core.store.database import Store
from core.store.tables import workers

HEARTBEAT = 2.0  # seconds between two signs of life
LOST_AFTER = 3 * HEARTBEAT  # without one for so long, a worker counts as dead
FORGET_AFTER = 24 * 3600.0


def register_worker(store: Store, serves: str = "") -> str | None:
    """A row for this process, and with it the lease on the devices it serves.

    Args:
        serves: a device name as in a spec; empty for a process that trains its own runs only.

    Returns:
        The worker's id, or None when a living worker serves that device already.
    """
    now = time.time()
    with store.write() as connection:
        if serves and find_worker(connection, serves):
            return None
        connection.execute(delete(workers).where(workers.c.heartbeat < now - FORGET_AFTER))
        worker_id = secrets.token_hex(6)
        connection.execute(
            insert(workers).values(
                id=worker_id,
                serves=f" {serves} ",
                host=socket.gethostname(),
                pid=os.getpid(),
                state="starting",
                started_at=now,
                heartbeat=now,
            )
        )
    return worker_id


def find_worker(connection: Connection, device: str) -> str | None:
    """Id of the living worker that takes runs for a device (`auto`, `cpu`, ...), if any."""
    serves = workers.c.serves.contains(f" {device} ")
    return connection.execute(select(workers.c.id).where(serves, is_alive())).scalar()


def is_alive() -> ColumnElement[bool]:
    """Of a row of `workers`: it has shown life within three heartbeats, whenever that is asked."""
    return workers.c.heartbeat > bindparam("oldest", callable_=_oldest_heartbeat, unique=True)


def _oldest_heartbeat() -> float:
    return time.time() - LOST_AFTER


def extend_lease(store: Store, worker_id: str, device: str) -> None:
    """Serve one more device, unless another living worker does."""
    with store.write() as connection:
        if find_worker(connection, device) is None:
            connection.execute(
                update(workers)
                .where(workers.c.id == worker_id)
                .values(serves=workers.c.serves + f"{device} ")
            )


def beat(store: Store, worker_id: str, **facts: object) -> None:
    """A sign of life, with what changed: state, device, memory_used, ..."""
    with store.write() as connection:
        connection.execute(
            update(workers).where(workers.c.id == worker_id).values(heartbeat=time.time(), **facts)
        )


def retire_worker(store: Store, worker_id: str) -> None:
    """Give the lease back at once."""
    with store.write() as connection:
        connection.execute(
            update(workers).where(workers.c.id == worker_id).values(heartbeat=0.0, serves="")
        )


def read_workers(store: Store) -> pd.DataFrame:
    """Workers that are alive, oldest first: the columns of the table `workers`."""
    with store.read() as connection:
        return pd.read_sql(_living(), connection)


def list_workers(store: Store) -> Sequence[Row]:
    """The same, a row a worker: for pages that look every second."""
    with store.read() as connection:
        return connection.execute(_living()).all()


def _living() -> Select:
    return select(workers).where(is_alive()).order_by(workers.c.started_at)
