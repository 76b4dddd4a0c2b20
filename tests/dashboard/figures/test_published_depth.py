"""The slopes of Table 2: what is drawn of the printed values."""

import pandas as pd
import pytest

from core.published import read_table
from dashboard import theme
from dashboard.figures import published_depth as slopes
from dashboard.figures.published_depth import EMPTY
from tests.dashboard.figures.checked import checked

published_depth = checked(slopes.published_depth)


@pytest.fixture
def printed() -> pd.DataFrame:
    return read_table("imagenet_depth")


def words(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_values_there_is_a_frame_and_a_sentence(printed, mode):
    assert words(published_depth(printed[:0], mode=mode)) == [EMPTY]


def test_the_plain_line_rises_and_the_residual_one_falls(printed):
    lines = {trace.uid: list(trace.y) for trace in published_depth(printed).data}
    assert lines == {"plain": [27.94, 28.54], "resnet": [27.88, 25.03]}  # He et al., Table 2


def test_every_end_is_labelled_as_the_paper_prints_it(printed):
    assert words(published_depth(printed)) == [
        "<b>27.94</b>",
        "<b>plain 28.54</b>",
        "<b>27.88</b>",
        "<b>residual 25.03</b>",
    ]


def test_two_labels_side_by_side_are_moved_apart(printed):
    plain, _, residual, _ = published_depth(printed).layout.annotations
    assert plain.yshift > 0 > residual.yshift


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_family_has_its_colour(printed, mode):
    colours = {trace.uid: trace.line.color for trace in published_depth(printed, mode=mode).data}
    assert colours == {family: theme.family_colour(family, mode) for family in ("plain", "resnet")}


def test_the_axes_carry_units(printed):
    layout = published_depth(printed).layout
    assert layout.xaxis.title.text == "depth (layers)"
    assert layout.yaxis.title.text == "top-1 error (%)"


def test_alt_text_tells_both_slopes(printed):
    assert published_depth(printed).layout.meta["alt"] == (
        "Top-1 error on ImageNet: plain nets go from 27.94 % with 18 layers to 28.54 % with 34;"
        " residual nets go from 27.88 % with 18 layers to 25.03 % with 34."
    )
