"""Likeness of maps by stage of randomisation."""

import numpy as np
import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import map_similarity as board
from dashboard.figures.map_similarity import EMPTY
from tests.dashboard.figures.checked import checked

map_similarity = checked(board.map_similarity)


def net(name: str, family: str, signed: list[float]) -> pd.DataFrame:
    numbers = range(len(signed))
    return pd.DataFrame(
        {
            "net": name,
            "family": family,
            "depth": 8,
            "stage": ["trained", *(f"+ part {n}" for n in numbers[1:])],
            "number": numbers,
            "signed": signed,
            "absolute": np.abs(signed),
        }
    )


BOTH = pd.concat([net("plain-8", "plain", [1, -0.5]), net("residual-8", "resnet", [1, 0.9, 0.2])])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_stages_there_is_a_sentence(mode):
    figure = map_similarity(BOTH.iloc[:0], 0.8, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_each_net_has_a_line_for_its_maps_and_one_for_their_sizes():
    lines = {line.name: line for line in map_similarity(BOTH, 0.8).data}
    assert list(lines) == ["plain-8", "plain-8, sizes only", "residual-8", "residual-8, sizes only"]
    assert list(lines["plain-8"].x) == [1, -0.5]
    assert list(lines["plain-8, sizes only"].x) == [1, 0.5]
    assert lines["residual-8"].line.color == theme.shade("resnet", 8, "light")


def test_stages_stand_beside_the_rows_of_the_maps():
    figure = map_similarity(BOTH, 0.8)
    assert list(figure.data[2].y) == [0.5, 1.5, 2.5]
    assert list(figure.layout.yaxis.range) == [3, -1]
    assert list(figure.layout.yaxis.ticktext) == ["trained", "+ part 1", "+ part 2"]


def test_the_band_of_unchanged_maps_begins_at_the_threshold():
    assert map_similarity(BOTH, 0.7).layout.shapes[0].x0 == 0.7


def test_it_is_told_in_words():
    alt = map_similarity(BOTH, 0.8).layout.meta["alt"]
    assert "plain-8 1.00, -0.50; residual-8 1.00, 0.90, 0.20" in alt
