"""The page Attention maps in a real browser, on recorded nets and on nets that train."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.engines.local import LocalEngine
from core.store.reads import read_runs
from tests.racing import tiny

from .lab import RECORDED, SLOW, canvas, fits

pytestmark = pytest.mark.browser

FRAME = "plot => plot._fullLayout.shapes.map(frame => [frame.x0, frame.y0])"
OPACITY = "plot => plot._fullData.at(-1).opacity"


@pytest.fixture
def attention(shared_lab, open_page):
    """attention(query, **view): the page by such a link, its maps drawn."""

    def attention(query: str = RECORDED, **view) -> Page:
        page = open_page(f"{shared_lab.url}/attention?{query}", **view)
        for name in ("cam-0", "cam-1", "cam-large-0", "cam-large-1"):
            # the first answer includes the import of torch
            page.wait_for_selector(f"{canvas(name)} .main-svg", timeout=2 * SLOW)
        return page

    return attention


@pytest.fixture
def live(shared_lab, monkeypatch):
    """Id of a race under way that does not end under the test."""
    monkeypatch.setenv("DEPTHLAB_HOME", str(shared_lab.home))
    engine = LocalEngine(shared_lab.store)
    experiment_id, _ = engine.submit(tiny(name="live", steps=1_000_000))
    yield experiment_id
    engine.request(
        experiment_id, list(read_runs(shared_lab.store, experiment_id)["run_id"]), "stop"
    )


def click_at(page: Page, name: str, x: float, y: float) -> None:
    """On a place of a figure, in its own coordinates."""
    plot = page.locator(canvas(name))
    plot.scroll_into_view_if_needed()
    inside = "[plot._fullLayout.xaxis.l2p(at[0]), plot._fullLayout.yaxis.l2p(at[1])]"
    left, top = plot.evaluate(f"(plot, at) => {inside}", [x, y])
    box = page.locator(f"{canvas(name)} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + left, box["y"] + top)
    page.mouse.click(box["x"] + left, box["y"] + top)


def test_a_click_on_a_map_shows_that_block_of_both_nets_large(attention):
    page = attention()
    expect(page.get_by_text("stage 3, block 1, for")).to_have_count(2, timeout=SLOW)
    before = page.locator(canvas("cam-0")).evaluate(FRAME)
    click_at(page, "cam-0", 1.5, 0.7)  # the second of four maps
    page.wait_for_url(re.compile("block=stages.0.0"), timeout=SLOW)
    expect(page.get_by_text("stage 1, block 1, for")).to_have_count(2, timeout=SLOW)
    page.wait_for_function(
        f"before => ({FRAME})(document.querySelector('{canvas('cam-1')}'))[0][0] !== before",
        arg=before[0][0],
        timeout=SLOW,
    )


def test_a_class_is_looked_for_in_both_nets(attention):
    page = attention()
    page.locator(".st-key-attention_class input").click()
    page.get_by_role("option", name="Sandal").click()
    page.wait_for_url(re.compile("class=5"), timeout=SLOW)
    expect(page.get_by_text("for Sandal").first).to_be_visible(timeout=SLOW)
    expect(page.locator(".stException")).to_have_count(0)


def test_the_slider_changes_how_much_of_the_image_is_seen(attention):
    page = attention()
    before = page.locator(canvas("cam-large-0")).evaluate(OPACITY)
    page.get_by_role("slider", name="Opacity of the map over the image (%)").focus()
    page.keyboard.press("ArrowLeft")
    changed = f"before => ({OPACITY})(document.querySelector('{canvas('cam-large-0')}')) < before"
    page.wait_for_function(changed, arg=before, timeout=SLOW)


def test_an_image_of_the_gallery_is_picked_by_a_click(attention):
    page = attention()
    page.get_by_role("button", name="Gallery").click()
    page.get_by_role("button", name="Ask the nets").click()
    page.wait_for_selector(f"{canvas('gallery')} .main-svg", timeout=SLOW)
    page.wait_for_timeout(500)  # the dialog has come to rest
    click_at(page, "gallery", 1.5, 0.5)
    page.wait_for_url(re.compile(r"image=\d+"), timeout=SLOW)
    expect(page.locator("[role=dialog]")).to_have_count(0, timeout=SLOW)
    expect(page.get_by_text("cancel").first).to_be_visible(timeout=SLOW)  # one of them is wrong


def test_a_film_is_developed_and_a_click_on_it_goes_to_that_step(attention):
    page = attention()
    page.get_by_role("button", name="Develop the film").click()
    page.wait_for_selector(f"{canvas('attention-film')} .main-svg", timeout=SLOW)
    click_at(page, "attention-film", 6.5, 0.5)  # of 0, 2, 5, 10, 22, 47, 101, 217 and 468
    page.wait_for_url(re.compile("step=101"), timeout=SLOW)
    expect(page.get_by_text("at step 101 says")).to_have_count(2, timeout=SLOW)


def test_the_maps_follow_nets_that_train(shared_lab, live, attention):
    page = attention(f"experiment={live}")
    page.get_by_text("Follow the training").click()

    def step() -> int:
        found = re.search(r"at step ([\d,]+) says", page.locator("body").inner_text())
        return int(found.group(1).replace(",", "")) if found else 0

    seen = set()
    for _ in range(120):
        seen.add(step())
        if len(seen) > 2:
            break
        page.wait_for_timeout(500)
    assert len(seen) > 2
    expect(page.locator(".stException")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 2400), (390, 3600)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(attention, width, height, dark):
    page = attention(width=width, height=height, dark=dark)
    page.wait_for_timeout(1_000)
    assert fits(page, "attention", width, dark)
