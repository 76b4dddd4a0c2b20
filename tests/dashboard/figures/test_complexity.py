"""Accuracy against multiply-adds."""

import math

import pandas as pd
import pytest

from dashboard.figures import complexity as board
from dashboard.figures.complexity import EMPTY, LARGEST_PARAMETERS, LARGEST_PIXELS
from tests.dashboard.figures.checked import checked

complexity = checked(board.complexity)
COLUMNS = ["name", "title", "family", "recipe", "protocol", "parameters", "multiply_adds_g", "top1"]
ROWS = [
    ("resnet50", "ResNet-50", "bottleneck", "V1", "1-crop", 25557032, 4.089, 76.13),
    ("resnet50", "ResNet-50", "bottleneck", "V2", "1-crop", 25557032, 4.089, 80.858),
    ("vgg16", "VGG-16", "plain", "V1", "1-crop", 138357544, 15.47, 71.592),
    ("densenet121", "DenseNet-121", "other", "V1", "1-crop", 7978856, 2.834, 74.434),
    ("ResNet-50", "ResNet-50", "bottleneck", "paper", "10-crop", math.nan, 3.8, 77.15),
]


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=COLUMNS).assign(note=["v1.5", "v1.5", "", "", ""])


def traces(table: pd.DataFrame, **options) -> dict:
    return {trace.uid: trace for trace in complexity(table, **options).data}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_nets_there_is_a_frame_and_a_sentence(mode):
    figure = complexity(pd.DataFrame(columns=[*COLUMNS, "note"]), mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert not figure.data
    assert figure.layout.meta["alt"] == "Accuracy against multiply-adds: no nets are listed."


def test_a_bubble_stands_at_its_multiply_adds_and_accuracy(table):
    vgg = traces(table)["plain/bubbles"]
    assert (*vgg.x, *vgg.y) == (15.47, 71.592)
    assert complexity(table).layout.xaxis.type == "log"


def test_the_area_of_a_bubble_is_its_parameters(table):
    marker = traces(table)["plain/bubbles"].marker
    pixels = math.sqrt(2 * LARGEST_PARAMETERS / marker.sizeref)  # plotly: area = size / sizeref
    assert (marker.sizemode, tuple(marker.size)) == ("area", (138357544,))
    assert pixels == pytest.approx(LARGEST_PIXELS)


def test_the_papers_numbers_are_hollow_and_have_no_area(table):
    paper = traces(table)["bottleneck/paper"]
    assert (*paper.x, *paper.y, paper.marker.symbol) == (3.8, 77.15, "diamond-open")
    assert paper.marker.sizemode is None


def test_two_recipes_of_a_net_are_joined(table):
    join = traces(table)["recipes"]
    assert (join.x, join.y) == ((4.089, 4.089, None), (76.13, 80.858, None))


def test_each_net_is_labelled_once(table):
    drawn = traces(table)
    labels = [label for uid in drawn if "bubbles" in uid for label in drawn[uid].text if label]
    assert sorted(labels) == ["DenseNet-121", "ResNet-50", "VGG-16"]


def test_pointing_at_a_bubble_tells_protocol_and_trap(table):
    drawn = traces(table)
    first = drawn["bottleneck/bubbles"].hovertext[0]
    assert first.startswith("<b>ResNet-50</b>, recipe V1, 1-crop")
    assert first.endswith("v1.5")
    assert "as printed, 10-crop" in drawn["bottleneck/paper"].hovertext[0]


def test_nets_of_no_family_are_grey(table):
    drawn = traces(table)
    assert drawn["other/bubbles"].marker.color == "#808080"
    assert drawn["plain/bubbles"].marker.color != "#808080"


def test_alt_text_tells_nets_from_cheap_to_dear(table):
    alt = complexity(table).layout.meta["alt"]
    assert alt.startswith("Top-1 accuracy against multiply-adds of one image: DenseNet-121 V1")
    assert alt.endswith("VGG-16 V1 71.592 % at 15.47 G.")
