"""python -m benchmarks.block_by_hand: how soon one sees what a slider of the block by hand does.

The nets are the recorded plain-20 and residual-20, with which the page Identity opens.
"""

import argparse
from collections.abc import Sequence
from statistics import median
from typing import Any

from playwright.sync_api import Page

from benchmarks.browser import SLOW, figure_of, open_page
from benchmarks.dashboard import MOMENT
from benchmarks.lab import open_lab
from benchmarks.machine import circumstances, keep, percentile

TARGETS = {"maps_ms": 100}
MOVES = 10  # of each slider
SLIDERS = ("Scale s of the branch", "Bias β added to it")
FIGURES = [figure_of(name) for name in ("block-by-hand-0", "block-by-hand-1")]
HAND = """['pointermove', 'pointerup'].forEach(name =>
    addEventListener(name, () => window.at = performance.now(), true))"""

# What is painted: heatmaps are pictures, frames are paths.
PAINTED = f"""() => [{", ".join(FIGURES)}].map(plot =>
    [...plot.querySelectorAll(".hm image, .js-line")]
        .map(mark => mark.getAttribute("href") ?? mark.getAttribute("d"))
        .join())"""
TOLD = """() => [[...document.querySelectorAll(".st-key-section-block-by-hand p")]
    .map(words => words.textContent)
    .filter(words => words.startsWith("Largest difference"))
    .join()]"""
SINCE = """before => ({})().every((now, place) => now !== before[place])
    && performance.now() - window.at"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.block_by_hand", description=__doc__)
    parser.parse_args(arguments)
    results: dict[str, Any] = circumstances("cpu") | {"targets": TARGETS}
    with open_lab() as lab, open_page(f"{lab.url}/identity", FIGURES[-1]) as page:
        results["sliders"] = measure(page)
    keep("block_by_hand", results)
    for slider in results["sliders"]:
        print(slider)  # noqa: T201


def measure(page: Page) -> list[dict[str, Any]]:
    """Of each slider, the milliseconds from hand to page."""
    page.evaluate(HAND)
    measured = []
    for name in SLIDERS:
        move(page, name, 0.25)  # away from where it stands; the first answer may wait for torch
        taken = [move(page, name, place / MOVES) for place in range(MOVES)]
        maps, words = map(list, zip(*taken, strict=True))
        times = {"median_ms": round(median(maps), 1), "p95_ms": round(percentile(maps, 0.95), 1)}
        measured.append({"slider": name} | times | {"words_ms": round(median(words), 1)})
    return measured


def move(page: Page, name: str, share: float) -> tuple[float, float]:
    """Milliseconds until the page has followed a slider to such a share of its length.

    Returns:
        From the hand's arrival until both nets' maps are drawn anew, and from letting go until
        the words below them are.
    """
    slider = page.get_by_role("slider", name=name)
    track = page.locator("[data-testid=stSlider]").filter(has=slider)
    track.scroll_into_view_if_needed()
    drawn, told = page.evaluate(PAINTED), page.evaluate(TOLD)
    thumb, box = slider.locator("xpath=../..").bounding_box(), track.bounding_box()
    assert thumb is not None
    assert box is not None
    height = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, height)
    page.mouse.down()
    page.mouse.move(box["x"] + share * box["width"], height)
    maps = since(page, PAINTED, drawn)
    page.mouse.up()
    words = since(page, TOLD, told)
    page.wait_for_timeout(1_000 * MOMENT)  # what else is on the page has come
    return maps, words


def since(page: Page, seen: str, before: list[str]) -> float:
    """Milliseconds from the last move or release until all that is seen has changed."""
    wait = {"arg": before, "polling": "raf", "timeout": SLOW}
    return page.wait_for_function(SINCE.format(seen), **wait).json_value()


if __name__ == "__main__":
    main()
