"""The block by hand on the page Identity in a real browser, on recorded nets."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.inspect.block_by_hand import block_by_hand
from core.store.recorded import GALLERY

from .lab import RECORDED, SLOW, canvas, fits

pytestmark = pytest.mark.browser

DRAWN = ("block-by-hand-0", "block-by-hand-1", "blocks-in-a-row")
NUMBERS = "plot => plot.data.map(({ z }) => z.map(line => [...line].map(String)))"
ROW = """plot => {
    const { z } = plot._fullData[0];  // a channel's maps from left to right
    return z.map(line => [...line].map(Number));
}"""
PIXEL = """(plot, [x, y]) => {
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.querySelector(".nsewdrag").getBoundingClientRect();
    return [box.left + xaxis.l2p(x), box.top + yaxis.l2p(y)];
}"""


@pytest.fixture
def by_hand(shared_lab, open_page):
    """by_hand(query, **view): the page by such a link, scrolled to the block."""

    def by_hand(query: str = "", **view) -> Page:
        page = open_page(f"{shared_lab.url}/identity?{RECORDED}&{query}", **view)
        for name in DRAWN:
            page.wait_for_selector(f"{canvas(name)} .main-svg", timeout=2 * SLOW)
        page.locator(canvas(DRAWN[0])).scroll_into_view_if_needed()
        return page

    return by_hand


def maps(page: Page, name: str) -> tuple[list, list]:
    """x and the output of the first channel that is shown, in pixels of 14 x 14."""
    rows = page.locator(canvas(name)).evaluate(ROW)
    return [row[:14] for row in rows], [row[-14:] for row in rows]


def test_turned_to_0_the_residual_block_shows_its_input_and_the_plain_one_nothing(by_hand):
    page = by_hand()
    x, output = maps(page, "block-by-hand-1")
    assert x != output
    slider = page.get_by_role("slider", name="Scale s of the branch")
    expect(slider).to_be_attached(timeout=SLOW)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("What goes out is exactly what came in.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Nothing is left: every number that")).to_be_visible(timeout=SLOW)
    drawn = f"({ROW})(document.querySelector('{canvas('block-by-hand-1')}'))"
    page.wait_for_function(
        f"{drawn}.every(row => row.slice(0, 14).join() === row.slice(-14).join())", timeout=SLOW
    )
    assert maps(page, "block-by-hand-1")[0] == x
    page.wait_for_url(re.compile(r"hand_scale=0(\.0)?(&|$)"), timeout=SLOW)


@pytest.mark.parametrize("bias", [0.0, -0.35])
def test_a_held_slider_draws_what_the_net_itself_would_put_out(by_hand, bias):
    page = by_hand(f"hand_bias={bias}")
    before = page.url
    slider = page.get_by_role("slider", name="Scale s of the branch")
    thumb = slider.locator("xpath=../..").bounding_box()
    middle = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(thumb["x"] - 60, middle, steps=5)
    scale = round(float(slider.input_value()), 2)
    assert 0 < scale < 1
    page.wait_for_timeout(500)
    assert page.url == before  # nothing has been told to the server yet
    url = f"sqlite:///{GALLERY / 'classroom' / 'lab.db'}"
    for run, name in zip(("05b800dd", "ab9649c4"), DRAWN, strict=False):
        own = block_by_hand(url, True, run, 468, 0, "stages.0.0", scale, bias)["maps"]
        drawn = np.array(page.locator(canvas(name)).evaluate(NUMBERS), np.float32)
        for place, part in enumerate(("x", "branch", "sum", "output")):
            shown = drawn[:, :, 15 * place : 15 * place + 14]
            assert np.array_equal(shown, own.get(part, np.full_like(shown, np.nan)), equal_nan=True)
    page.mouse.up()
    page.wait_for_url(re.compile(rf"hand_scale={scale}"), timeout=SLOW)


def test_a_click_on_a_pixel_tells_its_arithmetic_and_goes_into_the_link(by_hand):
    page = by_hand()
    plot = page.locator(canvas("block-by-hand-1"))
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    left, top = plot.evaluate(PIXEL, [15 + 6, 4])  # row 4, column 6 of the branch
    page.mouse.move(left, top)
    page.wait_for_timeout(200)
    page.mouse.click(left, top)
    page.wait_for_url(re.compile(r"hand_pixel=4\.6"), timeout=SLOW)
    told = page.get_by_text(re.compile(r"At channel \d+, row 4, column 6, rounded"))
    expect(told).to_have_count(2, timeout=SLOW)  # of both nets
    expect(page.locator(".st-key-section-block-by-hand .katex").first).to_be_visible(timeout=SLOW)
    frames = "plot => plot._fullLayout.shapes.map(({ y0 }) => y0)"
    assert any(edge == 3.5 for edge in plot.evaluate(frames))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 2000), (390, 3000)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(by_hand, width, height, dark):
    page = by_hand(
        "hand_scale=0.3&hand_bias=0.2&hand_times=8", width=width, height=height, dark=dark
    )
    page.wait_for_timeout(1_000)
    assert fits(page, "block-by-hand", width, dark)
    expect(page.locator(".stException")).to_have_count(0)
