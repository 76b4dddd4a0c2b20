"""Errors before and after deepening."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import identity_errors as errors
from dashboard.figures.identity_errors import CLEAR, EMPTY
from tests.dashboard.figures.checked import checked

identity_errors = checked(errors.identity_errors)

COUNTED = pd.DataFrame(
    [
        ("identity", "test", 500, 20.0, 20.0),
        ("random", "test", 500, 20.0, 90.0),
        ("identity", "train", 1000, 10.0, 10.0),
    ],
    columns=["insertion", "split", "images", "error_before", "error_after"],
)


def drawn(table: pd.DataFrame = COUNTED, mode: theme.Mode = "light"):
    return identity_errors(table, net="plain-8", family="plain", depths=(8, 14), mode=mode)


def trace(split: str, **options):
    return next(one for one in drawn(**options).data if one.uid == split)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_before_anything_is_counted_there_is_a_sentence(mode):
    figure = drawn(COUNTED[:0], mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert not figure.data


def test_the_net_itself_stands_first_then_both_ways_to_deepen_it():
    assert list(trace("test").x) == [0, 1, 2]
    assert list(trace("test").y) == [20, 20, 90]
    assert drawn().layout.xaxis.ticktext == (
        "plain-8",
        "14 layers,<br>identity blocks",
        "14 layers,<br>random blocks",
    )


def test_what_is_not_counted_yet_has_no_bar():
    assert list(trace("train").x) == [0, 1]
    assert list(trace("train").y) == [10, 10]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_test_errors_are_filled_in_the_shade_of_the_depth_and_training_errors_hollow(mode):
    shallow, deep = (theme.shade("plain", depth, mode) for depth in (8, 14))
    assert list(trace("test", mode=mode).marker.color) == [shallow, deep, deep]
    assert trace("train", mode=mode).marker.color == CLEAR
    assert list(trace("train", mode=mode).marker.line.color) == [shallow, deep]


def test_each_bar_says_its_error_and_on_how_many_images():
    assert list(trace("test").text) == ["20.0", "20.0", "90.0"]
    assert list(trace("test").hovertext) == 3 * ["500 test images"]
    assert list(trace("train").hovertext) == 2 * ["1,000 training images"]


def test_the_alt_text_tells_the_numbers():
    assert drawn().layout.meta["alt"] == (
        "Errors of plain-8: as it was trained 20.0\u00a0% test, 10.0\u00a0% training; with identity"
        " blocks 20.0\u00a0% test, 10.0\u00a0% training; with random blocks 90.0\u00a0% test."
    )
