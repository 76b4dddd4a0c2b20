"""python -m benchmarks.dashboard: how soon the page answers, and what it costs the training."""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.browser import open_page, seconds_to_first_point
from benchmarks.lab import Lab, open_lab
from benchmarks.machine import circumstances, keep, percentile, processor_seconds
from benchmarks.viewers import watch
from core.presets import PRESETS, with_settings

CLASSROOM = with_settings(PRESETS["classroom"], {"epochs": 40})  # outlasts the measurements
STARTS = 3
VIEWERS = {"1 viewer": (1, 200), "10 viewers": (10, 1000)}  # how many, and updates timed
STILL = 10  # times fewer of them where nothing moves: only the words are asked for then
MEMORY_FROM, MEMORY_TO = 100, 600  # updates
ROUNDS, WINDOW_SECONDS = 4, 10.0
MOMENT = 2.0  # seconds for what was started or ended to settle
TARGETS = {
    "first_point_seconds": "< 3 s",
    "round_trip_p95_ms": "< 50 ms",
    "training_share": ">= 0.9",
    "memory_growth": "flat",
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.parse_args(arguments)
    results = circumstances() | {"targets": TARGETS}
    with open_lab() as lab:
        watch(lab.url, "", viewers=1, updates=0)  # the first visit wakes the worker
        lab.wait_for_warm_worker()
        results["first_point"] = first_point(lab)
        race = lab.start(CLASSROOM)
        results["training_speed"] = training_speed(lab, race)
        results["race under way"] = updates(lab, race)
        lab.stop(race)
        results["race stopped"] = updates(lab, race, STILL)
        results["server"] = server_facts(lab.server)
    keep("dashboard", results)
    print(summary(results))  # noqa: T201


def first_point(lab: Lab) -> dict[str, Any]:
    """Seconds from the click on Start to the first point in the browser."""
    seconds = []
    with open_page(lab.url) as page:
        for _ in range(STARTS):
            seconds.append(seconds_to_first_point(page, "quick"))
            lab.stop(page.url.split("experiment=")[1])
            page.goto(lab.url)
    return {"median_seconds": round(median(seconds), 2), "seconds": [round(s, 2) for s in seconds]}


def training_speed(lab: Lab, race: str) -> dict[str, Any]:
    """How fast a race trains while nobody, a browser here or websockets alone look, in turn."""
    link = f"experiment={race}"

    def alone() -> float:
        return layer_images_per_second(lab, race, lambda: time.sleep(WINDOW_SECONDS))

    def beside_a_browser() -> float:
        with open_page(f"{lab.url}/?{link}") as page:
            page.wait_for_timeout(1000 * MOMENT)  # it is open: all is loaded
            wait = 1000 * WINDOW_SECONDS
            return layer_images_per_second(lab, race, lambda: page.wait_for_timeout(wait))

    def beside_viewers(count: int) -> float:
        return layer_images_per_second(
            lab, race, lambda: watch(lab.url, link, viewers=count, seconds=WINDOW_SECONDS)
        )

    ways: dict[str, Callable[[], float]] = {
        "nobody": alone,
        "1 viewer": lambda: beside_viewers(1),
        "10 viewers": lambda: beside_viewers(10),
        "chromium here": beside_a_browser,
    }
    speeds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, measure in ways.items():
            time.sleep(MOMENT)
            speeds[way].append(round(measure()))
    alone_speed = median(speeds["nobody"])
    share = {way: round(median(values) / alone_speed, 3) for way, values in speeds.items()}
    return {"share": share, "layer_images_per_second": speeds}


def layer_images_per_second(lab: Lab, race: str, meanwhile: Callable[[], object]) -> float:
    """Images a second times the depth of the net they went through, summed over a race's runs.

    A step of such nets costs about as much a layer in all of them; plain images per second would
    depend on whose turn it was.
    """
    before, started = _layer_images(lab, race), time.perf_counter()
    meanwhile()
    after, ended = _layer_images(lab, race), time.perf_counter()
    return (after - before) / (ended - started)


def _layer_images(lab: Lab, race: str) -> float:
    """As of this moment: waits for the worker to write."""
    before = runs = lab.runs(race)
    while runs["step"].sum() == before["step"].sum():
        time.sleep(0.05)
        runs = lab.runs(race)
    return float((runs["step"] * runs["depth"]).sum()) * CLASSROOM.batch_size


def updates(lab: Lab, race: str, fewer: int = 1) -> dict[str, Any]:
    """What an update of a live part takes, for one viewer and for ten."""
    return {
        words: _updates(lab, race, viewers, count // fewer)
        for words, (viewers, count) in VIEWERS.items()
    }


def _updates(lab: Lab, race: str, viewers: int, count: int) -> dict[str, float]:
    memory: list[float] = []
    used = processor_seconds(lab.server)
    seen = watch(
        lab.url,
        f"experiment={race}",
        viewers=viewers,
        updates=count,
        after_each=lambda _: memory.append(lab.server.memory_info().rss / 1e6),
    )
    used = processor_seconds(lab.server) - used
    found = {
        "median_ms": round(1000 * median(seen.seconds), 1),
        "p95_ms": round(1000 * percentile(seen.seconds, 0.95), 1),
        "processor_ms": round(1000 * used / len(seen.seconds), 1),
        "kilobytes": round(median(seen.sizes) / 1000, 1),
    }
    if len(memory) >= MEMORY_TO:
        start, end = memory[MEMORY_FROM - 1], memory[MEMORY_TO - 1]
        found |= {"memory_mb": round(end), "memory_growth_mb": round(end - start, 1)}
    return found


def server_facts(server: psutil.Process) -> dict[str, Any]:
    """Its threads with nobody there, and whether torch's library is in it."""
    libraries = Path(f"/proc/{server.pid}/maps")
    torch = "libtorch" in libraries.read_text() if libraries.exists() else None
    return {"threads": server.num_threads(), "torch_loaded": torch}


def summary(results: dict[str, Any]) -> str:
    """The numbers with a target, a line each."""
    live = results["race under way"]
    return "\n".join(
        (
            f"Start to first point: {results['first_point']['median_seconds']} s",
            *(f"update, {viewers}: p95 {live[viewers]['p95_ms']} ms" for viewers in live),
            f"training speed: {results['training_speed']['share']}",
            f"memory: {live['10 viewers']['memory_growth_mb']:+} MB over 500 updates",
            f"server: {results['server']}",
        )
    )


if __name__ == "__main__":
    main()
