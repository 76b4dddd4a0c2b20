"""The live plot in a real browser: what a person does to it survives the next updates."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import theme
from dashboard.live_plot.plotly_js import copy_plotly, plotly_file

from .servers import app_server

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parent / "live_plot_demo.py"
DRAWN = "() => document.querySelectorAll('.live-plot-canvas .plot-container').length === 2"
PLOT = "document.querySelector('.live-plot-canvas')"
POINTS = f"{PLOT}._fullData.reduce((sum, trace) => sum + trace.x.length, 0)"
TRACE = f"{PLOT}._fullData.find(trace => trace.uid === 'resnet-56_test')"
LAST_POINT = """uid => {
    const plot = document.querySelector('.live-plot-canvas');
    const trace = plot._fullData.find(trace => trace.uid === uid);
    const [x, y] = [plot._fullLayout.xaxis2, plot._fullLayout.yaxis2];
    const {left, top} = plot.getBoundingClientRect(), last = trace.x.length - 1;
    return [left + x._offset + x.l2p(trace.x[last]), top + y._offset + y.l2p(trace.y[last])];
}"""


def copy_demo(folder: Path) -> Path:
    """The demo in a folder of its own: Streamlit serves the `static/` beside the script."""
    return Path(shutil.copy(DEMO, folder / "app.py"))


@pytest.fixture(scope="module")
def demo(chromium, tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("demo")
    copy_plotly(folder / "static")
    with app_server(copy_demo(folder)) as url:
        yield url


@pytest.fixture
def race(demo, open_page) -> Page:
    """A race that grows at 2 Hz, drawn."""
    return drawn(open_page(f"{demo}?speed=0.2"))


def drawn(page: Page) -> Page:
    page.wait_for_function(DRAWN, timeout=30_000)
    return page


def wait_for_updates(page: Page, many: int = 3) -> None:
    """Waits until the figure was drawn so many times more with new points in it."""
    for _ in range(many):
        before = page.evaluate(POINTS)
        page.wait_for_function(f"before => {POINTS} > before", arg=before, timeout=20_000)


def drag(page: Page, trace: str, by: tuple[float, float]) -> None:
    x, y = page.evaluate(LAST_POINT, trace)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=5)
    page.mouse.up()


def x_range(page: Page) -> list[float]:
    return page.evaluate(f"{PLOT}._fullLayout.xaxis2.range")


def test_points_arrive_in_the_same_element(race):
    race.evaluate(f"{PLOT}.mark = 'kept'")
    wait_for_updates(race)
    assert race.evaluate(f"{PLOT}.mark") == "kept"


def test_a_zoom_by_dragging_survives_updates(race):
    before = x_range(race)
    drag(race, "resnet-56_test", by=(90, -90))
    race.wait_for_function(
        f"before => {PLOT}._fullLayout.xaxis2.range[0] !== before", arg=before[0]
    )
    zoomed = x_range(race)
    wait_for_updates(race)
    assert x_range(race) == zoomed
    assert zoomed[1] - zoomed[0] < before[1] - before[0]


def test_a_net_hidden_in_the_legend_stays_hidden(race):
    race.locator(".legend3 .legend3toggle").last.click()
    race.wait_for_function(f"() => {TRACE}.visible === 'legendonly'")
    wait_for_updates(race)
    assert race.evaluate(f"{TRACE}.visible") == "legendonly"


def test_a_click_on_a_point_names_its_run_and_fades_the_others(race):
    race.mouse.click(*race.evaluate(LAST_POINT, "resnet-56_test"))
    expect(race.get_by_text("highlighted: resnet-56-s0")).to_be_visible()
    opacities = f"{PLOT}._fullData.filter(t => t.legendgroup === 'plain-8').map(t => t.opacity)"
    race.wait_for_function(f"faint => {opacities}.every(o => o === faint)", arg=theme.FADED)
    assert race.evaluate(f"{TRACE}.opacity") == 1


def test_the_figure_is_an_image_with_its_numbers_as_text(demo, open_page):
    page = drawn(open_page(f"{demo}?epochs=6"))
    name = page.locator(".live-plot[role=img]").first.get_attribute("aria-label")
    assert name is not None
    assert name.startswith("Training curves at epoch 6.0: of 8 nets")


def test_a_figure_that_does_not_change_is_not_drawn_again(demo, open_page):
    page = drawn(open_page(f"{demo}?epochs=6"))
    page.wait_for_timeout(1000)
    page.evaluate(f"{PLOT}.drawings = 0; {PLOT}.on('plotly_afterplot', () => {PLOT}.drawings++)")
    page.wait_for_timeout(2000)  # four messages
    assert page.evaluate(f"{PLOT}.drawings") == 0


def test_a_hundred_updates_leave_nothing_behind(demo, open_page):
    page = drawn(open_page(f"{demo}?every=0.05&epochs=6&shake=1"))
    browser = page.context.new_cdp_session(page)
    browser.send("Performance.enable")

    def counts() -> dict[str, float]:
        browser.send("HeapProfiler.collectGarbage")
        metrics = browser.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    page.evaluate(f"{PLOT}.drawings = 0; {PLOT}.on('plotly_afterplot', () => {PLOT}.drawings++)")
    page.wait_for_function(f"() => {PLOT}.drawings >= 20", timeout=30_000)
    before = counts()
    page.wait_for_function(f"() => {PLOT}.drawings >= 70", timeout=60_000)
    after = counts()
    assert after["Nodes"] < before["Nodes"] + 200  # ticks and labels come and go
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 20
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 10e6


def test_the_figure_goes_dark_with_the_page(demo, open_page):
    page = drawn(open_page(f"{demo}?epochs=6"))
    expect_colours(page, "light")
    page.emulate_media(color_scheme="dark")
    expect_colours(page, "dark")


def test_the_page_that_starts_dark_has_dark_shades(demo, open_page):
    expect_colours(drawn(open_page(f"{demo}?epochs=6", dark=True)), "dark")


def test_under_a_base_path_plotly_is_found(chromium, open_page, tmp_path):
    copy_plotly(tmp_path / "static")
    with app_server(copy_demo(tmp_path), "--server.baseUrlPath=lab/depth") as url:
        drawn(open_page(f"{url}?epochs=6"))


def test_without_plotly_the_element_says_so(chromium, open_page, tmp_path):
    with app_server(copy_demo(tmp_path)) as url:
        page = open_page(f"{url}?epochs=6")
        sentence = f"The figure cannot be drawn: {url}app/static/{plotly_file()} did not load."
        expect(page.get_by_text(sentence).first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_does_not_scroll_sideways_and_logs_no_error(demo, open_page, width):
    page = open_page("about:blank", width=width)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"{demo}?every=0.1")
    drawn(page)
    wait_for_updates(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert errors == []


def expect_colours(page: Page, mode: theme.Mode) -> None:
    """Waits for the mode's paper, and its shade of residual-56's test line, on the screen."""
    shade = theme.shade("resnet", 56, mode)
    page.wait_for_function(
        f"""([paper, shade]) => {{
            const trace = {TRACE}, layout = {PLOT}._fullLayout;
            return layout.paper_bgcolor === paper && trace.line.color === shade;
        }}""",
        arg=[theme.BACKGROUND[mode], shade],
        timeout=10_000,
    )
