"""What a sweep of widths shows: the threshold, the peak, and the words for them."""

import pandas as pd
import pytest

from dashboard.components.descent_widths_reading import (
    Peak,
    find_peak,
    find_threshold,
    sweep_ends,
    sweep_reading,
)
from tests.dashboard.components.descent_widths_sweeps import FALLING, PEAKED, curves_of

SPACE = "\u00a0"


def ends_of(*test: float) -> pd.DataFrame:
    """Of widths 1, 2, 3, ...: nothing is known yet."""
    return sweep_ends(curves_of({width: (50.0, error) for width, error in enumerate(test, 1)}))


def test_the_ends_are_the_newest_errors_by_width():
    ends = sweep_ends(curves_of(PEAKED))
    assert ends["width"].tolist() == list(PEAKED)
    assert ends["train"].tolist() == [train for train, _ in PEAKED.values()]
    assert ends["test"].tolist() == [test for _, test in PEAKED.values()]
    assert set(ends["epoch"]) == {2.0}


def test_the_training_error_is_the_mean_over_the_newest_epoch():
    curves = curves_of({1: (40.0, 30.0)})
    first_half = curves[(curves["split"] == "train") & (curves["epoch"] == 2.0)].assign(
        epoch=1.5, step=10, error=60.0
    )
    assert sweep_ends(pd.concat([curves, first_half]))["train"].tolist() == [50.0]


def test_a_net_without_a_test_error_is_left_out():
    curves = curves_of(PEAKED)
    young = (curves["width"] == 4) & (curves["split"] == "test")
    assert 4 not in sweep_ends(curves[~young])["width"].tolist()


def test_without_curves_there_are_no_ends():
    assert sweep_ends(curves_of(PEAKED)[:0]).empty


def test_the_threshold_is_the_smallest_width_below_one_percent():
    assert find_threshold(sweep_ends(curves_of(PEAKED))) == 4
    assert find_threshold(sweep_ends(curves_of(FALLING))) is None


@pytest.mark.parametrize(
    ("errors", "peak"),
    [
        ((30, 25, 36, 28, 22), Peak(2, 3, 5)),
        ((30, 28, 26, 24), None),  # only falls
        ((20, 24, 28, 32), None),  # only rises
        ((30, 20, 30), None),  # a valley
        ((30, 31.9, 20), None),  # less than 2 points: chance, see core.distinguishable
        ((30, 32, 20), Peak(1, 2, 3)),
        ((20, 30, 26, 40, 34), Peak(1, 4, 5)),  # of two the one that stands out more
    ],
)
def test_a_peak_is_clearly_above_a_narrower_and_a_wider_net(errors, peak):
    assert find_peak(ends_of(*errors)) == peak


def test_two_descents_are_told_with_their_numbers_and_the_threshold():
    told = sweep_reading(curves_of(PEAKED), 1_000, so_far=False)
    assert told.startswith(
        f"**Two descents:** the test error is 25.0{SPACE}% at width 2, climbs to 36.0{SPACE}% at"
        f" width 4 and falls again, to 22.0{SPACE}% at width 16."
    )
    assert (
        "From width 4 on (400 parameters) the net knows all its 1,000 labels by heart, the wrong"
        " ones too; right there stands the peak." in told
    )
    assert "One seed: spread unknown" in told


def test_no_peak_is_an_answer():
    told = sweep_reading(curves_of(FALLING), 1_000, so_far=False)
    assert told.startswith("**No peak found**, and that is an answer")
    assert f"lowest, 29.0{SPACE}%, at width 8." in told
    assert (
        f"No width knows its 1,000 labels by heart: the lowest training error is 3.0{SPACE}%"
        in (told)
    )


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (2, "the peak is right beside it"),
        (1, "the peak is 2 columns away from there"),
    ],
)
def test_a_peak_elsewhere_than_the_threshold_is_told(known, words):
    errors = {width: (0.0 if width >= known else 30.0, test) for width, (_, test) in PEAKED.items()}
    assert words in sweep_reading(curves_of(errors), 1_000, so_far=False)


def test_what_an_earlier_end_would_have_saved_is_told():
    early = {4: 30.0, 8: 27.0}
    told = sweep_reading(curves_of(PEAKED, early), 1_000, so_far=False)
    assert (
        f"at width 4 an end at epoch 1 would have left 30.0{SPACE}% instead of 36.0{SPACE}%."
        in told
    )


def test_an_earlier_end_that_saves_nothing_clear_is_told():
    told = sweep_reading(curves_of(PEAKED, {4: 35.0}), 1_000, so_far=False)
    assert "At no width would an earlier end have been clearly better." in told


def test_while_it_trains_it_says_so_far_and_waits_for_three_widths():
    assert sweep_reading(curves_of(PEAKED), 1_000, so_far=True).startswith("**So far:** ")
    two = {width: PEAKED[width] for width in (1, 2)}
    assert "Three widths" in sweep_reading(curves_of(two), 1_000, so_far=True)
