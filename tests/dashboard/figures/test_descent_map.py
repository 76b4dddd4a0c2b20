"""Double descent by width: what is drawn of which errors."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures import descent_map as by_epoch
from dashboard.figures import descent_map_ends as at_the_end
from dashboard.figures.descent_map import learnt_at
from tests.dashboard.figures.checked import checked
from tests.dashboard.figures.test_block_heatmap import numbers

descent_map = checked(by_epoch.descent_map)
descent_map_ends = checked(at_the_end.descent_map_ends)


@pytest.fixture
def curves() -> pd.DataFrame:
    """Widths 1, 2 and 4 at epochs 0, 1 and 2; the widest is an epoch behind."""
    errors = {
        (1, "train"): [90, 60, 40],
        (1, "test"): [90, 50, 30],
        (2, "train"): [90, 20, 0.5],
        (2, "test"): [90, 40, 36],
        (4, "train"): [90, 0.2],
        (4, "test"): [90, 25],
    }
    return pd.DataFrame(
        [
            (width, float(epoch), split, error)
            for (width, split), errors in errors.items()
            for epoch, error in enumerate(errors)
        ],
        columns=["width", "epoch", "split", "error"],
    )


@pytest.fixture
def ends() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run_id": ["a", "b", "c"],
            "family": "plain",
            "depth": 8,
            "width": [1, 2, 4],
            "parameters": [317, 1_200, 4_700],
            "epoch": 2.0,
            "train": [40.0, 0.5, 0.2],
            "test": [30.0, 36.0, 25.0],
        }
    )


def traces(figure) -> dict:
    return {trace.uid: trace for trace in figure.data}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_a_measurement_there_is_a_frame_and_a_sentence(curves, ends, mode):
    for figure, empty in (
        (descent_map(curves[:0], 60, mode=mode), by_epoch.EMPTY),
        (descent_map(curves[curves["epoch"] == 0], 60, mode=mode), by_epoch.EMPTY),
        (descent_map_ends(ends[:0], None, 20, mode=mode), at_the_end.EMPTY),
    ):
        assert [note.text for note in figure.layout.annotations] == [empty]
        assert "nothing" in figure.layout.meta["alt"]


def test_a_column_is_a_width_and_a_row_an_epoch_and_what_is_not_trained_yet_is_empty(curves):
    cells = traces(descent_map(curves, 60))["cells"]
    assert (list(cells.x), list(cells.y)) == ([1, 2, 4], [1, 2])
    expected = np.array([[50, 40, 25], [30, 36, np.nan]])
    np.testing.assert_array_equal(numbers(cells.z), expected)


def test_the_line_stands_at_the_first_epoch_that_knows_the_labels(curves):
    assert learnt_at(curves).to_dict() == {2: 2.0, 4: 1.0}
    line = traces(descent_map(curves, 60))["learnt"]
    assert (list(line.x), list(line.y)) == ([2, 4], [2, 1])


def test_without_a_net_that_knows_its_labels_there_is_no_line(curves):
    shown = traces(descent_map(curves[curves["width"] == 1], 60))
    assert "cells" in shown
    assert "learnt" not in shown


def test_a_map_under_way_grows_into_the_frame_of_all_epochs(curves):
    assert descent_map(curves, 60).layout.yaxis.range[1] > 60


def test_the_colours_reach_from_the_lowest_error_up(curves):
    cells = traces(descent_map(curves, 60))["cells"]
    assert cells.zmin == 25
    assert 36 < cells.zmax <= 50


def test_the_map_in_words_names_its_best_and_its_worst_width(curves):
    assert descent_map(curves, 60).layout.meta["alt"] == (
        "Test error by width and epoch: 3 widths from 1 to 4, epochs up to 2. The newest error is"
        " lowest, 25.0\u00a0%, at width 4 and highest, 36.0\u00a0%, at width 2."
    )


def test_test_errors_are_bold_and_training_errors_dashed(ends):
    shown = traces(descent_map_ends(ends, 2, 20))
    assert list(shown["test"].y) == [30, 36, 25]
    assert list(shown["train"].y) == [40, 0.5, 0.2]
    assert shown["test"].line.width > shown["train"].line.width
    assert (shown["test"].line.dash, shown["train"].line.dash) == ("solid", "4px,3px")


def test_lines_mark_the_threshold_and_the_wrong_labels(ends):
    level, threshold = descent_map_ends(ends, 2, 20).layout.shapes
    assert (level.y0, level.y1) == (20, 20)
    assert (threshold.x0, threshold.x1) == (2, 2)


def test_without_threshold_and_noise_nothing_is_marked(ends):
    assert descent_map_ends(ends, None, 0).layout.shapes == ()


def test_the_ends_in_words_name_every_width_and_the_threshold(ends):
    assert descent_map_ends(ends, 2, 20).layout.meta["alt"] == (
        "Test error by width: 30.0\u00a0% at width 1, 36.0\u00a0% at width 2, 25.0\u00a0% at width"
        " 4; from width 2 on the training labels are known."
    )
    assert "no width knows" in descent_map_ends(ends, None, 20).layout.meta["alt"]


@pytest.mark.parametrize("draw", [descent_map, descent_map_ends])
def test_the_axes_carry_units(draw, curves, ends):
    layout = draw(*((curves, 60) if draw is descent_map else (ends, 2, 20))).layout
    assert layout.xaxis.title.text == "width (channels of the first stage)"
    assert layout.yaxis.title.text in ("epoch", "error (%)")
