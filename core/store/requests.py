"""Asking for runs: what people request, what a worker claims. A request is a row, never a call."""

import json
import time
from collections.abc import Sequence

from sqlalchemy import Connection, Row, select, update

from core.store.database import Store
from core.store.tables import runs, workers
from core.store.workers import is_alive


def request(store: Store, run_ids: Sequence[str], action: str) -> None:
    """Ask for `pause`, `resume` or `stop`; a run that nobody trains obeys at once."""
    with store.write() as connection:
        for run_id in run_ids:
            ACTIONS[action](connection, run_id)


def claim(
    store: Store, worker_id: str, devices: Sequence[str], experiment_id: str | None = None
) -> str | None:
    """Take queued runs: of one experiment, or of the oldest with runs for one of `devices`.

    Returns:
        Id of the experiment whose runs were taken, None when there were none.
    """
    with store.read() as connection:  # asked many times a second: write only when there is reason
        if not _claimable(connection, devices, experiment_id):
            return None
    with store.write() as connection:
        rows = _claimable(connection, devices, experiment_id)
        if not rows:
            return None
        first = rows[0].experiment_id
        ids = [row.id for row in rows if row.experiment_id == first]
        connection.execute(update(runs).where(runs.c.id.in_(ids)).values(worker_id=worker_id))
    return first


def hand_over(store: Store, run_id: str, worker_id: str) -> None:
    """Queue a run for one certain worker; a ValueError when it has ended or is being trained."""
    with store.write() as connection:
        if is_trained(connection, run_id):
            raise ValueError(f"the run {run_id} is being trained already")
        query = select(runs.c.status).where(runs.c.id == run_id)
        status = connection.execute(query).scalar_one()
        if status in ("finished", "diverged"):
            raise ValueError(f"the run {run_id} has {status}; only an unended run can go on")
        _resume(connection, run_id)
        connection.execute(update(runs).where(runs.c.id == run_id).values(worker_id=worker_id))


def is_trained(connection: Connection, run_id: str) -> bool:
    """True while a living worker holds the run."""
    return (
        connection.execute(
            select(runs.c.id)
            .join(workers, workers.c.id == runs.c.worker_id)
            .where(
                runs.c.id == run_id,
                runs.c.status.in_(("queued", "running")),
                is_alive(),
            )
        ).scalar()
        is not None
    )


def _claimable(
    connection: Connection, devices: Sequence[str], experiment_id: str | None
) -> list[Row]:
    query = (
        select(runs.c.id, runs.c.experiment_id, runs.c.spec)
        .where(runs.c.status == "queued", runs.c.worker_id.is_(None))
        .order_by(runs.c.created_at, runs.c.position)
    )
    if experiment_id is not None:
        query = query.where(runs.c.experiment_id == experiment_id)
    rows = connection.execute(query).all()
    return [row for row in rows if json.loads(row.spec)["device"] in devices]


def _pause(connection: Connection, run_id: str) -> None:
    _ask(connection, run_id, "pause", instead="paused", of=("queued", "running", "interrupted"))


def _stop(connection: Connection, run_id: str) -> None:
    of = ("queued", "running", "paused", "interrupted")
    _ask(connection, run_id, "stop", instead="stopped", of=of)


def _ask(
    connection: Connection, run_id: str, action: str, *, instead: str, of: tuple[str, ...]
) -> None:
    values: dict[str, object] = {"requested": action}
    if not is_trained(connection, run_id):
        ended = time.time() if instead == "stopped" else None
        values = {"requested": None, "status": instead, "worker_id": None, "message": ""}
        values["finished_at"] = ended
    connection.execute(
        update(runs).where(runs.c.id == run_id, runs.c.status.in_(of)).values(values)
    )


def _resume(connection: Connection, run_id: str) -> None:
    if is_trained(connection, run_id):
        connection.execute(update(runs).where(runs.c.id == run_id).values(requested=None))
        return
    goes_on = runs.c.status.in_(("paused", "stopped", "running", "interrupted", "queued", "failed"))
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id, goes_on)
        .values(status="queued", requested=None, worker_id=None, message="", finished_at=None)
    )


ACTIONS = {"pause": _pause, "resume": _resume, "stop": _stop}
