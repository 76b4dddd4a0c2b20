"""The page Inside in a real browser, on nets of 3 and of 201 blocks that were trained for it."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.engines.local import LocalEngine
from core.store.database import open_store
from core.store.profiles import read_profiles
from core.store.reads import read_runs
from tests.racing import queue, run_to_the_end, tiny

from .lab import SLOW, canvas, fits, opened_lab

pytestmark = pytest.mark.browser

PROBES = ("heatmap-left", "heatmap-right", "vanishing")
LINE = "plot => Math.round(plot._fullLayout.shapes.at(-1).x0)"  # where the slider's step stands
HEATMAP = ".st-key-plot-heatmap-left .live-plot-canvas"
COLUMNS = "plot => plot?._fullData?.[0].x.length ?? 0"
ROWS = "plot => plot?._fullData?.[0].y.length ?? 0"
RANGES = "plot => [plot._fullLayout.xaxis.range, plot._fullLayout.yaxis.range]"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    home = tmp_path_factory.mktemp("lab")
    store = open_store(str(home / "lab.db"))
    queue(store, depths=(404,), width=1, steps=2, batch_size=8, snapshots=1)
    run_to_the_end(store)
    queue(store, steps=60, snapshots=4, probe_every=1)  # "auto" goes by the clock
    run_to_the_end(store)
    with opened_lab(home) as lab:
        yield lab


@pytest.fixture
def inside(lab, open_page):
    """inside(**view): the page of the race by a link to its last step."""
    runs = read_runs(lab.store)
    experiment_id = runs.loc[runs["status"] == "finished", "experiment_id"].iloc[0]

    def inside(**view) -> Page:
        page = open_page(f"{lab.url}/inside?experiment={experiment_id}", **view)
        for name in (*PROBES, "profile"):
            page.wait_for_selector(f"{canvas(name)} .main-svg", timeout=SLOW)
        return page

    return inside


@pytest.fixture
def live(lab, monkeypatch, request):
    """Id of a race under way that does not end under the test."""
    monkeypatch.setenv("DEPTHLAB_HOME", str(lab.home))
    engine = LocalEngine(lab.store)
    experiment_id, _ = engine.submit(
        tiny(name=request.node.name, steps=100_000, probe_every=50)  # the same twice is one race
    )
    yield experiment_id
    engine.request(experiment_id, list(read_runs(lab.store, experiment_id)["run_id"]), "stop")


def lines(page: Page) -> list[float]:
    return [page.locator(canvas(name)).evaluate(LINE) for name in PROBES]


def profile_step(page: Page) -> str:
    name = page.locator(canvas("profile")).evaluate("plot => plot._fullData[0].name")
    return name.split(", ")[1]


def zoom(page: Page) -> list[list[float]]:
    """Into the middle of the heatmap on the left; the ranges of its axes."""
    box = page.locator(f"{HEATMAP} .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    return page.locator(HEATMAP).evaluate(RANGES)


def wait_for_line(page: Page, step: int) -> None:
    for name in PROBES:
        shown = f"({LINE})(document.querySelector('{canvas(name)}'))"
        page.wait_for_function(f"{shown} === {step}", timeout=SLOW)


def test_the_slider_moves_every_probe_figure(inside):
    page = inside()
    assert lines(page) == [60] * 3
    assert profile_step(page) == "step 60"
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_line(page, 22)  # of 1, 3, 8, 22 and 60
    assert profile_step(page) == "step 22"
    expect(
        page.get_by_text(re.compile("At step 22 the gradient in the first block"))
    ).to_be_visible()
    assert "step=22" in page.url
    expect(page.get_by_text("at step 22 says")).to_have_count(2, timeout=SLOW)  # feature maps


def test_a_click_in_a_heatmap_moves_the_slider(inside):
    page = inside()
    box = page.locator(f"{canvas('heatmap-right')} .nsewdrag").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.5)
    page.wait_for_url(re.compile("step="), timeout=SLOW)
    wait_for_line(page, int(page.url.split("step=")[1]))
    assert lines(page)[0] < 60


def test_play_goes_through_the_steps_and_stops_at_the_last(inside):
    page = inside()
    page.get_by_role("button", name="Play").click()
    wait_for_line(page, 3)
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=SLOW)
    wait_for_line(page, 60)
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=SLOW)


def test_a_net_of_three_blocks_has_a_row_for_each_with_stem_and_head(inside):
    page = inside()
    numbers = "plot => plot._fullData[0].z.map(step => step.length)"
    steps = page.locator(canvas("heatmap-left")).evaluate(numbers)
    assert len(steps) == page.locator(canvas("heatmap-left")).evaluate(COLUMNS)
    assert set(steps) == {5}
    assert page.locator(canvas("heatmap-left")).evaluate(
        "plot => plot._fullLayout.yaxis.ticktext"
    ) == ["stem", "stage 1", "stage 2", "stage 3", "head"]
    expect(page.locator(".stException")).to_have_count(0)


def test_a_net_of_201_blocks_fits_on_the_page(lab, open_page):
    runs = read_runs(lab.store)
    deep = runs.loc[runs["depth"] == 404, "experiment_id"].iloc[0]
    page = open_page(f"{lab.url}/inside?experiment={deep}")
    residual = canvas("heatmap-right")  # the plain net's gradient overflows in its first blocks
    page.wait_for_function(f"({ROWS})(document.querySelector('{residual}')) === 203", timeout=SLOW)
    ticks = page.locator(residual).evaluate("plot => plot._fullLayout.yaxis.ticktext")
    assert ticks == ["stage 1", "stage 2", "stage 3"]
    expect(page.get_by_text("All 202 rows, not 40")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("says")).to_have_count(2, timeout=SLOW)
    expect(page.locator(".stException")).to_have_count(0)


def test_a_zoom_stays_when_the_slider_moves(inside):
    page = inside()
    zoomed = zoom(page)
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_line(page, 22)
    assert page.locator(HEATMAP).evaluate(RANGES) == zoomed


def test_heatmaps_grow_and_keep_a_zoom_while_the_nets_train(lab, live, open_page):
    page = open_page(f"{lab.url}/inside?experiment={live}&step=0")
    page.wait_for_function(f"({COLUMNS})(document.querySelector('{HEATMAP}')) > 1", timeout=SLOW)
    expect(page.get_by_text("live").first).to_be_visible()
    before = page.locator(HEATMAP).evaluate(COLUMNS)
    zoomed = zoom(page)
    grown = f"({COLUMNS})(document.querySelector('{HEATMAP}')) > {before}"
    page.wait_for_function(grown, timeout=SLOW)
    assert page.locator(HEATMAP).evaluate(RANGES) == zoomed


def test_columns_that_come_one_after_the_other_are_the_recorded_ones(lab, live, open_page):
    page = open_page(f"{lab.url}/inside?experiment={live}&step=0")
    page.wait_for_function(f"({COLUMNS})(document.querySelector('{HEATMAP}')) > 1", timeout=SLOW)
    for _ in range(3):
        with page.expect_response(
            lambda answer: "/left?" in answer.url and answer.ok, timeout=SLOW
        ) as newer:
            pass
        sent = json.loads(newer.value.body().split(b"\n")[1])["data"][0]["x"]
    last = f"document.querySelector('{HEATMAP}')._fullData[0].x.at(-1)"
    page.wait_for_function(f"{last} >= {sent[-1]}", timeout=SLOW)
    steps, values = page.locator(HEATMAP).evaluate(
        "plot => [[...plot._fullData[0].x], plot._fullData[0].z.map(column => [...column])]"
    )
    assert len(sent) < len(steps)
    run_id = parse_qs(urlsplit(newer.value.url).query)["sides"][0].partition(".")[0]
    recorded = read_profiles(lab.store, run_id, "gradient-norm")
    assert steps[1:] == recorded.steps[1 : len(steps)].tolist()
    assert values == recorded.values[: len(steps)].tolist()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 2000), (390, 3000)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(inside, width, height, dark):
    page = inside(width=width, height=height, dark=dark)
    page.wait_for_timeout(1_000)
    assert fits(page, "inside", width, dark)
