"""The lab as a newcomer uses it: `python -m dashboard`, a real browser, a real race."""

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.engines.local import LocalEngine
from core.store.reads import read_runs
from core.store.workers import read_workers

from .lab import SLOW, Lab, fits

pytestmark = pytest.mark.browser

CURVES = ".st-key-plot-training-curves .live-plot-canvas"
PLOT = f"document.querySelector('{CURVES}')"
POINTS = f"({PLOT}?._fullData ?? []).reduce((sum, trace) => sum + trace.x.length, 0)"


@pytest.fixture
def quick(lab: Lab) -> Iterator[str]:
    """Id of a fresh quick race, long enough not to end under the test."""
    from core.presets import PRESETS, with_settings

    experiment = with_settings(PRESETS["quick"], {"epochs": 200, "name": f"race {time.time()}"})
    os.environ["DEPTHLAB_HOME"] = str(lab.home)
    engine = LocalEngine(lab.store)
    experiment_id, _ = engine.submit(experiment)
    yield experiment_id
    engine.request(experiment_id, list(read_runs(lab.store, experiment_id)["run_id"]), "stop")


def drawn(page: Page) -> Page:
    page.wait_for_function(f"{PLOT}?._fullData", timeout=SLOW)
    return page


def wait_for_points(page: Page) -> None:
    before = page.evaluate(POINTS)
    page.wait_for_function(f"before => {POINTS} > before", arg=before, timeout=SLOW)


def states(lab: Lab, experiment_id: str) -> set[str]:
    return set(read_runs(lab.store, experiment_id)["status"])


def wait_for_state(lab: Lab, experiment_id: str, state: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while states(lab, experiment_id) != {state}:
        assert time.monotonic() < deadline, states(lab, experiment_id)
        time.sleep(0.1)


def test_the_first_page_shows_a_recorded_race_and_its_verdict(lab, open_page):
    page = drawn(open_page(lab.url))
    expect(page.get_by_role("heading", name="Is deeper always better?")).to_be_visible()
    expect(page.get_by_text("recorded").first).to_be_visible()
    expect(page.get_by_text(re.compile("the shortcut removes .* points"))).to_be_visible()
    expect(page.get_by_text("3 seeds").first).to_be_visible()


def test_the_page_asks_nobody_else_for_anything(lab, open_page):
    page = open_page("about:blank")
    hosts = []
    page.on(
        "request", lambda request: hosts.append(re.sub(r"^\w+://([^/]*).*", r"\1", request.url))
    )
    page.goto(lab.url)
    drawn(page)
    page.wait_for_timeout(1_000)
    assert {host for host in hosts if not host.startswith(("data:", "blob:"))} == {
        f"127.0.0.1:{lab.port}"
    }


def test_start_makes_points_arrive_and_a_second_tab_joins(lab, open_page):
    page = drawn(open_page(lab.url))
    page.get_by_role("combobox", name="Preset").click()
    page.get_by_role("option", name="quick").click()
    expect(page.get_by_text(re.compile("4 nets"))).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("experiment="), timeout=SLOW)
    started = page.url.split("experiment=")[1]
    page.wait_for_function(f"{PLOT}.layout.uirevision === '{started}'", timeout=SLOW)
    expect(page.get_by_text("live").first).to_be_visible(timeout=SLOW)
    wait_for_points(page)
    page.wait_for_function(f"{PLOT}._fullLayout.yaxis.range[1] >= 80", timeout=SLOW)

    other = drawn(open_page(lab.url))
    other.get_by_role("combobox", name="Preset").click()
    other.get_by_role("option", name="quick").click()
    expect(other.get_by_text(re.compile("4 nets"))).to_be_visible(timeout=SLOW)
    other.get_by_role("button", name="Start", exact=True).click()
    other.wait_for_url(page.url, timeout=SLOW)
    assert len(lab.runs) == 4

    page.get_by_role("button", name="Stop all").click()
    wait_for_state(lab, page.url.split("experiment=")[1], "stopped")


