"""The page First step in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from .lab import SLOW

pytestmark = pytest.mark.browser

GRADIENTS = "document.querySelector('.st-key-plot-gradient-by-layer .live-plot-canvas')"
RANGE = f"{GRADIENTS}._fullLayout.yaxis.range"
LINES = f"({GRADIENTS}?._fullData ?? []).map((trace) => trace.uid)"


@pytest.fixture
def url(shared_lab) -> str:
    """Of the page with two depths."""
    return f"{shared_lab.url}/first_step?step_depths=8&step_depths=20"


def drawn(page: Page) -> Page:
    page.wait_for_function(f"{LINES}.length > 0", timeout=SLOW)
    return page


def test_both_families_are_drawn_and_the_switch_for_batch_norm_redraws_them(url, open_page):
    page = drawn(open_page(url))
    assert page.evaluate(LINES) == ["plain-8", "plain-20", "residual-8", "residual-20"]
    before = page.evaluate(RANGE)
    page.get_by_text("Batch norm", exact=True).click()
    page.wait_for_function(f"before => {RANGE}[1] !== before[1]", arg=before, timeout=SLOW)
    page.wait_for_url(re.compile("step_norm=false"), timeout=SLOW)


def test_a_link_opens_the_page_as_it_was_left(url, open_page):
    page = drawn(open_page(f"{url}&step_norm=false&step_init=Xavier&step_families=plain"))
    assert page.evaluate(LINES) == ["plain-8", "plain-20"]
    expect(page.get_by_text("Is it vanishing gradients?")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("radio", name="Xavier")).to_be_checked()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 1000), (390, 844)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(url, open_page, width, height, dark):
    page = drawn(open_page(url, width=width, height=height, dark=dark))
    expect(page.get_by_text("Correlation:").first).to_be_visible(timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
