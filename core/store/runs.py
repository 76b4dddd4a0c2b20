"""Writes about experiments and runs: submit, widen, rename, delete."""

import secrets
import time
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from core.spec import Experiment, RunSpec
from core.store.database import Store
from core.store.requests import is_trained
from core.store.tables import (
    checkpoints,
    curves,
    events,
    experiments,
    findings,
    measures,
    profiles,
    runs,
    workers,
)
from core.store.workers import is_alive


def submit(
    store: Store,
    experiment: Experiment,
    *,
    train_images: int,
    parameters: Sequence[int],
    source: str,
    worker_id: str | None = None,
) -> tuple[str, bool]:
    """Queue an experiment's runs.

    Args:
        train_images: size of its training set, for the runs' lengths.
        parameters: of each run's net, in the order of `experiment.specs()`.
        worker_id: who will train them; None leaves them to the worker of their device. Such an
            experiment that is already under way is joined rather than queued twice.

    Returns:
        The experiment's id, and whether it is new.
    """
    spec = experiment.model_dump_json()
    with store.write() as connection:
        if worker_id is None and (twin := _under_way(connection, spec)):
            return twin, False
        experiment_id = secrets.token_hex(4)
        connection.execute(
            insert(experiments).values(
                id=experiment_id,
                name=experiment.name,
                question=experiment.question,
                spec=spec,
                source=source,
                note="",
                created_at=time.time(),
            )
        )
        _insert_runs(
            connection, experiment_id, experiment.specs(), train_images, parameters, worker_id
        )
    return experiment_id, True


def append_runs(
    store: Store,
    experiment_id: str,
    experiment: Experiment,
    *,
    train_images: int,
    parameters: Sequence[int],
) -> list[str]:
    """Widen an experiment: queue the runs it does not have yet; their ids.

    Raises:
        ValueError: the experiment was deleted.
    """
    with store.write() as connection:
        own = runs.c.experiment_id == experiment_id
        have = [
            RunSpec.model_validate_json(spec)  # an older lab knew fewer fields
            for spec in connection.execute(select(runs.c.spec).where(own)).scalars()
        ]
        if not have:
            raise ValueError(f"there is no experiment {experiment_id}; it may have been deleted")
        last = connection.execute(select(func.max(runs.c.position)).where(own)).scalar_one()
        wanted = [
            (spec, count)
            for spec, count in zip(experiment.specs(), parameters, strict=True)
            if spec not in have
        ]
        connection.execute(
            update(experiments)
            .where(experiments.c.id == experiment_id)
            .values(spec=experiment.model_dump_json())
        )
        return _insert_runs(
            connection,
            experiment_id,
            [spec for spec, _ in wanted],
            train_images,
            [count for _, count in wanted],
            first=last + 1,
        )


def annotate(store: Store, experiment_id: str, *, name: str, note: str) -> None:
    """Rename an experiment and replace its note; an empty name leaves the old one."""
    with store.write() as connection:
        connection.execute(
            update(experiments)
            .where(experiments.c.id == experiment_id)
            .values(name=name.strip()[:80] or experiments.c.name, note=note.strip())
        )


def delete_runs(store: Store, run_ids: Sequence[str]) -> list[str]:
    """Delete runs with their curves, and experiments left empty; running ones are refused.

    Returns:
        Files of their checkpoints, below the store's folder, for the caller to remove.
    """
    with store.write() as connection:
        busy = [run_id for run_id in run_ids if is_trained(connection, run_id)]
        if busy:
            raise ValueError(f"{len(busy)} of these runs are training; stop them first")
        chosen = checkpoints.c.run_id.in_(run_ids)
        files = list(connection.execute(select(checkpoints.c.file).where(chosen)).scalars())
        for table, column in (
            (checkpoints, checkpoints.c.run_id),
            (curves, curves.c.run_id),
            (events, events.c.run_id),
            (findings, findings.c.run_id),
            (measures, measures.c.run_id),
            (profiles, profiles.c.run_id),
            (runs, runs.c.id),
        ):
            connection.execute(delete(table).where(column.in_(run_ids)))
        connection.execute(
            delete(experiments).where(experiments.c.id.not_in(select(runs.c.experiment_id)))
        )
    return files


def run_label(spec: RunSpec, experiment: Experiment) -> str:
    """Name of a run within its experiment: the net, and whatever else tells it from the others."""
    words = [spec.net]
    if len({run.width for run in experiment.specs()}) > 1:
        words.append(f"width {spec.width}")
    if len(experiment.learning_rates) > 1:
        words.append(f"lr {spec.learning_rate:g}")
    if len(experiment.seeds) > 1:
        words.append(f"seed {spec.seed}")
    if spec.origin is not None:
        words.append(spec.origin.words)
    return " · ".join(words)


def _under_way(connection: Connection, spec: str) -> str | None:
    """One that is waiting, paused or trained; not one whose worker has died."""
    waiting = (runs.c.status == "queued") & runs.c.worker_id.is_(None)
    trained = runs.c.status.in_(("queued", "running")) & is_alive()
    return connection.execute(
        select(experiments.c.id)
        .join(runs, runs.c.experiment_id == experiments.c.id)
        .outerjoin(workers, workers.c.id == runs.c.worker_id)
        .where(experiments.c.spec == spec, or_(runs.c.status == "paused", waiting, trained))
        .limit(1)
    ).scalar()


def _insert_runs(
    connection: Connection,
    experiment_id: str,
    specs: Sequence[RunSpec],
    train_images: int,
    parameters: Sequence[int],
    worker_id: str | None = None,
    first: int = 0,
) -> list[str]:
    row = connection.execute(select(experiments).where(experiments.c.id == experiment_id)).one()
    experiment = Experiment.model_validate_json(row.spec)
    rows = [
        {
            "id": secrets.token_hex(4),
            "experiment_id": experiment_id,
            "position": first + position,
            "label": run_label(spec, experiment),
            **{
                name: getattr(spec, name)
                for name in ("family", "depth", "seed", "learning_rate", "dataset")
            },
            "spec": spec.model_dump_json(),
            "status": "queued",
            "message": "",
            "worker_id": worker_id,
            "origin": None if spec.origin is None else spec.origin.run,
            "begins": spec.begins,
            "step": spec.begins,
            "steps": spec.total_steps(train_images),
            "epoch": spec.begins / spec.steps_per_epoch(train_images),
            "epochs": spec.total_steps(train_images) / spec.steps_per_epoch(train_images),
            "parameters": count,
            "seconds": 0.0,
            "created_at": time.time(),
        }
        for position, (spec, count) in enumerate(zip(specs, parameters, strict=True))
    ]
    if rows:
        connection.execute(insert(runs), rows)
    return [row["id"] for row in rows]
