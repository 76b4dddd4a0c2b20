"""A measure of every block at every step."""

from base64 import b64decode

import numpy as np
import pytest

from dashboard.figures import block_heatmap as board
from dashboard.figures.block_heatmap import EMPTY, NOT_A_NUMBER, matrix
from dashboard.figures.colour_scale import common_scale
from dashboard.live_plot import message
from tests.dashboard.figures.checked import checked
from tests.dashboard.recordings import recording


def draw(shown, **options):
    scale = common_scale([shown.values], log=True) if shown else None
    return checked(board.block_heatmap)(shown, scale, title="Gradient norm", **options)


def numbers(table):
    shape = [int(size) for size in table["shape"].split(", ")]
    return np.frombuffer(b64decode(table["bdata"]), table["dtype"]).reshape(shape)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_a_recording_there_is_a_sentence(mode):
    figure = draw(None, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_a_row_is_a_place_and_a_column_a_step():
    cells = draw(recording([[1, 2, 3], [4, 5, 6]])).data[0]
    assert numbers(cells.z).T.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert cells.transpose
    assert list(cells.y) == [
        "stem",
        "stage 1, block 1 (stages.0.0)",
        "stage 2, block 1 (stages.1.0)",
    ]


@pytest.mark.parametrize("blocks", [3, 201])  # depths 8 and 404
def test_any_depth_is_one_heatmap_and_few_ticks(blocks):
    places = ("stem", *(f"stages.{3 * b // blocks}.{b}" for b in range(blocks)), "head")
    figure = draw(recording(np.ones((2, blocks + 2)), places=places))
    assert [trace.type for trace in figure.data] == ["heatmap", "scatter"]  # and the colour bar
    assert 3 <= len(figure.layout.yaxis.ticktext) <= 5


def test_both_heatmaps_of_a_scale_give_a_value_the_same_colour():
    left, right = recording([[1, 2]]), recording([[50, 100]])
    scale = common_scale([left.values, right.values], log=True)
    ends = {
        (figure.data[0].zmin, figure.data[0].zmax)
        for figure in (checked(board.block_heatmap)(one, scale, title="t") for one in (left, right))
    }
    assert ends == {(1.0, 100.0)}


def test_a_line_stands_at_the_sliders_step():
    figure = draw(recording([[1, 2], [3, 4], [5, 6]], step=1))
    assert figure.layout.shapes[-1].x0 == figure.layout.shapes[-1].x1 == 1


def test_step_0_has_a_place_on_the_logarithmic_axis():
    figure = draw(recording([[1, 2], [3, 4]], step=0))
    assert figure.data[0].x[0] > 0
    assert f"{figure.data[0].x[0]:.0f}" == figure.layout.xaxis.ticktext[0] == "0"
    assert figure.layout.shapes[-1].x0 == figure.data[0].x[0]


def test_one_step_is_a_column_in_sight():
    figure = draw(recording([[1, 2]]))
    low, high = figure.layout.xaxis.range
    assert low < np.log10(figure.data[0].x[0]) < high


def test_what_is_not_a_number_is_red_and_said_to_be():
    figure = draw(recording([[1, 2], [np.nan, 4]]))
    assert figure.layout.shapes[0].fillcolor == NOT_A_NUMBER
    assert figure.layout.annotations[0].text == "<b>red: not a number</b>"
    assert "Not a number from step 1, stem." in figure.layout.meta["alt"]


def test_without_such_a_cell_nothing_is_red():
    figure = draw(recording([[1, 2], [3, 4]]))
    assert not figure.layout.annotations
    assert NOT_A_NUMBER not in {shape.fillcolor for shape in figure.layout.shapes}


def test_at_most_800_steps_are_sent_the_last_among_them():
    figure = draw(recording(np.ones((2_000, 2))))
    assert len(figure.data[0].x) <= 800
    assert figure.data[0].x[-1] == 1_999


def test_columns_that_a_browser_has_are_not_sent_again():
    values = np.random.default_rng(0).uniform(1, 2, (6, 3))
    before = draw(recording(values[:4])).layout.meta["columns"]
    assert before["held"] == 0
    newer = draw(recording(values), held=before["mark"])
    assert newer.layout.meta["columns"]["held"] == 3  # the last of the four might have moved on
    assert list(newer.data[0].x) == [3, 4, 5]
    assert numbers(newer.data[0].z).tolist() == values[3:].astype("f4").tolist()


@pytest.mark.parametrize("held", ["", "3", "3-00000000", "-1-0", "x-0", "²-0", "9" * 5_000])
def test_a_browser_that_has_others_gets_them_all(held):
    newer = draw(recording(np.ones((6, 3))), held=held)
    assert newer.layout.meta["columns"]["held"] == 0
    assert len(newer.data[0].x) == 6


def test_110_blocks_and_500_steps_weigh_less_than_half_a_megabyte():
    places = tuple(f"stages.0.{block}" for block in range(110))
    shown = recording(np.random.default_rng(0).random((500, 110)), places=places)
    figure = board.block_heatmap(shown, common_scale([shown.values], log=True), title="t")
    assert len(message(figure, height=300)) < 500_000


def test_a_table_is_sent_row_by_row():
    table = matrix(np.array([[1, 2, 3], [4, 5, 6]]), "u1")
    assert table["shape"] == "2, 3"
    assert numbers(table).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_alt_text_tells_net_steps_and_ends():
    alt = draw(recording([[1, 2, 3], [4, 5, 6]])).layout.meta["alt"]
    assert alt == (
        "Gradient norm of plain-8: 3 places, input at the bottom, at 2 steps from 0 to 1. At step 1"
        " it goes from 4 at the first place to 6 at the last."
    )
