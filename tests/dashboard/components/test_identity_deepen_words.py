"""What is said about deepened nets, whichever way the counts go."""

import pandas as pd
import pytest

from dashboard.components.identity_counting import COLUMNS
from dashboard.components.identity_deepen_words import (
    counts_in_words,
    deepened_reading,
    small_number,
    training_mode_note,
)


def row(kind: str = "identity", split: str = "test", **changes) -> tuple:
    values = {
        "net": "plain-20",
        "family": "plain",
        "depth": 20,
        "deeper": 56,
        "insertion": kind,
        "split": split,
        "images": 200,
        "error_before": 10.0,
        "error_after": 10.0,
        "moved": 0,
        "largest": 0.0,
        "moved_training": 0,
    }
    return tuple((values | changes)[name] for name in COLUMNS)


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


RANDOM = row("random", error_after=90.0, moved=180, largest=31.4)


def test_a_copy_that_changes_nothing_shows_that_a_solution_exists():
    said = deepened_reading(table(row(), row(split="train", images=1000), RANDOM))
    assert said == (
        "Deepening **plain-20** to 56 layers with identity blocks changes 0 of 1,200 answers. With"
        " random blocks in the same places it changes 180 of 200 answers, and the test error goes"
        " from 10.0\u00a0% to 90.0\u00a0%.  \nSo a deeper net that is exactly as good **exists**,"
        " and nobody had to train it."
    )


@pytest.mark.parametrize(
    ("after", "end"),
    [(9.0, "at least as good **exists**"), (11.0, "nearly as good as the net they were made of")],
)
def test_a_copy_that_changes_answers_is_not_called_exact(after, end):
    said = deepened_reading(table(row(moved=2, error_after=after)))
    assert "changes 2 of 200 answers" in said
    assert end in said
    assert "exactly" not in said


def test_in_training_mode_only_the_nets_whose_answers_move_are_called_inexact():
    both = table(row(moved_training=50), row(net="residual-20", family="resnet"))
    said = training_mode_note(both)
    assert "25.0\u00a0% of the answers of **plain-20** and 0.0\u00a0% of the answers of" in said
    assert "so plain-20 is copied exactly only for *use*" in said
    assert training_mode_note(table(row())).endswith("exact while they train as well.")


def test_before_anything_is_counted_nothing_is_said_of_training_mode():
    assert training_mode_note(table()) == ""


def test_the_counts_stand_in_a_small_table_identity_beside_random():
    lines = counts_in_words(table(row(), RANDOM)).replace("\u00a0", " ").splitlines()
    assert lines == [
        "| changed by | identity | random |",
        "| --- | --- | --- |",
        "| test answers | **0** of 200 | **180** of 200 |",
        "| a logit, at most by | 0 | 31 |",
    ]


def test_a_split_is_told_once_both_ways_are_counted():
    lines = counts_in_words(table(row(), RANDOM, row(split="train")))
    assert "training answers" not in lines


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (5e-9, "less than 0.000001"),
        (4.77e-6, "0.000005"),
        (0.0101, "0.01"),
        (31.4, "31"),
        (1234.5, "1,234"),
        (float("inf"), "inf"),
    ],
)
def test_changes_of_logits_are_written_out(value, said):
    assert small_number(value) == said
