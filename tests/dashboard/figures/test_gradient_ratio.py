"""The gradient of the first block over that of the last."""

import numpy as np
import pytest

from dashboard.figures import gradient_ratio as board
from dashboard.figures.gradient_ratio import EMPTY, ratios
from tests.dashboard.figures.checked import checked
from tests.dashboard.recordings import recording

gradient_ratio = checked(board.gradient_ratio)
SHOWN = recording([[9, 1, 5, 4, 9], [9, 6, 5, 3, 9]])  # stem, three blocks, head


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_gradients_there_is_a_sentence(mode):
    figure = gradient_ratio([], healthy=10, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_stem_and_head_are_no_blocks():
    assert ratios(SHOWN).tolist() == [0.25, 2.0]


def test_layers_of_shortcuts_are_none_of_the_way():
    places = ("stages.0.0.branch.0", "stages.2.0.branch.3", "stages.2.0.shortcut.0")
    assert ratios(recording([[6, 3, 1]], places=places)).tolist() == [2.0]


def test_a_last_block_without_gradient_has_no_ratio():
    assert np.isnan(ratios(recording([[1, 2, 1, 0, 1]]))).all()


def test_the_axis_holds_every_ratio_and_its_inverse():
    low, high = gradient_ratio([SHOWN], healthy=2).layout.yaxis.range
    assert low == -high < np.log10(0.25)


def test_the_axis_holds_the_band():
    low, high = gradient_ratio([SHOWN], healthy=10).layout.yaxis.range
    assert low < -1 < 1 < high


def test_without_blocks_there_are_no_ratios():
    assert np.isnan(ratios(recording([[1.0]], places=("stem",)))).all()


def test_the_band_is_what_counts_as_healthy():
    band = gradient_ratio([SHOWN], healthy=10).layout.shapes[0]
    assert (band.y0, band.y1) == (0.1, 10)


def test_a_line_stands_at_each_step_that_is_looked_at():
    earlier = recording([[9, 1, 5, 4, 9], [9, 6, 5, 3, 9]], step=0)
    lines = [s.x0 for s in gradient_ratio([SHOWN, earlier], healthy=10).layout.shapes[2:]]
    assert lines == [pytest.approx(0.45), 1]


def test_alt_text_tells_the_range():
    assert gradient_ratio([SHOWN], healthy=10).layout.meta["alt"] == (
        "Gradient of the first block over that of the last: plain-8 from 0.25 to 2."
    )
