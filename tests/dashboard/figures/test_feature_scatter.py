"""Maps of features."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures import feature_scatter as module
from dashboard.figures.feature_scatter import LABEL, PALETTE, lifts
from tests.dashboard.figures.checked import checked

feature_scatter = checked(module.feature_scatter)
CLASSES = ("cat", "dog", "fox")
POINTS = pd.DataFrame(
    {
        "place": [7, 8, 9, 12],
        "x": [0.0, 1.0, 2.0, 5.0],
        "y": [0.0, 0.0, 1.0, 5.0],
        "label": [0, 0, 1, 2],
        "guess": [0, 1, 1, 2],
    }
)


def drawn(points=POINTS, **options):
    return feature_scatter(points, CLASSES, "plain-8", **options)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colour_is_the_true_class_and_a_cross_is_wrong(mode):
    marks = drawn(mode=mode).data[0]
    assert list(marks.marker.color) == [PALETTE[0], PALETTE[0], PALETTE[1], PALETTE[2]]
    assert list(marks.marker.symbol) == ["circle", "x", "circle", "circle"]


def test_the_legend_tells_only_marks_that_are_there():
    assert [trace.name for trace in drawn().data[1:]] == ["right", "wrong (colour: true class)"]
    assert [trace.name for trace in drawn(POINTS[POINTS["place"] != 8]).data[1:]] == ["right"]


def test_classes_are_named_at_their_middle():
    notes = {note.text: (note.x, note.y) for note in drawn().layout.annotations}
    assert notes == {"<b>cat</b>": (0.5, 0), "<b>dog</b>": (2, 1), "<b>fox</b>": (5, 5)}


def test_a_mark_carries_its_place_and_tells_what_it_is_taken_for():
    marks = drawn().data[0]
    assert list(marks.customdata) == [7, 8, 9, 12]
    assert list(marks.hovertext)[:2] == ["cat, right", "cat<br>taken for dog"]


def test_an_arrow_points_at_the_chosen_image():
    (arrow,) = [note for note in drawn(chosen=9).layout.annotations if note.showarrow]
    assert (arrow.x, arrow.y) == (2, 1)
    assert not [note for note in drawn(chosen=10).layout.annotations if note.showarrow]


def test_axes_without_meaning_have_no_numbers():
    assert drawn().layout.xaxis.showticklabels is False
    assert drawn(axes=("first", "second")).layout.yaxis.title.text == "second"


def test_both_axes_have_one_scale():
    assert drawn().layout.yaxis.scaleanchor == "x"


def test_images_for_hover_go_with_the_figure():
    assert drawn(sprites={"columns": 2}).layout.meta["sprites"] == {"columns": 2}


def test_alt_text_tells_how_many_are_right():
    assert "4 test images of 3 classes; it is right on 75 %" in drawn().layout.meta["alt"]


def test_without_images_a_sentence_is_drawn():
    figure = drawn(POINTS.iloc[:0])
    assert figure.layout.annotations[0].text == "There is no image to show"


def test_names_that_would_hide_each_other_are_lifted_apart():
    pixels = np.array([[0.0, 0], [10, 5], [20, 6], [400, 6]])
    assert lifts(pixels) == [0, LABEL[1] - 5, 2 * LABEL[1] - 6, 0]


def test_ten_colours_differ_also_for_red_green_blind_eyes():
    # deuteranopia in linear light: Machado, Oliveira, Fernandes 2009, severity 1.0
    blind = np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    )
    colours = np.array([[int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in PALETTE]) / 255
    seen = np.clip(colours**2.2 @ blind.T, 0, 1) ** (1 / 2.2)
    apart = np.linalg.norm(seen[:, None] - seen, axis=2)[~np.eye(10, dtype=bool)]
    assert apart.min() > 0.1
