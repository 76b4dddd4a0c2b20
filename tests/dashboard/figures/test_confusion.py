"""Matrices of confusion, and their difference."""

import numpy as np
import pytest

from dashboard.figures import confusion as module
from tests.dashboard.figures.checked import checked

confusion = checked(module.confusion)
confusion_difference = checked(module.confusion_difference)
CLASSES = ("cat", "dog", "fox")
SHARES = np.array([[80.0, 20, 0], [50, 50, 0], [0, 0.4, 99.6]])
OTHERS = np.array([[90.0, 10, 0], [20, 80, 0], [0, 1.0, 99.0]])


def compared(**options):
    return confusion_difference(SHARES, OTHERS, CLASSES, ("plain-8", "residual-8"), **options)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_net_has_the_scale_from_0_to_100(mode):
    (cells,) = confusion(SHARES, CLASSES, "plain-8", mode=mode).data
    assert (cells.zmin, cells.zmax) == (0, 100)


def test_numbers_stand_in_the_squares_but_for_those_that_would_be_0():
    (cells,) = confusion(SHARES, CLASSES, "plain-8").data
    assert [list(row) for row in cells.text] == [
        ["80", "20", ""],
        ["50", "50", ""],
        ["", "", "100"],
    ]


def test_numbers_of_many_classes_are_left_to_hover():
    (cells,) = confusion(np.eye(20), [str(one) for one in range(20)], "plain-8").data
    assert not cells.text


def test_a_class_without_images_stays_blank():
    shares = SHARES.copy()
    shares[1] = np.nan
    figure = confusion(shares, CLASSES, "plain-8")
    assert list(figure.data[0].text[1]) == ["", "", ""]
    assert "80 % of cat, its worst class, and 100 % of fox" in figure.layout.meta["alt"]


def test_a_matrix_of_nothing_is_told_so():
    figure = confusion(np.full((3, 3), np.nan), CLASSES, "plain-8")
    assert figure.layout.meta["alt"] == "Confusion of plain-8: there is none to show."


def test_the_true_classes_are_rows_from_above():
    layout = confusion(SHARES, CLASSES, "plain-8").layout
    assert (layout.yaxis.title.text, layout.yaxis.autorange) == ("true class", "reversed")
    assert layout.xaxis.title.text == "what the net says"


def test_a_square_carries_its_number_row_by_row():
    (cells,) = module.confusion(SHARES, CLASSES, "plain-8")["data"]
    numbers = module.matrix(np.arange(9).reshape(3, 3), "i4")
    assert cells["customdata"] == numbers


def test_the_difference_is_the_second_net_less_the_first_about_0():
    (cells,) = compared().data
    assert (cells.zmin, cells.zmax) == (-30, 30)
    assert list(cells.text[0]) == ["10", "−10", ""]
    assert list(cells.text[1]) == ["−30", "30", ""]


def test_alt_text_counts_the_classes_in_which_the_second_is_right_more_often():
    assert "residual-8 is right more often in 2 of 3 classes" in compared().layout.meta["alt"]


def test_nets_that_say_the_same_have_a_difference_that_can_be_drawn():
    (cells,) = confusion_difference(SHARES, SHARES, CLASSES, ("plain-8", "residual-8")).data
    assert (cells.zmin, cells.zmax) == (-1, 1)
