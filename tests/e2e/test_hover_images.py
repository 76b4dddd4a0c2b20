"""Images on hover in a real browser: the right one, and only while the mouse points at it."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.live_plot.plotly_js import copy_plotly

from .servers import app_server

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parent / "hover_images_demo.py"
SHADES = (40, 100, 160, 220)  # as in the demo
POINT = """number => {
    const plot = document.querySelector('.live-plot-canvas'), {left, top} =
        plot.getBoundingClientRect(), [trace] = plot._fullData;
    const {xaxis: x, yaxis: y} = plot._fullLayout;
    return [left + x._offset + x.d2p(trace.x[number]), top + y._offset + y.d2p(trace.y[number])];
}"""


@pytest.fixture(scope="module")
def demo(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    copy_plotly(folder / "static")
    with app_server(Path(shutil.copy(DEMO, folder / "app.py"))) as url:
        yield url


@pytest.fixture
def plot(demo, open_page) -> Page:
    page = open_page(demo)
    page.wait_for_function("() => document.querySelector('.live-plot-canvas .plot-container')")
    return page


def test_a_point_shows_its_own_image_while_the_mouse_is_on_it(plot):
    image = plot.locator(".live-plot-sprite")
    expect(image).to_be_hidden()
    for number, shade in enumerate(SHADES):
        plot.mouse.move(*plot.evaluate(POINT, number))
        expect(image).to_be_visible()
        shown = np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("L"))
        middle = shown[shown.shape[0] // 4 : -shown.shape[0] // 4, 10:30]
        assert np.abs(middle.astype(int) - shade).max() < 10, "flat, but a JPEG"
        plot.mouse.move(2, 2)
        expect(image).to_be_hidden()


def test_an_image_stands_inside_the_figure(plot):
    figure = plot.locator(".live-plot").bounding_box()
    for number in range(len(SHADES)):
        plot.mouse.move(*plot.evaluate(POINT, number))
        image = plot.locator(".live-plot-sprite")
        expect(image).to_be_visible()
        box = image.bounding_box()
        assert box["y"] >= figure["y"]
        assert box["y"] + box["height"] <= figure["y"] + figure["height"]
        assert box["x"] >= figure["x"]
        assert box["x"] + box["width"] <= figure["x"] + figure["width"]
