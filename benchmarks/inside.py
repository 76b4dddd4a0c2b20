"""python -m benchmarks.inside: reading, drawing and updating what the probes recorded."""

import argparse
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from sqlalchemy import insert, update

from benchmarks.browser import CLICKED, figure_of, next_image, open_page
from benchmarks.inspect import HOLDER, keep_net
from benchmarks.lab import Lab, open_lab
from benchmarks.machine import circumstances, keep, percentile, processor_seconds
from benchmarks.viewers import watch
from core.engines.local import run_sizes
from core.presets import PRESETS, with_settings
from core.store import tables
from core.store.database import Store, open_store
from core.store.profiles import Profiles, read_profiles
from core.store.reads import read_runs
from core.store.runs import submit
from dashboard.components.probe_figures import FEED, HEATMAPS, HEIGHT
from dashboard.figures.block_heatmap import block_heatmap
from dashboard.figures.colour_scale import common_scale
from dashboard.figures.recording import as_recording
from dashboard.live_plot import message

BLOCKS, STEPS, ROUNDS, SECONDS, CLICKS = 110, 500, 21, 40.0, 11
MAPS = figure_of("activations-0")
MEASURE = "gradient-norm"
CLASSROOM = with_settings(  # outlasts the measurement, without new nets that bring a new page
    PRESETS["classroom"], {"epochs": 40, "snapshots": 0}
)
TARGETS = {"read_ms": 20, "draw_ms": 100, "update_processor_ms": 10, "maps_ms": 300}
WARM_UP, LOOKS = 10, 30  # at a heatmap that grows, one a second


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
        watch(lab.url, "", viewers=1, updates=0)  # the first visit wakes the worker
        lab.wait_for_warm_worker()
        results["maps_ms"] = clicked(lab)
        results["update"] = grow(lab)
        race = lab.start(CLASSROOM)
        results["update beside a race"] = grow(lab)
        results["page"] = page(lab, race)
        lab.stop(race)
    keep("inside", results)
    for name in (
        "read_ms",
        "draw_ms",
        "kilobytes",
        "maps_ms",
        "update",
        "update beside a race",
        "page",
    ):
        print(name, results[name])  # noqa: T201


def fill(store: Store) -> str:
    """Rows as a run of 500 recordings over 110 blocks would have left them; the run's id."""
    experiment = PRESETS["quick"]
    sizes = run_sizes(experiment)
    experiment_id, _ = submit(store, experiment, source="benchmark", worker_id=HOLDER, **sizes)
    run_id = str(read_runs(store, experiment_id)["run_id"].iloc[0])
    where = json.dumps([f"stages.{block // 37}.{block % 37}" for block in range(BLOCKS)])
    with store.write() as connection:
        own = {"run_id": run_id, "measure": MEASURE, "places": where, "fault": ""}
        connection.execute(insert(tables.measures), own)
    put(store, run_id, range(1, 1 + STEPS))
    return run_id


def put(store: Store, run_id: str, steps: Sequence[int]) -> None:
    """As if the run had recorded its blocks at these steps."""
    numbers = np.random.default_rng(steps[0]).lognormal(size=(len(steps), BLOCKS)).astype("<f4")
    own = {"run_id": run_id, "measure": MEASURE}
    rows = [
        own | {"step": step, "numbers": row.tobytes()}
        for step, row in zip(steps, numbers, strict=True)
    ]
    with store.write() as connection:
        connection.execute(insert(tables.profiles), rows)
        chosen = tables.runs.c.id == run_id
        connection.execute(update(tables.runs).where(chosen).values(step=steps[-1]))


def draw(found: Profiles) -> bytes:
    """The heatmap, ready to be sent."""
    run = ("run", "residual-110", "resnet", 110)
    shown = as_recording(run, found.places, found.steps, found.values, STEPS)
    scale = common_scale([found.values], log=True)
    figure = block_heatmap(shown, scale, title="Gradient norm")
    return message(figure, height=HEIGHT)


def milliseconds(work: Callable[[], object]) -> float:
    """Median of some rounds, after one to warm up."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return round(1000 * median(seconds[1:]), 2)


def clicked(lab: Lab) -> float:
    """Median from the click for another image until chromium has drawn resnet-56's maps of it."""
    run_id = keep_net(lab.store, 56)[2]
    with open_page(f"{lab.url}/inside?left={run_id}&right=none", MAPS) as page:
        page.evaluate(CLICKED)
        next_image(page, MAPS)
        return round(median(next_image(page, MAPS) for _ in range(CLICKS)), 1)


def grow(lab: Lab) -> dict[str, float]:
    """What a newer version of a heatmap takes that grows by a recording a second.

    Asked for as by a browser, which tells what it has: the first answers are left out.

    Returns:
        processor_ms of the server, p95_ms and kilobytes of an answer.
    """
    run_id = fill(lab.store)
    feed = f"{lab.url}/{FEED}/{MEASURE}/{HEATMAPS[0]}?sides={run_id}.{STEPS}"
    held = ""
    seconds, sizes, used = [], [], []
    for step in range(STEPS, STEPS + WARM_UP + LOOKS):
        put(lab.store, run_id, [step + 1])
        time.sleep(1)
        started, before = time.perf_counter(), processor_seconds(lab.server)
        with urllib.request.urlopen(f"{feed}&held={held}") as answer:
            message = answer.read()
        seconds.append(time.perf_counter() - started)
        used.append(processor_seconds(lab.server) - before)
        sizes.append(len(message))
        held = json.loads(message.partition(b"\n")[0])["meta"]["columns"]["mark"]
    return {
        "processor_ms": round(1000 * mean(used[WARM_UP:]), 1),
        "p95_ms": round(1000 * percentile(seconds[WARM_UP:], 0.95), 1),
        "kilobytes": round(median(sizes) / 1000, 1),
    }


def page(lab: Lab, race: str) -> dict[str, float]:
    """What the live page takes.

    Returns:
        processor_ms: of the server in a second, in which all three figures are brought up to date;
        p95_ms and kilobytes of an answer.
    """
    used: list[tuple[float, float]] = []  # time and processor seconds after each answer
    seen = watch(
        lab.url,
        f"experiment={race}",
        page="inside",
        viewers=1,
        seconds=SECONDS,
        after_each=lambda _: used.append((time.monotonic(), processor_seconds(lab.server))),
    )
    (started, before), (ended, after) = used[0], used[-1]
    return {
        "processor_ms": round(1000 * (after - before) / (ended - started), 1),
        "p95_ms": round(1000 * percentile(seen.seconds, 0.95), 1),
        "kilobytes": round(median(seen.sizes) / 1000, 1),
    }


if __name__ == "__main__":
    main()
