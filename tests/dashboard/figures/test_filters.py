"""Filters as pictures."""

import numpy as np

from dashboard.figures.filters import filter_pictures, weights_in_words


def test_every_input_of_a_filter_is_a_picture_filter_by_filter():
    filters = np.zeros((2, 5, 3, 3), np.float32)
    filters[1, 0, 1, 2] = 1.0
    pictures = filter_pictures(filters, 1.0)
    assert pictures.shape == (10, 3, 3, 3)
    changed = np.argwhere((pictures != pictures[0, 0, 0]).any(3))
    assert changed.tolist() == [[5, 1, 2]]


def test_weights_are_white_at_0_red_above_and_blue_below():
    filters = np.array([-2.0, 0.0, 2.0], np.float32).reshape(1, 1, 1, 3)
    below, zero, above = filter_pictures(filters, 2.0)[0, 0].astype(int)
    assert zero.tolist() == [247, 247, 247]  # ColorBrewer's RdBu
    assert above[0] > above[2]
    assert below[2] > below[0]


def test_a_filter_for_colours_is_one_picture_in_them():
    filters = np.zeros((4, 3, 5, 5), np.float32)
    filters[2, 0, 0, 0], filters[2, 2, 4, 4] = 0.5, -0.5
    pictures = filter_pictures(filters, 0.5)
    assert pictures.shape == (4, 5, 5, 3)
    assert pictures[2, 0, 0].tolist() == [255, 128, 128]  # red
    assert pictures[2, 4, 4].tolist() == [128, 128, 0]  # no blue
    assert set(pictures[0].ravel()) == {128}


def test_filters_that_are_all_0_are_no_fault():
    assert (filter_pictures(np.zeros((1, 1, 3, 3)), 0.0) == 247).all()


def test_weights_are_told_row_by_row():
    assert weights_in_words(np.array([[1.0, -0.5], [0.0, 2.25]])) == "+1.00 -0.50<br>+0.00 +2.25"
