"""Basic block against bottleneck."""

import pandas as pd
import pytest

from dashboard.components.architectures_blocks import block_layers
from dashboard.figures import block_cost as board
from dashboard.figures.block_cost import EMPTY
from tests.dashboard.figures.checked import checked

block_cost = checked(board.block_cost)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_blocks_there_is_a_sentence(mode):
    empty = pd.DataFrame(columns=["block", "family", "layer", "parameters", "multiply_adds"])
    figure = block_cost(empty, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_every_convolution_is_a_piece_of_its_blocks_bar():
    figure = block_cost(block_layers(64, 56))
    assert figure.layout.barmode == "stack"
    assert [(trace.y[0].split(",")[0], trace.x[0]) for trace in figure.data] == [
        ("basic", 36_864),
        ("basic", 36_864),
        ("bottleneck", 16_384),
        ("bottleneck", 36_864),
        ("bottleneck", 16_384),
        ("basic", 589_824),
        ("basic", 589_824),
    ]


def test_the_whole_stands_behind_each_bar():
    notes = block_cost(block_layers(64, 56)).layout.annotations
    assert [note.text for note in notes] == ["<b>73,728</b>", "<b>69,632</b>", "<b>1,179,648</b>"]


def test_alt_text_tells_the_sums():
    assert block_cost(block_layers(64, 56)).layout.meta["alt"] == (
        "Parameters of one block: basic, w channels 73,728; bottleneck, 4w channels 69,632;"
        " basic, 4w channels 1,179,648."
    )
