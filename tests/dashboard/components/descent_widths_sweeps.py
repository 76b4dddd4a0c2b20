"""Sweeps of widths as a store would hold them, without training any net."""

from collections.abc import Mapping

import pandas as pd

from core.engines.local import run_sizes
from core.store.database import Store
from core.store.reads import list_runs
from core.store.recording import Progress, record, release_run, start_run
from core.store.runs import submit
from core.store.workers import beat, register_worker
from core.widths import width_experiment
from tests.racing import cpu

FACTS = {"device": "cpu", "device_name": "a test", "precision": "float32", "versions": {}}
POINT = {"loss": 1.0, "learning_rate": 0.1, "images_per_second": 1.0}
PEAKED = {  # width: training and test error (%); the peak stands where the labels are first known
    1: (40.0, 30.0),
    2: (20.0, 25.0),
    4: (0.5, 36.0),
    8: (0.0, 28.0),
    16: (0.0, 22.0),
}
FALLING = {1: (40.0, 40.0), 2: (20.0, 31.0), 4: (5.0, 30.0), 8: (3.0, 29.0)}
Errors = Mapping[int, tuple[float, float]]


def curves_of(errors: Errors, early: Mapping[int, float] | None = None) -> pd.DataFrame:
    """Two epochs of each width, as `sweep_curves` gives them; at the first 50 % unless told."""
    rows = []
    for width, ends in errors.items():
        for split, last in zip(("train", "test"), ends, strict=True):
            first = (early or {}).get(width, 50.0) if split == "test" else 50.0
            for epoch, error in ((1.0, first), (2.0, last)):
                rows.append((f"w{width}", width, 100 * width, epoch, split, error))
    columns = ["run_id", "width", "parameters", "epoch", "split", "error"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(family="plain", depth=8, step=(7 * table["epoch"]).astype(int))


def put_sweep(store: Store, errors: Errors, *, finished: bool = True) -> str:
    """Id of a sweep of these widths, two of whose epochs were trained; else it is under way."""
    experiment = width_experiment(errors, epochs=2 if finished else 4)
    worker = register_worker(store)
    assert worker is not None
    beat(store, worker, state="ready", **cpu().facts())
    sizes = run_sizes(experiment)
    experiment_id, _ = submit(store, experiment, source="test", worker_id=worker, **sizes)
    curves = curves_of(errors)
    for run, width in zip(list_runs(store, experiment_id), errors, strict=True):
        start_run(store, worker, run.run_id, from_step=-1, facts=FACTS)
        own = curves[curves["width"] == width][["step", "epoch", "split", "error"]]
        points = [row | POINT for row in own.to_dict("records")]
        record(store, worker, [Progress(run.run_id, {"step": 14, "seconds": 1.0}, points)])
        if finished:
            release_run(store, worker, run.run_id, "finished", "")
    return experiment_id
