"""The page Double descent in a real browser: random features measured while one watches."""

import re

import pytest
from playwright.sync_api import Page, expect

from .lab import SLOW, fits

pytestmark = pytest.mark.browser

SMALL = "rf_n=200&rf_range=10&rf_range=500&rf_points=8"
PLOT = "document.querySelector('.st-key-plot-descent-risk .live-plot-canvas')"
POINTS = f"({PLOT}?._fullData?.find((trace) => trace.uid === 'test_error')?.x.length ?? 0)"


@pytest.fixture
def measured(shared_lab, open_page):
    """measured(query, **view): the page by such a link, its curve complete."""

    def measured(query: str = SMALL, **view) -> Page:
        page = open_page(f"{shared_lab.url}/double_descent?{query}", **view)
        start = page.get_by_role("button", name="Measure the curve")
        drawn = page.locator(".st-key-plot-descent-risk .main-svg").first
        expect(start.or_(drawn).first).to_be_visible(timeout=SLOW)
        if start.is_visible():
            start.click()
        page.wait_for_function(f"{POINTS} >= 8", timeout=2 * SLOW)
        return page

    return measured


def test_a_curve_is_measured_and_the_threshold_found(measured):
    page = measured()
    expect(page.get_by_text("Interpolation threshold: N = 200")).to_be_visible(timeout=SLOW)
    page.wait_for_function(
        f"{PLOT}._fullData.some((trace) => trace.uid === 'threshold' && trace.x[0] === 200)",
        timeout=SLOW,
    )
    expect(page.locator(".stException")).to_have_count(0)


def test_another_link_is_another_curve_and_with_a_ridge_no_threshold_is_found(measured):
    page = measured(f"{SMALL}&rf_ridge=10")
    expect(page.get_by_text("No interpolation threshold found")).to_be_visible(timeout=SLOW)
    assert not page.evaluate(f"{PLOT}._fullData.some((trace) => trace.uid === 'threshold')")


def test_the_link_follows_what_is_chosen(measured):
    page = measured()
    page.get_by_role("radio", name="ReLU").or_(page.get_by_role("button", name="ReLU")).click()
    page.wait_for_url(re.compile("rf_kind=ReLU"), timeout=SLOW)
    expect(page.get_by_role("button", name="Measure the curve")).to_be_visible(timeout=SLOW)


def test_the_csv_holds_a_row_a_number_of_features(measured):
    page = measured()
    section = page.locator(".st-key-section-random-features")
    section.get_by_role("button", name="Data").first.click()
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download CSV").click(timeout=SLOW)
    rows = download.value.path().read_text().splitlines()
    assert rows[0] == "width,train_error,test_error,train_squared,test_squared,norm,dead"
    assert len(rows) == 1 + page.evaluate(POINTS)


def test_what_does_not_fit_is_told_before_anything_starts(shared_lab, open_page):
    page = open_page(f"{shared_lab.url}/double_descent?rf_range=10&rf_range=1,000,000")
    expect(page.get_by_text(re.compile("; the largest N "))).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Measure the curve")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 3000), (390, 5000)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(measured, width, height, dark):
    page = measured(width=width, height=height, dark=dark)
    page.wait_for_timeout(1_000)
    assert fits(page, "double_descent", width, dark)
