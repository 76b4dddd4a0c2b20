"""Reads for pages and the command line: DataFrames with documented columns."""

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd
from sqlalchemy import Row, Select, and_, bindparam, case, or_, select

from core.spec import Experiment, RunSpec
from core.store.database import Store
from core.store.tables import checkpoints, curves, experiments, runs, speeds, workers
from core.store.workers import is_alive

KEPT = (
    select(checkpoints.c.step)
    .where(checkpoints.c.run_id == bindparam("run"), checkpoints.c.kind == bindparam("kind"))
    .order_by(checkpoints.c.step)
)


def read_experiments(store: Store) -> pd.DataFrame:
    """All experiments, newest first.

    Returns:
        Columns experiment_id, name, question, spec (JSON), source, note, created_at (UTC).
    """
    query = select(
        experiments.c.id.label("experiment_id"),
        *(column for column in experiments.c if column.name != "id"),
    ).order_by(experiments.c.created_at.desc())
    return _frame(store, query, times=("created_at",))


def read_runs(
    store: Store,
    experiment_id: str | None = None,
    run_ids: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Runs of one experiment, or of all, newest experiment first, in the experiment's order.

    Returns:
        Columns of the table `runs` with run_id for id, and experiment (its name). `status` is
        `interrupted` for a run whose worker has shown no life for three heartbeats.
    """
    times = ("created_at", "started_at", "finished_at")
    ids = None if run_ids is None else tuple(run_ids)
    return _frame(store, _runs_query(experiment_id, ids), times=times)


def list_runs(store: Store, experiment_id: str) -> Sequence[Row]:
    """The same of one experiment, a row a run, times in seconds since 1970.

    For pages that look every second: a DataFrame takes several times as long to make.
    """
    with store.read() as connection:
        return connection.execute(_runs_query(experiment_id, None)).all()


def list_run(store: Store, run_id: str) -> Row | None:
    """One run's row, as `list_runs` gives it; None when the store has no such id."""
    with store.read() as connection:
        return connection.execute(_runs_query(None, (run_id,))).first()


def list_run_and_nets(store: Store, run_id: str) -> tuple[Row, list[int]] | None:
    """One run's row and the steps of its checkpoints of weights, both as of one moment."""
    with store.read() as connection:
        row = connection.execute(_runs_query(None, (run_id,))).first()
        kept = connection.execute(KEPT, {"run": run_id, "kind": "weights"})
        return None if row is None else (row, list(kept.scalars()))


def list_checkpoints(store: Store, run_id: str, kind: str) -> list[int]:
    """Steps at which a run has a checkpoint of a kind, rising."""
    with store.read() as connection:
        return list(connection.execute(KEPT, {"run": run_id, "kind": kind}).scalars())


def fork_steps(store: Store, run_id: str) -> list[int]:
    """Steps of a run at which another one can start, rising: 0, and those whose weights are there.

    There are none in a run that was never trained: an imported net, say.
    """
    run = list_run(store, run_id)
    if run is None or not run.steps:
        return []
    kept = {*list_checkpoints(store, run_id, "weights"), *list_checkpoints(store, run_id, "resume")}
    return sorted(kept | ({0} if run.origin is None else set()))


@lru_cache(maxsize=256)
def _runs_query(experiment_id: str | None, run_ids: tuple[str, ...] | None) -> Select:
    """Kept: to put it together takes longer than to ask it."""
    lost = or_(workers.c.id.is_(None), ~is_alive())
    held = or_(runs.c.status == "running", runs.c.worker_id.is_not(None))
    interrupted = and_(runs.c.status.in_(("queued", "running")), held, lost)
    query = (
        select(
            runs.c.id.label("run_id"),
            experiments.c.name.label("experiment"),
            case((interrupted, "interrupted"), else_=runs.c.status).label("status"),
            *(column for column in runs.c if column.name not in ("id", "status")),
        )
        .join(experiments, experiments.c.id == runs.c.experiment_id)
        .outerjoin(workers, workers.c.id == runs.c.worker_id)
        .order_by(experiments.c.created_at.desc(), runs.c.experiment_id, runs.c.position)
    )
    if experiment_id is not None:
        query = query.where(runs.c.experiment_id == experiment_id)
    if run_ids is not None:
        query = query.where(runs.c.id.in_(run_ids))
    return query


def read_curves(
    store: Store, experiment_id: str | None = None, run_ids: Sequence[str] | None = None
) -> pd.DataFrame:
    """Error and loss of each run by step.

    Returns:
        Columns run_id, label, family, depth, seed, step, epoch, split (train: mean over the
        batches since the last point, in training mode | test: all test images), error (%),
        loss (nats), learning_rate, images_per_second, run_learning_rate (the spec's), sorted by
        run and step. No rows when nothing is recorded.
    """
    ids = None if run_ids is None else tuple(run_ids)
    return _frame(store, _curves_query(experiment_id, ids))


@lru_cache(maxsize=256)
def _curves_query(experiment_id: str | None, run_ids: tuple[str, ...] | None) -> Select:
    query = (
        select(
            curves.c.run_id,
            runs.c.label,
            runs.c.family,
            runs.c.depth,
            runs.c.seed,
            curves.c.step,
            curves.c.epoch,
            curves.c.split,
            curves.c.error,
            curves.c.loss,
            curves.c.learning_rate,
            curves.c.images_per_second,
            runs.c.learning_rate.label("run_learning_rate"),
        )
        .join(runs, runs.c.id == curves.c.run_id)
        .order_by(runs.c.position, curves.c.run_id, curves.c.split, curves.c.step)
    )
    if experiment_id is not None:
        query = query.where(runs.c.experiment_id == experiment_id)
    if run_ids is not None:
        query = query.where(runs.c.id.in_(run_ids))
    return query


def read_checkpoints(store: Store, run_id: str) -> pd.DataFrame:
    """Checkpoints of a run by step: the columns of the table `checkpoints`."""
    query = select(checkpoints).where(checkpoints.c.run_id == run_id).order_by(checkpoints.c.step)
    return _frame(store, query, times=("created_at",))


def read_speeds(store: Store, device_name: str, precision: str) -> pd.DataFrame:
    """Measured training steps on a device, newest first: what a time estimate stands on.

    Returns:
        Columns layers, multiply_adds (of one image, forward), batch_size, seconds_per_step.
    """
    query = (
        select(
            speeds.c.layers, speeds.c.multiply_adds, speeds.c.batch_size, speeds.c.seconds_per_step
        )
        .where(speeds.c.device_name == device_name, speeds.c.precision == precision)
        .order_by(speeds.c.measured_at.desc())
        .limit(50)
    )
    return _frame(store, query)


def find_experiment(store: Store, experiment_id: str) -> Experiment | None:
    """The spec of an experiment, None when the store has no such id."""
    query = select(experiments.c.spec).where(experiments.c.id == experiment_id)
    with store.read() as connection:
        text = connection.execute(query).scalar()
    return Experiment.model_validate_json(text) if text else None


def find_run(store: Store, run_id: str) -> RunSpec | None:
    """The spec of a run, None when the store has no such id."""
    with store.read() as connection:
        text = connection.execute(select(runs.c.spec).where(runs.c.id == run_id)).scalar()
    return RunSpec.model_validate_json(text) if text else None


def _frame(store: Store, query: object, times: Sequence[str] = ()) -> pd.DataFrame:
    with store.read() as connection:
        frame = pd.read_sql(query, connection)  # type: ignore[call-overload]
    for name in times:
        frame[name] = pd.to_datetime(frame[name], unit="s", utc=True)
    return frame
