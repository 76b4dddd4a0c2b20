"""Maps through a block."""

from base64 import b64decode

import numpy as np
import pytest

from dashboard.figures import identity_block as block
from dashboard.figures.identity_block import Cell, Turn, read_cell
from tests.dashboard.figures.checked import checked

identity_block = checked(block.identity_block)
SHAPE = (4, 2, 3)  # channels, rows, columns
FOLLOWED = Cell(3, 0, 1)
X = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
RESIDUAL = Turn({"s": 0.5, "b": 0.0}, adds=True, rectifies=True)
PLAIN = RESIDUAL._replace(adds=False)


def drawn(cell=FOLLOWED, turn=RESIDUAL, **options):
    reaches = options.pop("reaches", np.array([5.0, 11.0], np.float32))
    maps = {"x": X, "z": -X}
    return identity_block(maps, np.array([1, 3]), reaches, cell, turn, alt="", **options)


def table(typed) -> np.ndarray:
    """Numbers as the browser reads them."""
    shape = [int(size) for size in typed["shape"].split(",")]
    return np.frombuffer(b64decode(typed["bdata"]), typed["dtype"]).reshape(shape)


def rows(figure) -> list[np.ndarray]:
    return [table(row.z) for row in figure.data]


def test_a_channel_is_one_trace_with_x_and_the_branch_and_room_for_sum_and_output():
    first, second = rows(drawn())
    assert first[:, :3].tolist() == X[0].tolist()
    assert second[:, 4:7].tolist() == (-X[1]).tolist()  # a gap of one pixel between maps
    assert np.isnan(first[:, [3, 7, *range(8, 15)]]).all()


def test_the_browser_is_told_what_to_make_of_them_and_by_which_sliders():
    told = drawn().layout.meta["turned"]
    assert told == {
        "sliders": {"s": 0.5, "b": 0.0},
        "adds": True,
        "rectifies": True,
        "starts": {"x": 0, "branch": 4, "sum": 8, "output": 12},
        "width": 3,
    }
    assert set(drawn(turn=PLAIN).layout.meta["turned"]["starts"]) == {"x", "branch", "output"}


def test_a_slider_changes_nothing_that_would_have_to_be_drawn_anew():
    figure, other = drawn().to_dict(), drawn(turn=RESIDUAL._replace(sliders={"s": 0.0})).to_dict()
    assert figure["layout"].pop("meta") != other["layout"].pop("meta")
    assert repr(figure) == repr(other)


def test_colours_are_centred_on_0_and_reach_to_each_channels_own_end():
    assert [(row.zmin, row.zmax) for row in drawn().data] == [(-5, 5), (-11, 11)]


def test_a_channel_of_zeros_is_white():
    (first, _) = drawn(reaches=np.array([0.0, 1.0])).data
    assert first.zmin < 0 < first.zmax


def test_a_click_tells_channel_row_and_column():
    hits = table(drawn().data[1].customdata)
    assert [read_cell(int(hit), SHAPE) for hit in hits[1, [0, 5, 14]]] == [
        Cell(3, 1, 0),  # of x
        Cell(3, 1, 1),  # of the branch
        Cell(3, 1, 2),  # of the output
    ]


def test_the_followed_pixel_has_a_frame_in_every_map_of_its_channel():
    frames = drawn().layout.shapes
    assert {(frame.x0, frame.y0) for frame in frames} == {
        (left + 0.5, 2.5) for left in (0, 4, 8, 12)
    }


def test_a_block_that_adds_nothing_has_no_sum_and_says_so():
    figure = drawn(turn=PLAIN)
    words = [note.text for note in figure.layout.annotations]
    assert block.NOTHING_ADDED in words
    assert not any("sum" in one for one in words)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_pixel_of_a_channel_that_is_not_shown_has_no_frame(mode):
    assert not drawn(cell=Cell(0, 0, 0), mode=mode).layout.shapes
