"""Accuracy and guesses by block."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import block_accuracy as board
from dashboard.figures.block_accuracy import EMPTY
from tests.dashboard.figures.checked import checked

block_accuracy, block_guesses = map(checked, (board.block_accuracy, board.block_guesses))
COLUMNS = ["net", "run_id", "family", "depth", "block", "address", "number", "share"]


def net(family: str, depth: int, accuracy: list[float], guesses: str = "") -> pd.DataFrame:
    """Stem, stage 1 block 1, ...; guesses: a letter a place."""
    numbers = range(len(accuracy))
    return pd.DataFrame(
        {
            "net": theme.net_word(family, depth),
            "run_id": f"{family}{depth}",
            "family": family,
            "depth": depth,
            "block": ["stem", *(f"stage 1, block {n}" for n in numbers[1:])],
            "address": ["stem", *(f"stages.0.{n - 1}" for n in numbers[1:])],
            "number": numbers,
            "share": [100 * n / (len(accuracy) - 1) for n in numbers],
            "accuracy": accuracy,
            "guess": list(guesses or "a" * len(accuracy)),
        }
    )


BOTH = pd.concat([net("plain", 8, [40, 50, 45]), net("resnet", 8, [40, 60, 80])])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_measurements_there_is_a_sentence(mode):
    empty = pd.DataFrame(columns=[*COLUMNS, "accuracy", "guess"])
    for figure in (block_accuracy(empty, 10, mode=mode), block_guesses(empty, None, mode=mode)):
        assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_each_net_is_a_line_in_its_own_colour():
    lines = block_accuracy(BOTH, 10).data
    assert [line.line.color for line in lines] == [
        theme.shade(family, 8, "light") for family in ("plain", "resnet")
    ]
    assert list(lines[1].y) == [40, 60, 80]


def test_equally_deep_nets_are_read_against_the_number_of_the_block():
    assert list(block_accuracy(BOTH, 10).data[0].x) == [0, 1, 2]


def test_nets_of_unlike_depth_are_read_against_the_share_of_their_depth():
    figure = block_accuracy(pd.concat([BOTH, net("resnet", 14, [1, 2, 3, 4, 5])]), 10)
    assert list(figure.data[0].x) == [0, 50, 100]
    assert list(figure.data[2].x) == [0, 25, 50, 75, 100]


def test_guessing_is_a_line_with_its_name():
    layout = block_accuracy(BOTH, 10.0).layout
    assert [(line.y0, line.y1) for line in layout.shapes] == [(10, 10)]
    assert "guessing: 10.0\u00a0%" in [note.text for note in layout.annotations]


def test_a_highlighted_net_stands_out_and_a_stranger_dims_none():
    assert [line.opacity for line in block_accuracy(BOTH, 10, lit="plain8").data] == [1.0, 0.3]
    assert [line.opacity for line in block_accuracy(BOTH, 10, lit="other").data] == [1.0, 1.0]


def test_a_click_on_a_line_tells_the_run():
    assert set(block_accuracy(BOTH, 10).data[1].customdata) == {"resnet8"}


def test_right_and_wrong_guesses_have_other_marks():
    guesses = block_guesses(net("plain", 8, [1, 2, 3], "bca"), "c").data[0]
    assert list(guesses.marker.symbol) == ["x-thin", "circle", "x-thin"]


def test_the_true_class_is_the_topmost_row_and_called_so():
    axis = block_guesses(net("plain", 8, [1, 2, 3], "bca"), "b").layout.yaxis
    assert list(axis.ticktext) == ["c", "a", "<b>b (true)</b>"]


def test_no_guess_is_called_wrong_where_nobody_knows_the_class():
    figure = block_guesses(net("plain", 8, [1, 2, 3], "bca"), None)
    assert set(figure.data[0].marker.symbol) == {"circle"}
    assert "wrong" not in [trace.name for trace in figure.data]


def test_two_nets_that_guess_the_same_do_not_cover_each_other():
    both = [trace for trace in block_guesses(BOTH, "a").data if trace.uid.startswith("guesses")]
    assert both[0].y[0] > both[1].y[0]


def test_alt_texts_tell_the_numbers():
    assert block_accuracy(BOTH, 10).layout.meta["alt"] == (
        "Accuracy of a linear readout by block: plain-8 from 40.0 % at the stem to 45.0 % at the"
        " last block; residual-8 from 40.0 % at the stem to 80.0 % at the last block."
    )
    assert "plain-8: a, a, a" in block_guesses(BOTH, "a").layout.meta["alt"]
