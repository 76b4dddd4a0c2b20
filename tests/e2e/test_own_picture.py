"""A picture of one's own in a real browser: uploaded, cut, seen by both nets, taken home."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .lab import SLOW, fits

pytestmark = pytest.mark.browser

SQUARE = ".image-crop-square"
WIDTH, HEIGHT = 400, 300


@pytest.fixture
def attention(shared_lab, open_page):
    """attention(query, **view): the page of the recorded race."""

    def attention(query: str = "", **view) -> Page:
        page = open_page(f"{shared_lab.url}/attention?{query}", **view)
        expect(page.get_by_role("button", name="Other pictures")).to_be_visible(timeout=SLOW)
        return page

    return attention


def picture(kind: str = "JPEG") -> bytes:
    """Black on the left, white on the right."""
    image = Image.new("L", (WIDTH, HEIGHT))
    image.paste(255, (WIDTH // 2, 0, WIDTH, HEIGHT))
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_role("button", name="Other pictures").click()
    file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_role("button", name="Back to the test images")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")  # a popover that closes earlier ends the upload


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the square to another, in shares of its sides."""
    square = page.locator(SQUARE)
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=6)
    page.mouse.up()


def arrays(page: Page, folder) -> dict[str, np.ndarray]:
    """What the nets see, from the download of the net on the left."""
    with page.expect_download(timeout=SLOW) as download:
        page.locator(".st-key-download-npz-0 button:visible").first.click()
    download.value.save_as(folder / "map.npz")
    return dict(np.load(folder / "map.npz"))


def test_both_nets_see_the_square_that_was_dragged(attention, tmp_path):
    page = attention()
    upload(page, "half.jpg", picture())
    expect(page.get_by_text(f"300 x 300 of {WIDTH} x {HEIGHT} pixels")).to_be_visible(timeout=SLOW)
    expect(page.locator(".st-key-download-npz-1")).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(2_000)
    assert np.ptp(arrays(page, tmp_path)["image"].astype(int)) > 200  # black and white
    drag(page, (0.97, 0.97), (0.4, 0.4))
    expect(page.get_by_text(re.compile(r"^1\d\d x 1\d\d of"))).to_be_visible()
    drag(page, (0.5, 0.5), (-3, 0.5))  # to the left edge, where all is black
    page.wait_for_timeout(3_000)
    found = arrays(page, tmp_path)
    assert found["image"].max() < 50
    assert found["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    page.get_by_role("button", name="Whole middle").click()
    expect(page.get_by_text(f"300 x 300 of {WIDTH} x {HEIGHT} pixels")).to_be_visible()
    page.wait_for_timeout(3_000)
    assert np.ptp(arrays(page, tmp_path)["image"].astype(int)) > 200


def test_the_square_is_moved_and_resized_by_keys(attention):
    page = attention("sample=cat")
    square = page.locator(SQUARE)
    expect(square).to_be_visible(timeout=SLOW)  # a hidden one takes no focus
    square.focus()
    expect(square).to_be_focused()
    for key in ("-", "-", "ArrowLeft"):
        page.keyboard.press(key)
    expect(square).to_have_attribute(
        "aria-label", re.compile("288 pixels a side, 69 from the left")
    )


def test_a_text_that_is_called_a_picture_is_a_sentence(attention):
    page = attention()
    upload(page, "words.png", b"These are words.")
    sentence = page.get_by_text("this file is no picture that can be read")
    expect(sentence.first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("This browser cannot show the picture")).to_be_visible()
    page.get_by_role("button", name="Back to the test images").click()
    expect(sentence).to_have_count(0, timeout=SLOW)
    expect(page.locator(".stException")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_a_picture_fits_on_the_page(attention, width, dark):
    page = attention("sample=cat", width=width, height=1600, dark=dark)
    expect(page.locator(SQUARE)).to_be_visible(timeout=SLOW)
    page.locator(SQUARE).scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)
    assert fits(page, "own-picture", width, dark)
