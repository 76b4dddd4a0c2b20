"""What a worker writes about the runs it holds. A run it lost to another worker is left alone."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select, update

from core.store.database import Store
from core.store.events import KINDS, note_event
from core.store.tables import checkpoints, curves, measures, profiles, runs, speeds


@dataclass
class Progress:
    """What has come in about one run since the last record.

    Attributes:
        values: columns of `runs` to set.
        points: rows of `curves`, without the run's id.
        profiles: rows of `profiles`, without the run's id.
        measures: what the probes measure, or that they gave up: rows of `measures` without the id.
    """

    run_id: str
    values: dict[str, object] = field(default_factory=dict)
    points: list[dict[str, object]] = field(default_factory=list)
    profiles: list[dict[str, object]] = field(default_factory=list)
    measures: list[dict[str, object]] = field(default_factory=list)


def record(store: Store, worker_id: str, batch: Sequence[Progress]) -> set[str]:
    """Write progress of several runs in one transaction; ids of those that are still ours."""
    with store.write() as connection:
        ours = _ours(connection, worker_id)
        for progress in batch:
            if progress.run_id not in ours:
                continue
            if progress.values:
                connection.execute(
                    update(runs).where(runs.c.id == progress.run_id).values(progress.values)
                )
            for measure in progress.measures:
                same = (
                    measures.c.run_id == progress.run_id,
                    measures.c.measure == measure["measure"],
                )
                connection.execute(delete(measures).where(*same))
            for table, new in (
                (curves, progress.points),
                (measures, progress.measures),
                (profiles, progress.profiles),
            ):
                if new:
                    connection.execute(
                        insert(table), [{"run_id": progress.run_id, **row} for row in new]
                    )
    return ours


def start_run(
    store: Store, worker_id: str, run_id: str, *, from_step: int, facts: Mapping[str, object]
) -> None:
    """Mark a run as running from a step on, and forget what was measured after that step.

    A run that the worker has lost is left as it is.

    Args:
        facts: device, device_name, precision, and versions (a mapping).
    """
    values: dict[str, object] = {**facts, "versions": json.dumps(facts["versions"])}
    with store.write() as connection:
        mine = (runs.c.id == run_id) & (runs.c.worker_id == worker_id)
        started = func.coalesce(runs.c.started_at, time.time())
        values |= {"status": "running", "message": "", "started_at": started}
        if not connection.execute(update(runs).where(mine).values(values)).rowcount:
            return
        for table in (curves, profiles, checkpoints):
            later = (table.c.run_id == run_id) & (table.c.step > from_step)
            connection.execute(delete(table).where(later))
        if from_step >= 0:
            note_event(connection, run_id, "resume")


def release_run(
    store: Store, worker_id: str, run_id: str, status: str, message: str, **values: object
) -> None:
    """The worker lets a run go: paused, stopped, finished, diverged, failed or interrupted."""
    ended = time.time() if status != "paused" else None
    with store.write() as connection:
        released = connection.execute(
            update(runs)
            .where(runs.c.id == run_id, runs.c.worker_id == worker_id)
            .values(
                status=status,
                message=message,
                requested=None,
                worker_id=None,
                finished_at=ended,
                **values,
            )
        )
        if released.rowcount and status in KINDS:
            note_event(connection, run_id, KINDS[status])


@dataclass(frozen=True)
class Held:
    """A run this worker holds, and what somebody asked for (`pause`, `stop` or nothing)."""

    run_id: str
    spec: str  # JSON
    requested: str | None
    seconds: float  # its own time so far


def read_held(store: Store, worker_id: str) -> list[Held]:
    """Runs this worker holds, in the order of their experiment."""
    query = (
        select(runs.c.id, runs.c.spec, runs.c.requested, runs.c.seconds)
        .where(runs.c.worker_id == worker_id)
        .order_by(runs.c.position)
    )
    with store.read() as connection:
        return [Held(*row) for row in connection.execute(query)]


def record_speed(store: Store, **measured: object) -> None:
    """Keep the newest time of a training step for one kind of net on one device.

    Args:
        measured: device_name, precision, layers, multiply_adds, batch_size, seconds_per_step.
    """
    key = ("device_name", "precision", "layers", "multiply_adds", "batch_size")
    with store.write() as connection:
        same = [speeds.c[name] == measured[name] for name in key]
        connection.execute(delete(speeds).where(*same))
        connection.execute(insert(speeds).values(**measured, measured_at=time.time()))


def _ours(connection: Connection, worker_id: str) -> set[str]:
    return set(connection.execute(select(runs.c.id).where(runs.c.worker_id == worker_id)).scalars())
