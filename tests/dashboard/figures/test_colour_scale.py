"""Colour scales that heatmaps share."""

import numpy as np
import pytest

from dashboard.figures.colour_scale import common_scale, log_ticks


def test_one_scale_spans_the_numbers_of_all():
    scale = common_scale([np.array([2.0, np.nan]), np.array([0.1, 30.0])], log=True)
    assert (scale.low, scale.high, scale.log) == (0.1, 30.0, True)


def test_zeros_have_no_logarithm_and_do_not_widen_the_scale():
    assert common_scale([np.array([0.0, 1.0, 10.0])], log=True).low == 1.0


def test_where_all_is_zero_the_scale_is_linear():
    scale = common_scale([np.zeros(3)], log=True)
    assert (scale.low, scale.high, scale.log) == (0.0, 1.0, False)


def test_numbers_below_zero_get_two_hues_around_it():
    scale = common_scale([np.array([-0.5, 0.2])], log=False)
    assert (scale.low, scale.high, scale.signed) == (-0.5, 0.5, True)


def test_a_logarithmic_scale_puts_the_middle_colour_at_the_geometric_mean():
    scale = common_scale([np.array([1.0, 100.0])], log=True)
    stand, _ = scale.colours[len(scale.colours) // 2]
    assert scale.low + stand * (scale.high - scale.low) == pytest.approx(10.0)


def test_a_single_number_still_gives_a_scale():
    stands = [stand for stand, _ in common_scale([np.array([3.0])], log=True).colours]
    assert stands == sorted(stands)
    assert (stands[0], stands[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1e-3, 2.0, [1e-3, 1e-2, 0.1, 1.0]),
        (0.4, 6.0, [0.5, 1.0, 2.0, 5.0]),
        (1.01, 1.02, [1.01, 1.02]),
    ],
)
def test_ticks_are_round_numbers_as_long_as_there_are_any(low, high, ticks):
    assert log_ticks(low, high) == pytest.approx(ticks)
