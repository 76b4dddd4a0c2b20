"""python -m benchmarks.inside: reading, drawing and updating what the probes recorded."""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import insert

from benchmarks.lab import Lab, open_lab
from benchmarks.machine import circumstances, keep, percentile
from benchmarks.viewers import watch
from core.engines.local import run_sizes
from core.presets import PRESETS, with_settings
from core.store import tables
from core.store.database import Store, open_store
from core.store.profiles import Profiles, read_profiles
from core.store.reads import read_runs
from core.store.runs import submit
from dashboard.components.probe_figures import HEIGHT
from dashboard.figures.block_heatmap import block_heatmap
from dashboard.figures.colour_scale import common_scale
from dashboard.figures.recording import as_recording
from dashboard.live_plot import message

BLOCKS, STEPS, ROUNDS, UPDATES = 110, 500, 21, 60
MEASURE = "gradient-norm"
CLASSROOM = with_settings(  # outlasts the measurement, without new nets that bring a new page
    PRESETS["classroom"], {"epochs": 40, "snapshots": 0}
)
TARGETS = {"read_ms": 20, "draw_ms": 100, "update_processor_ms": 10}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inside", description=__doc__)
    parser.parse_args(arguments)
    results: dict[str, Any] = circumstances("cpu") | {"targets": TARGETS}
    with tempfile.TemporaryDirectory(prefix="depthlab-") as folder:
        store = open_store(str(Path(folder) / "lab.db"))
        run_id = fill(store)
        found = read_profiles(store, run_id, MEASURE)
        assert found is not None
        results["read_ms"] = milliseconds(lambda: read_profiles(store, run_id, MEASURE))
        results["draw_ms"] = milliseconds(lambda: draw(found))
        results["kilobytes"] = round(len(draw(found)) / 1000)
    with open_lab() as lab:
        results["update"] = update(lab)
    keep("inside", results)
    for name in ("read_ms", "draw_ms", "kilobytes", "update"):
        print(name, results[name])  # noqa: T201


def fill(store: Store) -> str:
    """Rows as a run of 500 recordings over 110 blocks would have left them; the run's id."""
    experiment = PRESETS["quick"]
    experiment_id, _ = submit(store, experiment, source="benchmark", **run_sizes(experiment))
    run_id = str(read_runs(store, experiment_id)["run_id"].iloc[0])
    numbers = np.random.default_rng(0).lognormal(size=(STEPS, BLOCKS)).astype("<f4")
    where = json.dumps([f"stages.{block // 37}.{block % 37}" for block in range(BLOCKS)])
    own = {"run_id": run_id, "measure": MEASURE}
    with store.write() as connection:
        connection.execute(insert(tables.measures), own | {"places": where, "fault": ""})
        rows = [
            own | {"step": 1 + step, "numbers": row.tobytes()} for step, row in enumerate(numbers)
        ]
        connection.execute(insert(tables.profiles), rows)
    return run_id


def draw(found: Profiles) -> bytes:
    """The heatmap, ready to be sent."""
    run = ("run", "residual-110", "resnet", 110)
    shown = as_recording(run, found.places, found.steps, found.values, STEPS)
    scale = common_scale([found.values], log=True)
    figure = block_heatmap(shown, scale, title="Gradient norm", net_steps=(0, 1, 10, STEPS))
    return message(figure, height=HEIGHT)


def milliseconds(work: Callable[[], object]) -> float:
    """Median of some rounds, after one to warm up."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return round(1000 * median(seconds[1:]), 2)


def update(lab: Lab) -> dict[str, float]:
    """What an update of the live page Inside takes while a race is under way."""
    watch(lab.url, "", viewers=1, updates=0)  # the first visit wakes the worker
    lab.wait_for_warm_worker()
    race = lab.start(CLASSROOM)
    used: list[float] = []  # processor seconds after each update; opening the page comes before
    seen = watch(
        lab.url,
        f"experiment={race}",
        page="inside",
        viewers=1,
        updates=UPDATES,
        after_each=lambda _: used.append(sum(lab.server.cpu_times()[:2])),
    )
    lab.stop(race)
    return {
        "processor_ms": round(1000 * (used[-1] - used[0]) / (len(used) - 1), 1),
        "p95_ms": round(1000 * percentile(seen.seconds, 0.95), 1),
        "kilobytes": round(median(seen.sizes) / 1000, 1),
    }


if __name__ == "__main__":
    main()