def test_a_zoom_stays_while_points_arrive(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    box = page.locator(CURVES).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.6, steps=5)
    page.mouse.up()
    zoomed = page.evaluate(f"{PLOT}._fullLayout.yaxis.range")
    wait_for_points(page)
    wait_for_points(page)
    assert page.evaluate(f"{PLOT}._fullLayout.yaxis.range") == zoomed


def test_a_change_of_theme_draws_the_newest_points_again(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    wait_for_points(page)  # newer than those that came with the page
    page.evaluate(f"""() => {{
        window.fewest = {POINTS};
        const watch = () => {{
            window.fewest = Math.min(window.fewest, {POINTS});
            requestAnimationFrame(watch);
        }};
        watch();
    }}""")
    before, light = page.evaluate(POINTS), page.evaluate(f"{PLOT}._fullLayout.paper_bgcolor")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"light => {PLOT}._fullLayout.paper_bgcolor !== light", arg=light, timeout=SLOW
    )
    wait_for_points(page)
    assert page.evaluate("window.fewest") >= before


def test_a_figure_goes_on_once_the_network_is_back(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    page.route("**/live/**", lambda route: route.abort())
    page.wait_for_timeout(3_000)
    page.unroute("**/live/**")
    wait_for_points(page)


def test_a_figure_that_has_gone_asks_for_nothing_more(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    held = []

    def hold(route) -> None:
        held.append(route)  # under way while the page goes

    page.route("**/live/**", hold)
    page.wait_for_timeout(2_000)
    assert held
    page.get_by_test_id("stSidebarNav").get_by_text("Papers").click()
    expect(page.locator(CURVES)).to_have_count(0, timeout=SLOW)
    under_way = [*held]
    for route in under_way:
        route.fulfill(status=304)
    page.wait_for_timeout(4_000)
    assert held == under_way


def test_nobody_asks_for_newer_figures_in_a_hidden_tab(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    asked = []
    page.on("request", lambda request: asked.append("/live/" in request.url))
    with page.expect_request("**/live/**", timeout=SLOW):
        pass  # a figure has asked: the ones to come would be seen
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.wait_for_timeout(1_500)  # whatever was under way has come
    asked.clear()
    page.wait_for_timeout(3_000)
    assert not any(asked)


def test_pause_resume_and_a_reload_keep_what_was_recorded(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    page.get_by_role("button", name="Pause all").click()
    wait_for_state(lab, quick, "paused")
    steps = read_runs(lab.store, quick)["step"].sum()
    page.reload()
    drawn(page)
    assert read_runs(lab.store, quick)["step"].sum() == steps
    page.get_by_role("button", name="Resume all").click()
    wait_for_points(page)
    assert read_runs(lab.store, quick)["step"].sum() > steps


def test_killing_the_dashboard_leaves_training_alone(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    lab.kill()
    before = read_runs(lab.store, quick)["step"].sum()
    time.sleep(2)
    assert read_runs(lab.store, quick)["step"].sum() > before
    lab.start()
    page.reload()
    wait_for_points(drawn(page))


def test_killing_the_worker_is_told_and_resume_goes_on(lab, quick, open_page):
    page = drawn(open_page(f"{lab.url}/?experiment={quick}"))
    wait_for_points(page)
    for pid in read_workers(lab.store)["pid"]:
        os.kill(int(pid), signal.SIGKILL)
    expect(page.get_by_text("4 runs interrupted")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Resume all").click()
    wait_for_points(page)
    expect(page.get_by_text("4 runs interrupted")).to_be_hidden(timeout=SLOW)


def test_a_bad_depth_is_refused_beside_its_field(lab, open_page):
    page = drawn(open_page(lab.url))
    page.get_by_text("Advanced").click()
    depths = page.get_by_role("textbox", name="Depths")
    depths.fill("8, 21")
    depths.press("Enter")
    sentence = "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"
    expect(page.get_by_role("alert").get_by_text(sentence)).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    depths.fill("8, 20")
    depths.press("Enter")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled(timeout=SLOW)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 1000), (390, 844)], ids=["wide", "phone"])
def test_nothing_sticks_out_of_the_page(lab, open_page, width, height, dark):
    page = drawn(open_page(lab.url, width=width, height=height, dark=dark))
    page.wait_for_timeout(1_000)
    assert fits(page, "race", width, dark)
