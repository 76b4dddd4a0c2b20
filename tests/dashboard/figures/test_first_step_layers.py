"""What arrives at each layer."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures import first_step_layers as board
from dashboard.figures.first_step_layers import ARRIVING, EMPTY
from dashboard.theme import shade
from tests.dashboard.figures.checked import checked

first_step_layers = checked(board.first_step_layers)
COLUMNS = ["net", "family", "depth", "layer", "layers", "address", "position", "gradient_norm"]


def table(**nets: list[float]) -> pd.DataFrame:
    """Gradient norms of nets by layer: plain_8=[...]."""
    rows = [
        (
            f"{family}-{depth}",
            family,
            int(depth),
            place + 1,
            len(values),
            f"layer{place}",
            at,
            value,
        )
        for family, depth, values in ((*net.split("_"), values) for net, values in nets.items())
        for place, (at, value) in enumerate(
            zip(np.linspace(0, 1, len(values)), values, strict=True)
        )
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def draw(**nets: list[float]):
    return first_step_layers(table(**nets), "gradient_norm")


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("measure", ARRIVING)
def test_without_nets_there_is_a_sentence(measure, mode):
    empty = table().assign(activation_std=[])
    figure = first_step_layers(empty, measure, mode=mode)
    assert texts(figure) == [EMPTY]
    assert not figure.data


def test_a_net_is_a_line_in_the_shade_of_its_depth_over_its_layers():
    (line,) = draw(plain_8=[4.0, 2.0, 1.0]).data
    assert (line.x.tolist(), line.y.tolist()) == ([0.0, 0.5, 1.0], [4.0, 2.0, 1.0])
    assert line.line.color == shade("plain", 8, "light")
    assert line.hovertext[1] == "<b>plain-8</b>, layer 2 of 3<br>layer1"


def test_families_stand_side_by_side_on_one_logarithmic_scale():
    figure = draw(resnet_8=[1.0, 2.0], plain_8=[1e-9, 2.0])
    assert [(line.uid, line.xaxis) for line in figure.data] == [
        ("plain-8", "x"),
        ("resnet-8", "x2"),
    ]
    assert (figure.layout.yaxis.type, figure.layout.yaxis2.type) == ("log", "log")
    assert figure.layout.yaxis2.matches == "y"
    low, high = figure.layout.yaxis.range
    assert low < -9
    assert high > np.log10(2)


def test_depths_stand_where_the_gradient_arrives_at_the_first_layer():
    notes = [note for note in draw(plain_8=[100.0, 1.0]).layout.annotations if "8" in note.text]
    assert [(note.x, note.xanchor) for note in notes] == [(0, "right")]
    assert notes[0].y == pytest.approx(2)  # annotations of a log axis are in powers of ten


def test_depths_stand_where_the_image_arrives_at_the_last_layer():
    rows = table(plain_8=[1.0, 10.0]).rename(columns={"gradient_norm": "activation_std"})
    notes = first_step_layers(rows, "activation_std").layout.annotations
    assert [(note.x, note.xanchor, note.y) for note in notes if "8" in note.text] == [
        (1, "left", pytest.approx(1))
    ]


def test_an_exact_zero_is_a_cross_below_the_smallest_value_and_explained_once():
    figure = draw(plain_8=[1.0, 0.0], plain_20=[1e-3, 0.0])
    crosses = [trace for trace in figure.data if trace.name == "exactly 0"]
    assert [trace.x.tolist() for trace in crosses] == [[1.0], [1.0]]
    assert all(trace.y[0] < 1e-3 for trace in crosses)
    assert [trace.showlegend for trace in crosses] == [True, False]
    assert np.isnan(figure.data[0].y[1])


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_is_not_finite_is_a_triangle_above_the_largest_value(value):
    figure = draw(plain_8=[value, 50.0])
    (triangle,) = (trace for trace in figure.data if trace.name == "too large for float32")
    assert triangle.x.tolist() == [0.0]
    assert triangle.y[0] > 50
    assert "<b>8</b>" not in texts(figure)


def test_a_figure_of_zeros_alone_is_drawn():
    figure = draw(plain_8=[0.0, 0.0])
    assert [trace.name for trace in figure.data] == [None, "exactly 0"]
    assert np.isfinite(figure.layout.yaxis.range).all()


def test_alt_text_tells_both_ends_of_every_net():
    assert draw(plain_8=[4.0, 1.0], resnet_8=[0.5, 2.0]).layout.meta["alt"] == (
        "Gradient norm in the first and in the last layer: plain-8 4 and 1; resnet-8 0.5 and 2."
    )


def test_a_phone_gets_shorter_words_in_each_panel():
    narrow = draw(plain_8=[1.0, 2.0], resnet_8=[1.0, 2.0]).layout.meta["narrow"]["layout"]
    assert narrow["xaxis"]["ticktext"] == narrow["xaxis2"]["ticktext"] == ["first", "", "last"]
