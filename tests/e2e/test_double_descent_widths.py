"""The sweep of widths and the 1202 layers in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from .lab import SLOW, canvas

pytestmark = pytest.mark.browser

DRAWN = ("descent-map", "descent-ends", "descent-1202")
COLUMNS = "plot => plot._fullData.find(trace => trace.uid === 'cells')?.x.length ?? 0"


@pytest.fixture
def descent(lab, open_page):
    """descent(**view): the page, its figures drawn."""

    def descent(**view) -> Page:
        page = open_page(f"{lab.url}/double_descent", **view)
        for name in DRAWN:
            page.wait_for_selector(f"{canvas(name)} .main-svg", timeout=2 * SLOW)
        return page

    return descent


def test_the_recorded_map_is_there_at_once_with_what_it_shows(descent):
    page = descent()
    assert page.locator(canvas("descent-map")).evaluate(COLUMNS) > 8
    expect(page.get_by_text("labels by heart").first).to_be_visible(timeout=SLOW)


def test_ones_own_sweep_grows_in_the_map_and_is_told_when_it_has_ended(descent):
    page = descent()
    page.get_by_text("Train your own sweep").click()
    for label, value in (("Widths", "1, 2, 3"), ("Images", "128"), ("Epochs", "40")):
        field = page.get_by_label(label, exact=True)
        expect(field).to_be_visible(timeout=SLOW)
        field.fill(value)
        field.press("Enter")
    cost = page.get_by_text("3 nets · 128 images, 26 with a wrong label · 40 epochs")
    expect(cost).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(
        f"name => ({COLUMNS})(document.querySelector(name)) === 3",
        arg=canvas("descent-map"),
        timeout=2 * SLOW,
    )
    section = page.locator(".st-key-section-descent-widths")
    expect(section.get_by_text(re.compile("recorded$")).first).to_be_visible(timeout=2 * SLOW)
    expect(section.get_by_text("So far:")).to_have_count(0, timeout=SLOW)
    expect(page.locator(".stException")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 1000), (390, 844)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(descent, width, height, dark):
    page = descent(width=width, height=height, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
