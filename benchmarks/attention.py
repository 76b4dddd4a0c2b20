"""python -m benchmarks.attention: how soon one sees where a net looks, and what it costs a race.

The net is residual-56 on images of 32 x 32 pixels; one question gives the maps of all its blocks.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from benchmarks.browser import CLICKED, SLOW, figure_of, next_image, open_page
from benchmarks.dashboard import (
    CLASSROOM,
    MOMENT,
    ROUNDS,
    WINDOW_SECONDS,
    layer_images_per_second,
)
from benchmarks.inspect import keep_net, seconds
from benchmarks.lab import Lab, open_lab
from benchmarks.machine import circumstances, keep
from benchmarks.viewers import watch
from core.inspect.nets import Address

DEPTH, SIZE, CLASSES, IMAGES = 56, 32, 10, 20  # of the net, of an image, of the data set, a class
QUESTIONS, CLICKS, UPDATES = 21, 11, 30
TARGETS = {"map_ms": 150, "strip_ms": 700, "kept_ms": 50, "training_share": 0.7}
MAPS, LARGE = figure_of("cam-0"), figure_of("cam-large-0")
NUMBERS = f"JSON.stringify({LARGE}?.calcdata?.map(([map]) => map.z?.map?.(row => [...row])))"
DRAWN = f"""before => {LARGE}?.calcdata && {NUMBERS} !== before
    && performance.now() - window.clickedAt"""
MARK = f"""block => {{
    const plot = {MAPS}, {{xaxis, yaxis}} = plot._fullLayout;
    const marks = plot._fullData.find(trace => trace.customdata?.length);
    const box = plot.querySelector(".nsewdrag").getBoundingClientRect();
    return [box.left + xaxis.l2p(marks.x[block]), box.top + yaxis.l2p(marks.y[block])];
}}"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attention", description=__doc__)
    parser.parse_args(arguments)
    results: dict[str, Any] = circumstances("cpu") | {"targets": TARGETS}
    with tempfile.TemporaryDirectory(prefix="depthlab-") as folder, open_lab() as lab:
        address = keep_net(lab.store, DEPTH, dataset=put_images(Path(folder)))
        results["asked_ms"] = asked(address)
        watch(lab.url, "", viewers=1, updates=0)  # the first visit wakes the worker
        lab.wait_for_warm_worker()
        results["clicked_ms"], results["block_ms"] = clicked(lab, address)
        results["kept_ms"] = kept(lab, address)
        race = lab.start(CLASSROOM)
        results["training_speed"] = training_speed(lab, race, address)
        lab.stop(race)
    keep("attention", results)
    for name in ("asked_ms", "clicked_ms", "block_ms", "kept_ms", "training_speed"):
        print(name, results[name])  # noqa: T201


def put_images(folder: Path) -> str:
    """A data set of coloured noise; its name. What is on them takes no more time and no less."""
    drawn = np.random.default_rng(0)
    for number in range(CLASSES * IMAGES):
        file = folder / f"class {number % CLASSES}" / f"{number}.png"
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(drawn.integers(256, size=(SIZE, SIZE, 3), dtype=np.uint8)).save(file)
    return f"folder:{folder}"


def asked(address: Address) -> float:
    """Median from the question about a new image until the maps of all blocks are here."""
    seconds("grad-cam", *address, 0, None)  # imports torch, loads net and images
    taken = [seconds("grad-cam", *address, image, None) for image in range(1, 1 + QUESTIONS)]
    return round(1000 * median(taken), 1)


def link(address: Address) -> str:
    """To this net alone."""
    return f"left={address[2]}&right=none"


def clicked(lab: Lab, address: Address) -> tuple[float, float]:
    """Medians from a click until chromium has drawn the next image's maps, or another block's."""
    with open_page(f"{lab.url}/attention?{link(address)}", MAPS) as page:
        page.evaluate(CLICKED)
        next_image(page, MAPS)
        images = [next_image(page, MAPS) for _ in range(CLICKS)]
        blocks = [click_block(page, block) for block in range(1, 1 + CLICKS)]
    return round(median(images), 1), round(median(blocks), 1)


def click_block(page: Page, block: int) -> float:
    """Milliseconds from a click on a map until it is drawn large."""
    before = page.evaluate(NUMBERS)
    page.evaluate(f"{MAPS}.scrollIntoView({{block: 'center'}})")
    left, top = page.evaluate(MARK, block)
    page.mouse.move(left, top)  # plotly hits what the pointer has rested on
    page.wait_for_timeout(200)
    page.mouse.click(left, top)
    since = page.wait_for_function(DRAWN, arg=before, polling="raf", timeout=SLOW)
    page.wait_for_timeout(1_000 * MOMENT)
    return since.json_value()


def kept(lab: Lab, address: Address) -> float:
    """Median from asking for the figures of a known answer until they are here, as a viewer."""
    query = link(address)
    seen = watch(lab.url, query, page="attention", viewers=1, updates=UPDATES, hurry=True)
    return round(1000 * median(seen.seconds), 1)


def training_speed(lab: Lab, race: str, address: Address) -> dict[str, Any]:
    """How fast a race trains alone, and while one question about a net follows the other."""
    images = count()

    def ask_on() -> None:
        end = time.monotonic() + WINDOW_SECONDS
        while time.monotonic() < end:
            seconds("grad-cam", *address, next(images) % (CLASSES * IMAGES // 5), None)

    ways: dict[str, Callable[[], None]] = {
        "alone": lambda: time.sleep(WINDOW_SECONDS),
        "inspector busy": ask_on,
    }
    speeds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, meanwhile in ways.items():
            time.sleep(MOMENT)
            speeds[way].append(round(layer_images_per_second(lab, race, meanwhile)))
    share = median(speeds["inspector busy"]) / median(speeds["alone"])
    return {"share": round(share, 3), "layer_images_per_second": speeds}


if __name__ == "__main__":
    main()
