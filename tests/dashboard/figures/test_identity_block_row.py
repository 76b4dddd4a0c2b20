"""Blocks in a row."""

import numpy as np
import pytest

from dashboard.figures import identity_block_row as row
from dashboard.figures.identity_block_row import Line
from tests.dashboard.figures.checked import checked

identity_block_row = checked(row.identity_block_row)
PLAIN = Line("plain-20", "plain", 20, np.array([2.0, 2.0, 2.0]), 2.0)
RESIDUAL = Line("residual-20", "resnet", 20, np.array([0.0, 0.0, 0.0]), 3.0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_nets_a_sentence_says_so(mode):
    figure = identity_block_row([], mode=mode)
    assert [note.text for note in figure.layout.annotations] == [row.EMPTY]


def test_lines_begin_at_no_block_where_nothing_differs():
    plain, residual = identity_block_row([PLAIN, RESIDUAL]).data
    assert list(plain.x) == [0, 1, 2, 3]
    assert list(plain.y) == [0, 2, 2, 2]
    assert list(residual.y) == [0, 0, 0, 0]


def test_a_dotted_line_stands_at_the_largest_number_that_came_in():
    assert [shape.y0 for shape in identity_block_row([PLAIN, RESIDUAL]).layout.shapes] == [2, 3]


def test_the_alt_text_tells_every_difference():
    alt = identity_block_row([PLAIN]).layout.meta["alt"]
    assert alt == "Largest difference to the input after each block in a row: plain-20 2, 2, 2."


def test_a_net_whose_numbers_overflow_is_drawn_as_far_as_it_goes():
    wild = RESIDUAL._replace(differences=np.array([4.0, np.inf, np.nan]))
    figure = identity_block_row([PLAIN, wild])
    assert figure.layout.yaxis.range[1] == pytest.approx(1.1 * 4)
    assert [note.text for note in figure.layout.annotations] == ["<b>plain-20</b>"]


def test_a_block_of_zeros_has_an_axis():
    nothing = RESIDUAL._replace(size=0.0)
    assert identity_block_row([nothing]).layout.yaxis.range[1] > 0
