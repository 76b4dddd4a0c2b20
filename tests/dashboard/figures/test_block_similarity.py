"""Similarity of blocks."""

import numpy as np
import pytest

from dashboard.figures import block_similarity as board
from tests.dashboard.figures.checked import checked

block_similarity = checked(board.block_similarity)
SHALLOW = ("stem", "stages.0.0", "stages.1.0", "stages.2.0")
DEEP = ("stem", *(f"stages.{stage}.{block}" for stage in range(3) for block in range(2)))
NAMES = ("plain-8", "residual-14")


def drawn(**options):
    cka = np.linspace(0, 1, 28, dtype=np.float32).reshape(4, 7)
    return block_similarity(cka, SHALLOW, DEEP, NAMES, **options)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_all_pairs_are_one_heatmap_from_0_to_1(mode):
    (trace,) = drawn(mode=mode).data
    assert (trace.zmin, trace.zmax) == (0, 1)
    assert (len(trace.y), len(trace.x)) == (4, 7)


def test_lines_part_the_stages_of_both_nets():
    lines = drawn().layout.shapes
    assert [line.x0 for line in lines if line.x0 == line.x1] == [0.5, 2.5, 4.5]
    assert [line.y0 for line in lines if line.y0 == line.y1] == [0.5, 1.5, 2.5]


def test_the_axes_name_nets_and_stages():
    layout = drawn().layout
    assert (layout.yaxis.title.text, layout.xaxis.title.text) == NAMES
    assert list(layout.xaxis.ticktext) == ["stage 1", "stage 2", "stage 3"]


def test_hover_tells_the_block_and_its_address():
    (trace,) = drawn().data
    assert trace.x[-1] == "stage 3, block 2 (stages.2.1)"


def test_alt_text_tells_the_range():
    assert "from 0.00 to 1.00, 0.50 on average" in drawn().layout.meta["alt"]


def test_nets_that_cannot_be_compared_are_told_so():
    nothing = np.full((4, 4), np.nan, np.float32)
    figure = block_similarity(nothing, SHALLOW, SHALLOW, NAMES)
    assert figure.layout.meta["alt"].endswith("there is none to show.")
