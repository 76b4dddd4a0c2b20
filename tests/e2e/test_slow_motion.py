"""The page of one step in slow motion in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from .lab import SLOW, fits

pytestmark = pytest.mark.browser

RIGHT = "document.querySelector('.st-key-plot-slow-motion-1 .live-plot-canvas')"
RIBBONS = f"({RIGHT}?._fullData ?? []).find((trace) => trace.uid === 'ribbons')"
OUTLINES = f"JSON.stringify({RIBBONS}.x)"


@pytest.fixture
def url(shared_lab) -> str:
    """Of the page."""
    return f"{shared_lab.url}/slow_motion"


def drawn(page: Page) -> Page:
    page.wait_for_function(f"{RIBBONS} !== undefined", timeout=SLOW)
    return page


def ribbons(page: Page) -> str:
    return page.evaluate(OUTLINES)


def wait_for_stage(page: Page, stage: str) -> None:
    page.wait_for_url(f"**stage={stage}*", timeout=SLOW)
    expect(page.get_by_text(f" {stage.capitalize()}.").first).to_be_visible(timeout=SLOW)


def test_next_back_and_their_keys_go_through_the_stages(url, open_page):
    page = drawn(open_page(url))
    expect(page.get_by_text("1 Batch.")).to_be_visible(timeout=SLOW)
    page.locator(".st-key-slow_next button:visible").click()
    wait_for_stage(page, "forward")
    page.keyboard.press("n")
    wait_for_stage(page, "loss")
    page.keyboard.press("b")
    wait_for_stage(page, "forward")
    expect(page.locator(".stException")).to_have_count(0)


def test_lines_take_the_width_of_the_gradient_when_it_comes_back(url, open_page):
    page = drawn(open_page(f"{url}?stage=forward"))
    before = ribbons(page)
    page.get_by_role("radio", name="4 backward").click()
    wait_for_stage(page, "backward")
    page.wait_for_function(f"before => {OUTLINES} !== before", arg=before, timeout=SLOW)
    expect(page.get_by_text("came through the shortcut")).to_be_visible(timeout=SLOW)


def test_play_goes_to_the_last_stage_and_stops_there(url, open_page):
    page = drawn(open_page(f"{url}?stage=backward"))
    page.locator(".st-key-slow_play button:visible").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=SLOW)
    wait_for_stage(page, "update")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0, timeout=SLOW)
    expect(page.get_by_text("the loss on this batch").first).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 1400), (390, 2600)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(url, open_page, width, height, dark):
    page = drawn(open_page(f"{url}?stage=backward", width=width, height=height, dark=dark))
    expect(page.get_by_text("came through the shortcut")).to_be_visible(timeout=SLOW)
    assert fits(page, "slow-motion", width, dark)
