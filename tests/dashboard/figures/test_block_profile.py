"""A measure from block to block at one step."""

import numpy as np
import pytest

from dashboard import theme
from dashboard.figures import block_profile as board
from dashboard.figures.block_profile import EMPTY
from tests.dashboard.figures.checked import checked
from tests.dashboard.recordings import recording

block_profile = checked(board.block_profile)
PLAIN = recording([[1, 1, 1], [1, 4, 2]])
RESIDUAL = recording([[1, 2, 3, 4, 5]], run_id="r20", name="residual-20", family="resnet", depth=20)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_recordings_there_is_a_sentence(mode):
    figure = block_profile([], title="Zeros", unit="%", log=True, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_each_net_is_a_line_in_its_colour_at_the_nearest_step():
    lines = block_profile([PLAIN, RESIDUAL], title="Zeros", unit="%").data
    assert [list(line.y) for line in lines] == [[1, 4, 2], [1, 2, 3, 4, 5]]
    assert [line.line.color for line in lines] == [
        theme.shade("plain", 8, "light"),
        theme.shade("resnet", 20, "light"),
    ]


def test_one_net_at_two_times_is_told_apart_by_dots():
    earlier = recording([[1, 1, 1], [1, 4, 2]], step=0)
    lines = block_profile([PLAIN, earlier], title="Zeros").data
    assert [line.line.dash for line in lines] == ["solid", "dot"]
    assert [line.name for line in lines] == ["plain-8, step 1", "plain-8, step 0"]


def test_sorted_by_size_the_largest_comes_first_and_no_number_last():
    shown = recording([[1, 1, 1], [1, 4, np.nan]])
    by_size = block_profile([shown], title="Layer response", ranked=True).data[1]
    assert list(by_size.y[:2]) == [4, 1]
    assert by_size.text[0] == "plain-8: stage 1, block 1 (stages.0.0)"
    assert by_size.xaxis == "x2"


@pytest.mark.parametrize(("values", "kind"), [([[1, 100]], "log"), ([[0, 100]], "linear")])
def test_a_logarithm_is_taken_only_of_numbers_above_zero(values, kind):
    figure = block_profile([recording(values)], title="Gradient norm", log=True)
    assert figure.layout.yaxis.type == kind


def test_what_is_not_highlighted_fades():
    lines = block_profile([PLAIN, RESIDUAL], title="Zeros", highlighted="r20").data
    assert [line.opacity for line in lines] == [theme.FADED, 1.0]


def test_a_run_that_is_not_shown_highlights_nothing():
    assert block_profile([PLAIN], title="Zeros", highlighted="other").data[0].opacity == 1.0


def test_stages_are_named_only_where_both_nets_have_the_same_places():
    same, other = block_profile([PLAIN], title="Zeros"), block_profile([PLAIN, RESIDUAL], title="Z")
    assert list(same.layout.xaxis.ticktext) == ["stem", "stage 1", "stage 2"]
    assert other.layout.xaxis.ticktext is None


def test_alt_text_tells_ends_and_largest():
    assert block_profile([PLAIN], title="Zeros", unit="%").layout.meta["alt"] == (
        "Zeros from block to block, input on the left: plain-8 at step 1 from 1 % to 2 %, largest"
        " 4 %."
    )
