"""The printed errors of residual nets by depth."""

import pandas as pd
import pytest

from dashboard.components.descent_1202 import CURED, printed_nets
from dashboard.figures import descent_map_published as printed_errors
from dashboard.figures.descent_map_published import EMPTY
from tests.dashboard.figures.checked import checked

descent_map_published = checked(printed_errors.descent_map_published)


@pytest.fixture
def printed() -> pd.DataFrame:
    return printed_nets()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_values_there_is_a_frame_and_a_sentence(printed, mode):
    figure = descent_map_published(printed[:0], CURED, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_the_line_goes_through_the_printed_errors_and_the_ring_is_the_cured_net(printed):
    line, ring = descent_map_published(printed, CURED).data
    assert list(line.x) == [20, 32, 44, 56, 110, 1202]  # He et al. 2015, Table 6
    assert list(line.y) == [8.75, 7.51, 7.17, 6.97, 6.43, 7.93]
    assert (list(ring.x), list(ring.y)) == ([1202], [4.91])  # Huang et al. 2016


def test_every_mark_is_labelled_as_it_is_printed(printed):
    notes = descent_map_published(printed, CURED).layout.annotations
    assert [note.text for note in notes] == [
        *(f"<b>{error}</b>" for error in ("8.75", "7.51", "7.17", "6.97", "6.43", "7.93")),
        "<b>4.91 with stochastic depth</b>",
    ]


def test_the_axes_carry_units_and_depth_is_logarithmic(printed):
    layout = descent_map_published(printed, CURED).layout
    assert (layout.xaxis.type, layout.xaxis.title.text) == ("log", "depth (layers)")
    assert layout.yaxis.title.text == "test error (%)"


def test_alt_text_tells_the_errors_by_depth(printed):
    alt = descent_map_published(printed, CURED).layout.meta["alt"]
    assert "6.43 % with 110 layers, 7.93 % with 1202 layers" in alt
    assert alt.endswith("4.91 % with 1202 layers and stochastic depth.")
