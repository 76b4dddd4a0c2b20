"""Shattered gradients by depth."""

import math

import pandas as pd
import pytest

from dashboard.figures import first_step_correlation as board
from dashboard.figures.first_step_correlation import EMPTY
from tests.dashboard.figures.checked import checked

first_step_correlation = checked(board.first_step_correlation)
ROWS = [
    ("plain-20", "plain", 20, 0.05),
    ("plain-8", "plain", 8, 0.7),
    ("residual-8", "resnet", 8, 0.9),
    ("residual-20", "resnet", 20, 0.6),
]


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["net", "family", "depth", "correlation"])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_nets_there_is_a_sentence(mode):
    figure = first_step_correlation(table(), mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_a_family_is_a_line_over_its_depths():
    lines = {line.uid: line for line in first_step_correlation(table(*ROWS)).data}
    assert (lines["plain"].x.tolist(), lines["plain"].y.tolist()) == ([8, 20], [0.7, 0.05])
    assert lines["resnet"].y.tolist() == [0.9, 0.6]


def test_the_depths_are_the_ticks():
    assert first_step_correlation(table(*ROWS)).layout.xaxis.tickvals == (8, 20)


def test_each_line_is_named_at_its_end():
    notes = first_step_correlation(table(*ROWS)).layout.annotations
    assert [(note.text, round(note.y, 6)) for note in notes] == [
        ("<b>plain</b>", 0.05),
        ("<b>residual</b>", 0.6),
    ]


def test_a_net_without_a_correlation_is_left_out():
    (line,) = first_step_correlation(table(*ROWS[:2], ("plain-56", "plain", 56, math.nan))).data
    assert line.x.tolist() == [8, 20]


def test_when_no_net_has_a_correlation_a_sentence_says_so():
    figure = first_step_correlation(table(("plain-56", "plain", 56, math.nan)))
    assert [note.text for note in figure.layout.annotations] == ["No correlation can be told"]


def test_alt_text_tells_every_net():
    assert first_step_correlation(table(*ROWS[1:3])).layout.meta["alt"] == (
        "Correlation of the gradients of neighbouring inputs: plain-8 0.70; residual-8 0.90."
    )
