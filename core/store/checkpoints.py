"""Weights on disk: safetensors, written whole or not at all, found again by their SHA-256."""

import hashlib
import lzma
import time
from pathlib import Path

import safetensors.torch
from sqlalchemy import delete, insert, select
from torch import Tensor

from core.store.database import Store, StoreError
from core.store.files import remove_files, write_file
from core.store.tables import checkpoints, runs

KEPT_FOR_RESUME = 2  # the newest and the one before: a torn write never costs a run


def save_checkpoint(
    store: Store, run_id: str, kind: str, step: int, tensors: dict[str, Tensor]
) -> None:
    """Write a file beside its final name, flush it to the disk, rename it, then record it.

    Args:
        kind: `resume` (all a run needs to go on; older ones are removed), `weights`, or `training`
            (all else of a step whose weights are kept: what a fork goes on with).
    """
    content = safetensors.torch.save({name: value.cpu() for name, value in tensors.items()})
    write_file(store.folder / _file_name(run_id, step, kind), content)
    add_checkpoint(store, run_id, kind, step, _file_name(run_id, step, kind), content)
    if kind == "resume":
        _drop(store, run_id, keep=KEPT_FOR_RESUME)


def load_checkpoint(
    store: Store, run_id: str, kind: str, step: int | None = None
) -> tuple[int, dict[str, Tensor]] | None:
    """The newest intact checkpoint of a kind (at a step, if given): its step and tensors.

    A file that is missing or whose SHA-256 differs from the recorded one is passed over.

    Returns:
        None when there is no intact one.
    """
    query = (
        select(checkpoints)
        .where(checkpoints.c.run_id == run_id, checkpoints.c.kind == kind)
        .order_by(checkpoints.c.step.desc())
    )
    if step is not None:
        query = query.where(checkpoints.c.step == step)
    with store.read() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        file = store.folder / row.file
        if file.exists():
            content = file.read_bytes()
            if hashlib.sha256(content).hexdigest() == row.sha256:
                return row.step, _read(file, content)
    return None


def drop_resume_checkpoints(store: Store, run_id: str) -> None:
    """A finished run needs none: its weights are kept as `weights`."""
    _drop(store, run_id, keep=0)


def add_checkpoint(
    store: Store, run_id: str, kind: str, step: int, file: str, content: bytes
) -> None:
    """Record a file that is on the disk already; a run deleted meanwhile stays deleted."""
    with store.write() as connection:
        if connection.execute(select(runs.c.id).where(runs.c.id == run_id)).scalar() is None:
            raise StoreError(f"the run {run_id} was deleted")
        same = (checkpoints.c.run_id == run_id) & (checkpoints.c.step == step)
        connection.execute(delete(checkpoints).where(same, checkpoints.c.kind == kind))
        connection.execute(
            insert(checkpoints).values(
                run_id=run_id,
                kind=kind,
                step=step,
                file=file,
                sha256=hashlib.sha256(content).hexdigest(),
                bytes=len(content),
                created_at=time.time(),
            )
        )


def _read(file: Path, content: bytes) -> dict[str, Tensor]:
    return safetensors.torch.load(lzma.decompress(content) if file.suffix == ".xz" else content)


def _file_name(run_id: str, step: int, kind: str) -> str:
    return f"{run_id}/{step:08d}-{kind}.safetensors"


def _drop(store: Store, run_id: str, keep: int) -> None:
    mine = (checkpoints.c.run_id == run_id) & (checkpoints.c.kind == "resume")
    with store.write() as connection:
        rows = connection.execute(
            select(checkpoints.c.step, checkpoints.c.file)
            .where(mine)
            .order_by(checkpoints.c.step.desc())
        ).all()[keep:]
        steps = [row.step for row in rows]
        connection.execute(delete(checkpoints).where(mine, checkpoints.c.step.in_(steps)))
    remove_files(store, [row.file for row in rows])
