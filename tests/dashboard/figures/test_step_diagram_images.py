"""The first images of a batch."""

import numpy as np
import pytest

from dashboard.figures import step_diagram_images as module
from dashboard.figures.step_diagram_images import COLUMNS, batch_height
from tests.dashboard.figures.checked import checked

batch_images = checked(module.batch_images)
NETS = [("plain", 8), ("resnet", 8)]


def drawn(count: int, channels: int = 1, mode: str = "light"):
    images = np.zeros((count, 8, 8, channels), np.uint8)
    words = [f"<b>image {place}</b><br>more" for place in range(count)]
    return batch_images(images, [f"no. {place}" for place in range(count)], words, NETS, mode=mode)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_image_has_its_place_its_caption_and_its_hover(channels, mode):
    figure = drawn(6, channels, mode)
    captions, marks = figure.data
    corners = {(image.x, image.y) for image in figure.layout.images}
    assert len(corners) == len(captions.text) == len(marks.hovertext) == 6
    assert max(captions.x) < COLUMNS
    assert list(captions.y[:4]) == 4 * [captions.y[0]]
    assert captions.y[4] > captions.y[0]


def test_captions_stand_below_their_images():
    figure = drawn(1)
    (image,) = figure.layout.images
    assert image.y + image.sizey < figure.data[0].y[0]


def test_the_alt_text_has_no_marks_of_hypertext():
    assert drawn(2).layout.meta["alt"] == (
        "The first 2 images of the batch: image 0, more; image 1, more."
    )


def test_more_images_are_higher():
    assert batch_height(4) < batch_height(5) == batch_height(8)
