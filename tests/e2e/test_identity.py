"""The page Identity in a real browser, on recorded nets."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.store.reads import read_runs

from .lab import RECORDED, SLOW, canvas, fits

pytestmark = pytest.mark.browser

RUNS = f"{RECORDED}&to=32"
COPIED = re.compile("Deepening residual-8 to 32 layers with identity blocks changes 0 of")
CURVES = ".st-key-plot-training-curves .live-plot-canvas"


@pytest.fixture
def identity(lab, open_page):
    """identity(query, **view): the page by such a link, its nets drawn."""

    def identity(query: str = RUNS, **view) -> Page:
        page = open_page(f"{lab.url}/identity?{query}", **view)
        page.wait_for_selector(f"{canvas('deepen-net-0')} .main-svg", timeout=2 * SLOW)
        return page

    return identity


def count(page: Page) -> None:
    """Until the first counts are there; somebody may have asked for them before."""
    start = page.get_by_role("button", name="Insert the blocks and test")
    if start.count():
        start.click()
    expect(page.get_by_text(COPIED)).to_be_visible(timeout=3 * SLOW)
    page.wait_for_selector(f"{canvas('deepen-errors-1')} .main-svg", timeout=SLOW)


def test_without_a_link_the_recorded_nets_of_20_layers_are_shown(identity):
    page = identity("")
    for name in ("plain-20", "residual-20"):
        expect(page.get_by_text(f"{name} at step 468 and 18 new blocks")).to_be_visible()


def test_the_blocks_are_inserted_and_no_answer_changes(identity):
    page = identity()
    count(page)
    expect(page.get_by_text("exactly as good exists")).to_be_visible(timeout=SLOW)
    expect(page.locator(".stException")).to_have_count(0)


def test_another_depth_goes_into_the_link_and_inserts_more_blocks(identity):
    page = identity()
    page.get_by_role("radio", name="110").or_(page.get_by_role("button", name="110")).click()
    page.wait_for_url(re.compile("to=110"), timeout=SLOW)
    expect(page.get_by_text("plain-8 at step 468 and 51 new blocks")).to_be_visible(timeout=SLOW)


def test_train_starts_a_race_that_is_still_there_after_a_reload(identity, lab):
    page = identity()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("0.5")
    page.get_by_role("button", name="Train", exact=True).click()
    link = page.get_by_role("link", name="Open this race")
    expect(link).to_be_visible(timeout=3 * SLOW)
    runs = read_runs(lab.store)
    race = runs[runs["experiment"] == "deepened to 32"]
    assert list(race["depth"]) == [8, 32, 32, 8, 32, 32]
    assert set(race["epochs"]) == {0.5}
    page.wait_for_selector(f"{CURVES} .main-svg", timeout=SLOW)
    told = page.get_by_text(re.compile("(So far, at epoch|After 0.5 epochs)"))
    expect(told).to_be_visible(timeout=2 * SLOW)
    expect(page.get_by_text("the solution by construction")).to_have_count(1)
    page.reload()
    expect(link).to_be_visible(timeout=2 * SLOW)
    link.click()
    page.wait_for_url(re.compile(f"experiment={race['experiment_id'].iloc[0]}"), timeout=SLOW)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 3600), (390, 5200)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(identity, width, height, dark):
    page = identity(width=width, height=height, dark=dark)
    count(page)
    page.wait_for_timeout(1_000)
    assert fits(page, "identity", width, dark)
