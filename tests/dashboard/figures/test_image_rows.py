"""Rows of images."""

import numpy as np
import pytest

from dashboard.figures import image_rows as module
from tests.dashboard.figures.checked import checked

image_rows = checked(module.image_rows)


def row(label: str, images: int) -> module.ImageRow:
    numbers = range(images)
    pixels = np.zeros((images, 28, 28, 1), np.uint8)
    return module.ImageRow(label, pixels, [f"{label} {n}" for n in numbers], list(numbers))


def drawn(*rows: module.ImageRow, **options):
    return image_rows(rows, 4, narrow_columns=2, alt="rows", **options)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_row_is_one_picture_as_wide_as_it_has_images(mode):
    pictures = drawn(row("a", 3), row("b", 1), mode=mode).layout.images
    assert [(one.y, one.sizex) for one in pictures] == [(0, 3), (1, 1)]


def test_a_row_without_images_keeps_its_name():
    layout = drawn(row("a", 3), row("b", 0)).layout
    assert len(layout.images) == 1
    assert list(layout.yaxis.ticktext) == ["a", "b"]


def test_images_beyond_the_columns_are_left_out():
    figure = drawn(row("a", 9))
    assert figure.layout.images[0].sizex == 4
    assert list(figure.data[0].hovertext) == ["a 0", "a 1", "a 2", "a 3"]


def test_every_image_tells_and_can_be_hit():
    (marks,) = drawn(row("a", 2), row("b", 1)).data
    assert list(zip(marks.x, marks.y, strict=True)) == [(0.5, 0.5), (1.5, 0.5), (0.5, 1.5)]
    assert list(marks.customdata) == [0, 1, 0]


def test_on_a_phone_fewer_and_larger_images_are_shown():
    assert drawn(row("a", 4)).layout.meta["narrow"]["layout"]["xaxis"]["range"] == [0, 2]


def test_no_rows_can_be_drawn():
    assert not drawn().data
