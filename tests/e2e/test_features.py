"""The page Features in a real browser, on recorded nets."""

import re

import pytest
from playwright.sync_api import Page, expect

from .lab import RECORDED, SLOW, canvas, fits

pytestmark = pytest.mark.browser

DRAWN = ("filters-0", "unit-histogram", "unit-images", "lesion-0", "confusion-0", "features-map-0")
GROUND = re.compile("of the ground is at most 1 nat")
PLACE = """(plot, hit) => {
  for (const trace of plot._fullData) {
    const at = [...(trace.customdata ?? [])].indexOf(hit);
    const { xaxis, yaxis } = plot._fullLayout;
    if (at >= 0) return [xaxis.d2p(trace.x[at]), yaxis.d2p(trace.y[at])];
  }
}"""


@pytest.fixture
def features(shared_lab, open_page):
    """features(query, **view): the page by such a link, its figures drawn."""

    def features(query: str = RECORDED, **view) -> Page:
        page = open_page(f"{shared_lab.url}/features?{query}", **view)
        for name in DRAWN:
            page.wait_for_selector(f"{canvas(name)} .main-svg", timeout=2 * SLOW)
        return page

    return features


def click_mark(page: Page, name: str, hit: str) -> None:
    """On the mark of a figure that carries this."""
    plot = page.locator(canvas(name))
    plot.scroll_into_view_if_needed()
    left, top = plot.evaluate(PLACE, hit)
    box = page.locator(f"{canvas(name)} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + left, box["y"] + top)
    page.mouse.click(box["x"] + left, box["y"] + top)


def errors(page: Page) -> list[str]:
    return page.locator("[data-testid=stMetricValue]").all_inner_texts()


def test_a_click_bypasses_a_block_of_both_nets_and_undo_puts_it_back(features):
    page = features()
    whole, counted = page.get_by_text("has all its blocks"), page.get_by_text("on all 2,000 images")
    expect(whole.first).to_be_visible(timeout=SLOW)
    click_mark(page, "lesion-0", "stages.1.0")
    page.wait_for_url(re.compile("lesion=1.0.*lesion2=1.0"), timeout=SLOW)
    expect(counted).to_have_count(2, timeout=SLOW)
    expect(page.get_by_text("With 1 block bypassed").first).to_be_visible(timeout=SLOW)
    without = errors(page)
    page.get_by_role("button", name="Undo").click()
    expect(whole.first).to_be_visible(timeout=SLOW)
    expect(counted).to_have_count(2, timeout=SLOW)
    assert all(
        float(one[:-2]) < float(cut[:-2]) for one, cut in zip(errors(page), without, strict=True)
    )


def test_the_sweep_draws_what_each_block_costs(features):
    page = features()
    page.get_by_role("button", name="Sweep all blocks").click()
    page.wait_for_selector(f"{canvas('lesion-sweep')} .main-svg", timeout=SLOW)
    assert page.locator(canvas("lesion-sweep")).evaluate("plot => plot._fullData.length") >= 2
    expect(page.locator(".stException")).to_have_count(0)


def test_a_link_opens_the_card_of_its_unit(features):
    page = features(f"{RECORDED}&unit=stages.1.0/5&unit_side=right")
    expect(page.get_by_text("Channel 5 of stage 2, block 1 of residual-8")).to_be_visible(
        timeout=SLOW
    )


def test_an_image_is_made_for_a_unit(features):
    page = features()
    page.get_by_role("button", name="Make it").click()
    page.wait_for_selector(f"{canvas('unit-synthetic')} .main-svg", timeout=2 * SLOW)
    expect(page.get_by_text("To the image made for it its answer is")).to_be_visible(timeout=SLOW)


def test_a_square_of_the_matrix_shows_its_images(features):
    page = features()
    plot = page.locator(canvas("confusion-0"))
    plot.scroll_into_view_if_needed()
    box = page.locator(f"{canvas('confusion-0')} .nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.05, box["y"] + box["height"] * 0.05)
    expect(page.get_by_role("dialog")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("dialog")).to_contain_text("T-shirt/top")


def test_the_map_is_drawn_by_t_sne_on_demand(features):
    page = features()
    has_no_axis = "plot => !!plot?.layout && !plot.layout.xaxis.title?.text"
    assert not page.locator(canvas("features-map-0")).evaluate(has_no_axis)
    page.get_by_role("button", name="t-SNE").or_(page.get_by_role("radio", name="t-SNE")).click()
    page.get_by_role("button", name="Lay out").click()
    page.wait_for_function(
        f"({has_no_axis})(document.querySelector('{canvas('features-map-0')}'))", timeout=2 * SLOW
    )


def test_the_ground_is_computed_and_still_there_after_a_reload(features):
    page = features()
    page.get_by_role("button", name="Compute the ground").click()
    expect(page.get_by_text(GROUND)).to_be_visible(timeout=3 * SLOW)
    page.reload()
    expect(page.get_by_text(GROUND)).to_be_visible(timeout=2 * SLOW)
    expect(page.get_by_role("button", name="Compute the ground")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 5600), (390, 7600)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(features, width, height, dark):
    page = features(width=width, height=height, dark=dark)
    page.wait_for_timeout(1_000)
    assert fits(page, "features", width, dark)
