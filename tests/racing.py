"""Tiny real races for tests: nets of 8 layers, 2 wide, 40 steps of 32 images, on the CPU."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from sqlalchemy import select, update

from core.engines.local import run_sizes
from core.machine import Machine, find_machine
from core.race import Race
from core.spec import Experiment
from core.store import tables
from core.store.database import Store
from core.store.reads import read_checkpoints, read_curves, read_runs
from core.store.runs import submit
from core.store.tables import workers
from core.store.workers import LOST_AFTER, register_worker, retire_worker

ROOT = Path(__file__).parents[1]
POINT = {
    "step": 1,
    "split": "train",
    "epoch": 0.1,
    "loss": 2.0,
    "error": 90.0,
    "learning_rate": 0.1,
    "images_per_second": 1.0,
}
SMALL = {
    "depths": (8,),
    "width": 2,
    "stem_stride": 2,
    "batch_size": 32,
    "snapshots": 2,
    "device": "cpu",
    "precision": "float32",
}


def tiny(**fields: Any) -> Experiment:
    """A plain and a residual net, with some fields changed."""
    length = {} if "epochs" in fields else {"steps": 40}
    return Experiment(**{"name": "tiny"} | SMALL | length | fields)


def queue(store: Store, worker_id: str | None = None, **fields: Any) -> list[str]:
    """Submit such an experiment; ids of its runs."""
    experiment = tiny(**fields)
    sizes = run_sizes(experiment)
    experiment_id, _ = submit(store, experiment, source="test", worker_id=worker_id, **sizes)
    return list(read_runs(store, experiment_id)["run_id"])


def cpu() -> Machine:
    """This computer's processor."""
    return find_machine("cpu")


@contextmanager
def racing(store: Store) -> Iterator[Race]:
    """A race in this process that has claimed what is queued."""
    worker_id = register_worker(store)
    assert worker_id is not None
    race = Race(store, worker_id, cpu(), serves=("auto", "cpu"))
    race.claim()
    try:
        yield race
    finally:
        race.interrupt()
        retire_worker(store, worker_id)


def run_to_the_end(store: Store) -> None:
    """Train here whatever is queued."""
    with racing(store) as race:
        while race.turn():
            pass


def die(store: Store, worker_id: str) -> None:
    """As if a worker had shown no life for long."""
    with store.write() as connection:
        heartbeat = time.time() - LOST_AFTER - 1
        chosen = workers.c.id == worker_id
        connection.execute(update(workers).where(chosen).values(heartbeat=heartbeat))


def statuses(store: Store) -> list[str]:
    """Of all runs, in their experiments' order."""
    return list(read_runs(store)["status"])


def curve(store: Store, run_id: str) -> list[tuple]:
    """What was measured, without how fast."""
    points = read_curves(store, run_ids=[run_id])
    return list(points[["split", "step", "epoch", "loss", "error"]].itertuples(index=False))


def profiles(store: Store, run_id: str) -> list[tuple]:
    """What the probes measured, bit for bit."""
    with store.read() as connection:
        own = select(tables.profiles).where(tables.profiles.c.run_id == run_id)
        rows = connection.execute(own.order_by(tables.profiles.c.measure, tables.profiles.c.step))
        return [tuple(row)[1:] for row in rows]


def final_weights(store: Store, run_id: str) -> dict[str, torch.Tensor]:
    """The last weights kept, by name."""
    found = read_checkpoints(store, run_id)
    last = found[found["kind"] == "weights"].iloc[-1]
    return load_file(store.folder / last["file"])


def assert_same_run(store: Store, run_id: str, other_store: Store, other_id: str) -> None:
    """Both finished with the same curve, the same errors and the same weights, bit for bit."""
    one, other = (
        read_runs(place, run_ids=[name]).iloc[0]
        for place, name in ((store, run_id), (other_store, other_id))
    )
    for name in ("status", "step", "train_error", "train_error_eval", "test_error"):
        assert one[name] == other[name], name
    assert one["status"] == "finished"
    assert curve(store, run_id) == curve(other_store, other_id)
    assert profiles(store, run_id) == profiles(other_store, other_id)
    weights, others = final_weights(store, run_id), final_weights(other_store, other_id)
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Until it holds; an AssertionError when it does not within so long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds:g} s"
        time.sleep(0.05)


def run_core(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`python -m core ...` to its end, its output captured."""
    command = [sys.executable, "-m", "core", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, **options)


@contextmanager
def started(module: str, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """`python -m module ...` under way; killed at the end if it still is."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
