"""The one rule for errors that are compared, worked out by hand."""

from math import sqrt

import pytest

from core.distinguishable import Spread, difference, spread


def test_the_spread_is_the_sample_standard_deviation():
    # mean 12, squares of the distances 4 + 0 + 4, over n - 1 = 2
    assert spread([10.0, 12.0, 14.0]) == Spread(12.0, 2.0, 3)


def test_one_seed_has_no_spread():
    assert spread([10.0]) == Spread(10.0, 0.0, 1)


def test_the_standard_error_adds_up_over_both_nets():
    found = difference(Spread(10.0, 3.0, 9), Spread(12.0, 2.0, 4))
    # sqrt(9 / 9 + 4 / 4)
    assert found.error == pytest.approx(sqrt(2))
    assert (found.points, found.seeds) == (2.0, 4)


@pytest.mark.parametrize(
    ("points", "clear"), [(2.8, False), (2.9, True), (-2.8, False), (-2.9, True)]
)
def test_a_difference_counts_from_twice_its_standard_error(points, clear):
    # 2 sqrt(1 + 1) = 2.83
    found = difference(Spread(50.0, 2.0, 4), Spread(50.0 + points, 2.0, 4))
    assert found.is_clear is clear
    assert found.doubt == ("" if clear else "not distinguishable (n = 4)")


def test_n_is_the_smaller_number_of_seeds():
    found = difference(spread([10.0, 20.0]), spread([14.0, 15.0, 16.0, 17.0]))
    assert found.doubt == "not distinguishable (n = 2)"


@pytest.mark.parametrize(("points", "clear"), [(1.9, False), (2.0, True), (40.0, True)])
def test_one_seed_tells_no_spread_and_small_differences_are_taken_for_chance(points, clear):
    found = difference(Spread(10.0, 0.0, 1), Spread(10.0 + points, 0.5, 5))
    assert found.is_clear is clear
    assert found.doubt == "one seed: spread unknown"


def test_nets_with_one_and_the_same_error_are_not_told_apart():
    assert not difference(Spread(10.0, 0.0, 3), Spread(10.0, 0.0, 3)).is_clear


def test_a_difference_is_told_with_its_sign_and_its_doubt():
    assert difference(Spread(10.0, 1.0, 3), Spread(9.5, 1.0, 3)).told == (
        "\u22120.5, not distinguishable (n = 3)"
    )
    assert difference(Spread(10.0, 1.0, 3), Spread(50.0, 1.0, 3)).told == "+40.0"
