"""Image, map and overlay."""

import numpy as np
import pytest

from dashboard.figures import cam_overlay as module
from dashboard.figures.cam_overlay import bilinear
from dashboard.figures.cam_tiles import NOTHING
from tests.dashboard.figures.checked import checked

cam_overlay = checked(module.cam_overlay)
GREY = np.full((28, 28, 1), 128, np.uint8)
COLOUR = np.full((32, 32, 3), 128, np.uint8)


def drawn(numbers, image=GREY, limit=2.0, opacity=0.5, **options):
    return cam_overlay(image, np.array(numbers, np.float32), limit, opacity, alt="", **options)


def test_between_the_middles_of_two_cells_the_overlay_is_their_mean():
    # middles of 2 cells over 8 pixels lie at 2 and 6, of pixels at 0.5, 1.5, ...
    row = bilinear(np.array([[0.0, 8.0]]), 1, 8)[0]
    assert row.tolist() == [0, 0, 1, 3, 5, 7, 8, 8]


def test_a_constant_map_stays_constant():
    assert (bilinear(np.full((4, 4), 3.0), 28, 28) == 3).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("image", [GREY, COLOUR], ids=["grey", "colour"])
def test_the_image_stands_alone_and_under_the_overlay(image, mode):
    figure = drawn([[1, 0], [0, -1]], image, mode=mode)
    assert [picture.xref for picture in figure.layout.images] == ["x", "x3"]
    assert figure.layout.images[0].sizex == image.shape[1]


def test_map_and_overlay_share_one_scale_about_0():
    figure = drawn([[1, 0], [0, -1]], limit=5.0)
    assert [(trace.zmin, trace.zmax) for trace in figure.data] == [(-5, 5), (-5, 5)]


def test_the_map_keeps_its_grid_and_the_overlay_has_the_images_size():
    map_, overlay = drawn(np.ones((4, 4))).data
    assert (len(map_.x), len(overlay.x)) == (4, 28)
    assert (map_.x[0], overlay.x[0]) == (3.5, 0.5)  # middles of cells, in pixels


def test_the_slider_sets_the_opacity_of_the_overlay_alone():
    map_, overlay = drawn([[1]], opacity=0.25).data
    assert (map_.opacity, overlay.opacity) == (None, 0.25)


@pytest.mark.parametrize(("numbers", "told"), [([[-1, 0]], True), ([[-1, 0.1]], False)])
def test_an_empty_map_says_so(numbers, told):
    words = [note.text.replace("<br>", " ") for note in drawn(numbers).layout.annotations]
    assert (NOTHING in words) is told


def test_a_map_of_zeros_can_be_drawn():
    assert drawn([[0.0]], limit=0.0).data[0].zmax == 1
