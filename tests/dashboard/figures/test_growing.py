"""Which columns of a growing figure are shown, and which a browser has already."""

import numpy as np
import pytest

from dashboard.figures.growing import MOST_COLUMNS, chosen_columns, held_columns, mark

STEPS = np.array([0, 1, 2, 4, 8])
VALUES = np.arange(10, dtype="f4").reshape(5, 2)
NAMES = ("stem", "head")


@pytest.mark.parametrize("count", [1, 2, 799, 800, 801, 1_600, 64_000])
def test_first_and_last_column_are_chosen_and_at_most_800(count):
    chosen = chosen_columns(count)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    assert MOST_COLUMNS / 2 <= len(chosen) <= MOST_COLUMNS or len(chosen) == count
    assert len(set(chosen)) == len(chosen)


def test_columns_stay_chosen_until_there_are_too_many():
    before = chosen_columns(1)
    thinned = 0
    for count in range(2, 3_300):
        now = chosen_columns(count)
        thinned += before[:-1].tolist() != now[: len(before) - 1].tolist()
        before = now
    assert thinned == 3  # with more than 800, 1,600 and 3,200


@pytest.mark.parametrize("count", [1, 4])
def test_a_mark_stands_for_the_first_columns(count):
    held = mark(STEPS[:count], VALUES[:count], NAMES)
    assert held_columns(held, STEPS, VALUES, NAMES) == count


def test_another_number_step_or_name_is_another_mark():
    held = mark(STEPS[:3], VALUES[:3], NAMES)
    changed = VALUES.copy()
    changed[2, 1] += 1
    assert held_columns(held, STEPS, changed, NAMES) == 0
    assert held_columns(held, STEPS + 1, VALUES, NAMES) == 0
    assert held_columns(held, STEPS, VALUES, ("stem", "tail")) == 0
    assert held_columns(held, STEPS[:3], VALUES[:3], NAMES) == 0  # nothing would be left to draw
