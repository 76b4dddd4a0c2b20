"""Three 3x3 against one 7x7."""

import pytest

from dashboard.components.architectures_blocks import kernel_table
from dashboard.figures import kernel_cost as board
from dashboard.figures.kernel_cost import EMPTY
from tests.dashboard.figures.checked import checked

kernel_cost = checked(board.kernel_cost)
receptive_field = checked(board.receptive_field)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_channels_there_is_a_frame_and_a_sentence(mode):
    figure = kernel_cost(kernel_table().head(0), None, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert not figure.data


def test_dots_mark_the_chosen_channels():
    drawn = {trace.uid: trace for trace in kernel_cost(kernel_table(), 64).data}
    assert {uid: (*dot.x, *dot.y) for uid, dot in drawn.items() if "chosen" in uid} == {
        "three 3x3/chosen": (64, 27 * 64**2),
        "one 7x7/chosen": (64, 49 * 64**2),
    }


def test_alt_text_tells_both_counts():
    alt = kernel_cost(kernel_table(), 64).layout.meta["alt"]
    assert alt == "Parameters at 64 channels: three 3x3 110,592; one 7x7 200,704."


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_three_layers_see_3_5_and_7_pixels_and_one_of_7x7_sees_7(mode):
    squares = [shape for shape in receptive_field(mode=mode).layout.shapes if shape.type == "rect"]
    assert [shape.x1 - shape.x0 for shape in squares] == [7, 5, 3, 7]


def test_each_layer_is_named_beside_what_it_sees():
    notes = [note.text for note in receptive_field().layout.annotations]
    assert notes[:4] == ["1 layer: 3 x 3", "2 layers: 5 x 5", "3 layers: 7 x 7", "1 layer: 7 x 7"]
