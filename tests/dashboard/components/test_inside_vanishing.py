"""The verdict on vanishing gradients."""

import numpy as np
import pytest

from dashboard.components.inside_vanishing import verdict, weakest
from tests.dashboard.recordings import recording


@pytest.mark.parametrize(
    ("blocks", "finding"),
    [
        ((1, 2, 3), "no vanishing gradients."),
        ((9, 2, 1), "no vanishing gradients."),
        ((0.01, 0.1, 1), "the gradient vanishes."),
        ((0, 0.1, 1), "the gradient vanishes."),
        ((30, 2, 1), "the gradient explodes."),
        ((1, 0.001, 1), "some blocks get hardly any gradient."),
    ],
)
def test_the_verdict_is_the_first_block_against_the_last(blocks, finding):
    assert verdict(recording([[1, *blocks, 1]])).startswith(f"**plain-8: {finding}**")


def test_the_verdict_stands_on_the_median_over_the_steps():
    shown = recording([[1, 2, 2, 1, 1], [1, 4, 2, 1, 1], [1, 900, 2, 1, 1]])
    assert verdict(shown) == (
        "**plain-8: no vanishing gradients.** Over 3 recorded steps the first block's gradient is"
        " 4 times the last block's (median; from 2 to 900); its weakest block has 0.5 times a"
        " typical block's."
    )


def test_gradients_that_became_no_numbers_are_told():
    shown = recording([[1, 2, 2, 1, 1], [np.nan] * 5])
    assert verdict(shown).endswith("Later the gradient was not a number any more.")


def test_without_two_gradients_there_is_no_verdict():
    assert "no verdict" in verdict(recording([[1, 0, 0, 0, 1]]))


def test_the_weakest_block_is_told_against_a_typical_one():
    assert weakest(recording([[9, 1, 4, 5, 9], [9, 1, 4, 5, 9]])) == 0.25
    assert weakest(recording([[9, 0, 0, 5, 9]])) == 0.0
