"""What is said of a curve of random features, whatever the curve is."""

import numpy as np
import pandas as pd
import pytest

from dashboard.components.descent_features_reading import Turn, descent_reading, find_turn

WIDTHS = (10, 100, 200, 1000, 2000, 8000)
TWICE = (60.0, 30.0, 25.0, 89.0, 30.0, 19.0)


def curve(test_error: tuple[float, ...], train_error=(0.0,) * 6, **columns) -> pd.DataFrame:
    values = {"train_squared": (0.8, 0.4, 0.3, 0.0, 0.0, 0.0), "dead": 0} | columns
    errors = {"train_error": train_error, "test_error": test_error}
    return pd.DataFrame({"width": WIDTHS} | errors | values)


def said(test_error: tuple[float, ...], threshold: int | None = 1000, **columns) -> str:
    return descent_reading(curve(test_error, **columns), 1000, threshold)


def test_the_turn_of_a_curve_that_descends_twice():
    assert find_turn(np.array(TWICE)) == Turn(first=2, peak=3, second=5)


@pytest.mark.parametrize(
    "errors",
    [
        (60.0, 30.0, 25.0, 24.0, 20.0, 19.0),
        (19.0, 20.0, 24.0, 25.0, 30.0, 60.0),
        (60.0, 30.0, 25.0, 25.5, 25.0, 24.9),  # half a point may be chance
        (60.0, 25.0),
    ],
)
def test_there_is_no_turn_without_a_rise_and_a_fall_larger_than_chance(errors):
    assert find_turn(np.array(errors)) is None


def test_a_second_descent_below_the_first_minimum():
    words = said(TWICE)
    assert "worst at N = 1,000: 89.0\u00a0%" in words
    assert "first falls to 25.0\u00a0% at N = 200" in words
    assert "**second descent**, to 19.0\u00a0% at N = 8,000: **below the first minimum**" in words


def test_a_second_descent_that_ends_above_the_first_minimum():
    assert "30.0\u00a0% at N = 8,000: not as low" in said((60.0, 30.0, 20.0, 89.0, 40.0, 30.0))


def test_a_second_descent_to_about_the_same():
    words = said((60.0, 30.0, 20.0, 89.0, 40.0, 20.5))
    assert "less than 2 points is taken for chance" in words


def test_a_peak_that_is_not_the_worst_is_told_apart():
    words = said((90.0, 30.0, 20.0, 60.0, 40.0, 15.0))
    assert "worst at N = 10: 90.0\u00a0%" in words
    assert "rises to a peak of 60.0\u00a0% at N = 1,000" in words


def test_a_range_that_ends_at_the_peak_shows_no_second_descent():
    words = descent_reading(curve(TWICE).iloc[:4], 1000, 1000)
    assert (
        "has risen to 89.0\u00a0% at N = 1,000, the last point: no second descent so far" in words
    )


def test_a_curve_without_a_peak_descends_once():
    words = said((60.0, 30.0, 25.0, 24.0, 20.0, 19.0))
    assert "**no peak** stands out" in words
    assert "second descent" not in words


def test_without_an_exact_fit_no_threshold_is_told():
    words = said(TWICE, None, train_squared=(0.8, 0.4, 0.3, 0.2, 0.1, 0.002))
    assert "**No interpolation threshold found**" in words
    assert "the smallest squared training risk is 0.002" in words


def test_the_threshold_is_told_and_that_the_training_error_is_zero_earlier():
    words = said(TWICE, train_error=(50.0, 10.0, 0.0, 0.0, 0.0, 0.0))
    assert "**Interpolation threshold: N = 1,000**" in words
    assert "training error is 0 from N = 200 on" in words
    later = said(TWICE, train_error=(50.0, 10.0, 5.0, 0.0, 0.0, 0.0))
    assert "training error is 0" not in later


def test_dead_features_are_told_where_they_put_the_threshold_off():
    words = said(TWICE, 2000, dead=(0, 0, 0, 2, 4, 9))
    assert "N = n = 1,000 is not enough here: 2 of these features are 0" in words
    assert "not enough" not in said(TWICE, 1000, dead=(0, 0, 0, 0, 4, 9))
