"""Answers and errors by class."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures import unit_classes as module
from tests.dashboard.figures.checked import checked

class_histogram, removal_cost = checked(module.class_histogram), checked(module.removal_cost)
TABLE = pd.DataFrame({"class": ["cat", "dog"], "before": [10.0, 20.0], "after": [30.0, 15.0]})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_measured_is_an_empty_frame(mode):
    edges = np.array([0.0, 1.0])
    class_histogram(np.empty((0, 1)), edges, [], answer="answer", alt="none", mode=mode)
    empty = removal_cost(TABLE[:0], ("plain", 8), alt="none", mode=mode)
    assert not empty.data


def test_a_column_stands_in_the_middle_of_its_bin():
    shares = np.array([[25.0, 75.0], [100.0, 0.0]])
    figure = class_histogram(shares, np.array([0.0, 2.0, 4.0]), ["cat", "dog"], answer="", alt="")
    (heat,) = figure.data
    assert heat.x.tolist() == [1.0, 3.0]
    assert heat.y == ("cat", "dog")
    assert figure.layout.yaxis.categoryarray == ("dog", "cat"), "the first class is on top"


def test_a_class_has_a_mark_with_and_one_without_and_a_line_between():
    between, before, after = removal_cost(TABLE, ("plain", 8), alt="").data
    assert before.x.tolist() == [10.0, 20.0]
    assert after.x.tolist() == [30.0, 15.0]
    assert np.array_equal(between.x, [10, 30, np.nan, 20, 15, np.nan], equal_nan=True)
    assert between.y == ("cat", "cat", "cat", "dog", "dog", "dog")
