"""Likeness of two maps."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from core.rank_correlation import rank_correlation


def test_it_is_spearmans():  # scipy's own, on maps with equal numbers in them
    generator = np.random.default_rng(0)
    one, other = generator.integers(0, 5, (2, 6, 6)).astype(np.float32)
    expected = spearmanr(one.ravel(), other.ravel())[0]
    assert rank_correlation(one, other) == pytest.approx(expected, abs=1e-12)


def test_the_scale_of_a_map_does_not_matter():
    one = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert rank_correlation(one, np.exp(5 * one)) == pytest.approx(1)
    assert rank_correlation(one, -one) == pytest.approx(-1)


@pytest.mark.parametrize("number", [0.0, np.nan])
def test_a_map_that_is_the_same_everywhere_or_no_number_is_like_none(number):
    assert np.isnan(rank_correlation(np.full((2, 2), number), np.arange(4.0).reshape(2, 2)))
