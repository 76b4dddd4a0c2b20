"""A fork as a student makes one: from the recorded race, in a real browser, and undone again."""

import re

import pytest
from playwright.sync_api import expect

from tests.racing import wait_for

from .lab import SLOW, shoot
from .test_race import CURVES, PLOT, drawn

pytestmark = pytest.mark.browser

RINGS = f"({PLOT}?._fullData ?? []).filter(trace => trace.uid?.endsWith('_events'))"
GHOSTS = f"({PLOT}?._fullData ?? []).filter(trace => trace.uid?.includes('original'))"


def open_dialog(page):
    """Of the first recorded run."""
    page.get_by_text(re.compile(r"^The \d+ runs$")).click()
    button = page.locator("[class*='st-key-fork-'] button").first
    expect(button).to_be_visible(timeout=SLOW)
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Learning rate / 10")).to_be_visible(timeout=SLOW)
    return dialog


def test_a_recorded_run_is_forked_grows_from_its_ring_and_is_undone(lab, open_page):
    page = drawn(open_page(lab.url, height=1100))
    dialog = open_dialog(page)
    dialog.get_by_text("Shortcuts off").click()
    expect(dialog.get_by_text("has no shortcuts around two layers")).to_be_visible(timeout=SLOW)
    expect(page.locator(".st-key-fork_start button").first).to_be_disabled()
    dialog.get_by_text("Shortcuts off").click()
    dialog.get_by_text("Learning rate / 10").click()
    expect(dialog.get_by_text(re.compile("1 new run"))).to_be_visible(timeout=SLOW)
    shoot(page, "fork-dialog")
    page.locator(".st-key-fork_start button").first.click()
    page.wait_for_url(re.compile("experiment="), timeout=SLOW)
    expect(dialog).to_be_hidden(timeout=SLOW)
    page.wait_for_function(f"{RINGS}.length === 1", timeout=SLOW)
    assert page.evaluate(f"{GHOSTS}.length") == 2  # training and test
    expect(page.get_by_text(re.compile("learning rate / 10 from step")).first).to_be_visible()
    shoot(page, "fork-wide")

    phone = drawn(open_page(page.url, width=390, height=844, dark=True))
    phone.wait_for_function(f"{RINGS}.length === 1", timeout=SLOW)
    phone.locator(CURVES).scroll_into_view_if_needed()
    shoot(phone, "fork-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    page.locator("[class*='st-key-undo-'] button").first.click()
    page.wait_for_function(f"{GHOSTS}.length === 0", timeout=SLOW)
    expect(page.get_by_text("24 runs").first).to_be_visible(timeout=SLOW)
    wait_for(lambda: lab.runs.empty)  # its worker has let it go


def test_the_dialog_can_be_closed_and_stays_closed(lab, open_page):
    page = drawn(open_page(lab.url, height=1100))
    dialog = open_dialog(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden(timeout=SLOW)
    page.locator("[class*='st-key-lit-'] button").first.click()  # the whole page runs again
    page.wait_for_url(re.compile("run="), timeout=SLOW)
    expect(dialog).to_be_hidden()
