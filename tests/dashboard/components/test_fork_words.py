"""What is said of a fork beside its original, for literal curves."""

import pandas as pd
import pytest

from dashboard.components.fork_words import compare


def errors(**by_split: dict[int, float]) -> pd.Series:
    """Errors (%) by split and step."""
    index = [(split, step) for split, steps in by_split.items() for step in steps]
    values = [error for steps in by_split.values() for error in steps.values()]
    return pd.Series(values, pd.MultiIndex.from_tuples(index, names=["split", "step"]), float)


ORIGINAL = errors(test={0: 90, 10: 40, 20: 30, 30: 20}, train={5: 50, 10: 40, 15: 30})


def said(fork: pd.Series, begins: int = 10) -> str:
    return compare(fork, ORIGINAL, begins, "plain-20")


def test_both_test_errors_are_told_at_the_last_step_that_both_reached():
    assert said(errors(test={10: 40, 20: 28, 40: 5})).startswith(
        "at step 20 its test error is 28.0\u00a0%, that of plain-20 30.0\u00a0%."
    )


def test_the_largest_difference_is_told_with_its_place():
    fork = errors(test={10: 40, 20: 28}, train={15: 34})
    assert said(fork).endswith("at most 4.0 points apart, in training error at step 15.")


def test_curves_that_coincide_are_said_to():
    again = errors(test={0: 90, 10: 40, 20: 30}, train={5: 50, 10: 40})
    assert said(again, begins=0).endswith(
        "The two curves coincide: the largest difference measured is 0 points."
    )


def test_a_small_difference_is_not_rounded_to_none():
    assert "at most 0.002 points apart" in said(errors(test={20: 30.002}))


@pytest.mark.parametrize("fork", [errors(test={}), errors(test={10: 40}), errors(train={15: 2})])
def test_a_fork_that_was_not_tested_yet_is_not_compared(fork):
    assert said(fork) == "it has not been tested since the fork."


def test_a_fork_beyond_its_originals_end_tells_its_own_error():
    assert said(errors(test={30: 20, 40: 5}), begins=30) == (
        "its test error is 5.0\u00a0% at step 40; plain-20 was not tested at a step since the fork"
        " that both have reached."
    )
