"""A gallery: one experiment in a small store of its own, opened read-only, that can be shipped.

Weights and profiles are kept for one seed only. Weights are those of the last step and some before
it, in bfloat16 (as the nets computed, and half the size), compressed with xz; a test measures what
this changes. Of profiles measured often only every so manieth is kept.
"""

import lzma
import math
from pathlib import Path

import safetensors.torch
import torch
from sqlalchemy import insert, select
from torch import Tensor

from core.store.checkpoints import add_checkpoint, load_checkpoint
from core.store.database import Store, open_store
from core.store.files import write_file
from core.store.tables import checkpoints, curves, experiments, measures, profiles, runs

KEPT = 8  # checkpoints a net: the last, and the log-spaced ones before it
KEPT_PROFILES = 25  # of a measure, about
XZ = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lp": 1, "pb": 1}]


def export(store: Store, experiment_id: str, folder: str, *, weights: bool = True) -> int:
    """Copy an experiment whose runs have all finished; bytes written.

    Args:
        weights: of the nets as well; without them there is nothing to look into, only numbers.

    Raises:
        ValueError: no such experiment, runs that have not finished, or a folder in use.
    """
    target = Path(folder)
    if (target / "lab.db").exists():
        raise ValueError(f"{target} holds a gallery already; choose an empty folder")
    with store.read() as connection:
        chosen = connection.execute(
            select(runs).where(runs.c.experiment_id == experiment_id).order_by(runs.c.position)
        ).mappings()
        rows = [dict(row) for row in chosen]
        if not rows:
            raise ValueError(
                f"there is no experiment {experiment_id!r}; `python -m core runs` shows them"
            )
        unfinished = [row["label"] for row in rows if row["status"] != "finished"]
        if unfinished:
            raise ValueError(
                f"experiment {experiment_id} has not finished: {', '.join(unfinished)}"
            )
        own = experiments.c.id == experiment_id
        experiment = dict(connection.execute(select(experiments).where(own)).mappings().one())
        ours = curves.c.run_id.in_([row["id"] for row in rows])
        points = [dict(row) for row in connection.execute(select(curves).where(ours)).mappings()]
    gallery = open_store(str(target / "lab.db"))
    with gallery.write() as connection:
        connection.execute(insert(experiments), experiment)
        connection.execute(insert(runs), rows)
        connection.execute(insert(curves), points)
    first_seed = min(row["seed"] for row in rows)
    for row in rows:
        if row["seed"] == first_seed:
            if weights:
                _copy_weights(store, gallery, row["id"])
            _copy_profiles(store, gallery, row["id"])
    _close(gallery)
    return sum(file.stat().st_size for file in target.rglob("*") if file.is_file())


def _copy_weights(store: Store, gallery: Store, run_id: str) -> None:
    weights = (checkpoints.c.run_id == run_id) & (checkpoints.c.kind == "weights")
    with store.read() as connection:
        steps = connection.execute(select(checkpoints.c.step).where(weights)).scalars().all()
    for step in sorted(steps)[-KEPT:]:
        loaded = load_checkpoint(store, run_id, "weights", step)
        if loaded is None:
            raise ValueError(f"the weights of run {run_id} at step {step} are damaged or missing")
        content = safetensors.torch.save({name: _small(t) for name, t in loaded[1].items()})
        packed = lzma.compress(content, format=lzma.FORMAT_XZ, filters=XZ)
        name = f"{run_id}/{step:08d}-weights.safetensors.xz"
        write_file(gallery.folder / name, packed)
        add_checkpoint(gallery, run_id, "weights", step, name, packed)


def _copy_profiles(store: Store, gallery: Store, run_id: str) -> None:
    with store.read() as connection:
        found = select(measures).where(measures.c.run_id == run_id)
        about = [dict(row) for row in connection.execute(found).mappings()]
        own = select(profiles).where(profiles.c.run_id == run_id).order_by(profiles.c.step)
        rows = [dict(row) for row in connection.execute(own).mappings()]
    with gallery.write() as connection:
        for measure in about:
            taken = [row for row in rows if row["measure"] == measure["measure"]]
            thinned = _thinned([row["step"] for row in taken])
            connection.execute(insert(measures), measure)
            connection.execute(insert(profiles), [row for row in taken if row["step"] in thinned])


def _thinned(steps: list[int]) -> set[int]:
    """The first ones, which double from one to the next, every so manieth, and the last."""
    every = math.ceil(len(steps) / KEPT_PROFILES)
    early = [step for step in steps if step & (step - 1) == 0]
    return {*early, *steps[::-every]}


def _small(tensor: Tensor) -> Tensor:
    return tensor.to(torch.bfloat16) if tensor.is_floating_point() else tensor


def _close(gallery: Store) -> None:
    """One plain file, without the side files of a journal, so that it can be opened read-only."""
    connection = gallery.engine.raw_connection()
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("VACUUM")
    connection.close()
    gallery.engine.dispose()
