"""Risk against the number of random features."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import descent_risk as board
from dashboard.figures.descent_risk import EMPTY, FLOOR, NET
from tests.dashboard.figures.checked import checked

descent_risk = checked(board.descent_risk)

CURVE = pd.DataFrame(
    {
        "width": [10, 100, 1000],
        "train_error": [50.0, 10.0, 0.0],
        "test_error": [60.0, 25.0, 89.0],
        "train_squared": [0.8, 0.3, 1e-26],
        "test_squared": [0.9, 0.5, 2000.0],
        "norm": [0.5, 1.0, 113.0],
    }
)


def drawn(curve: pd.DataFrame = CURVE, threshold: int | None = 1000, **options):
    return descent_risk(curve, reach=(10, 1000), threshold=threshold, chance=90.0, **options)


def trace(figure, uid: str):
    (found,) = [one for one in figure.data if one.uid == uid]
    return found


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_points_there_is_a_sentence(mode):
    figure = drawn(CURVE.iloc[:0], None, mode=mode)
    assert EMPTY in [note.text for note in figure.layout.annotations]
    assert not figure.data


def test_test_is_bold_and_training_thin_and_dashed():
    figure = drawn()
    assert trace(figure, "test_error").line.width > trace(figure, "train_error").line.width
    assert trace(figure, "train_squared").line.dash == theme.SPLIT_LINES["train"]["dash"]


def test_the_three_panels_share_one_logarithmic_axis_of_n():
    figure = drawn()
    assert figure.layout.xaxis.type == "log"
    assert {one.xaxis for one in figure.data} == {None}
    assert {one.yaxis for one in figure.data} == {"y", "y2", "y3"}
    axes = (figure.layout.yaxis, figure.layout.yaxis2, figure.layout.yaxis3)
    assert [axis.title.text for axis in axes] == ["error (%)", "squared risk", "norm of weights"]


def test_the_axis_of_n_stands_still_while_points_arrive():
    assert drawn(CURVE.iloc[:1], None).layout.xaxis.range == drawn().layout.xaxis.range


def test_the_threshold_is_ringed_and_named_as_it_was_found():
    figure = drawn()
    assert list(trace(figure, "threshold").x) == [1000]
    assert any("N = 1,000" in note.text for note in figure.layout.annotations)


def test_without_a_threshold_nothing_is_ringed_nor_named():
    figure = drawn(threshold=None)
    assert "threshold" not in [one.uid for one in figure.data]
    assert not any("N =" in note.text for note in figure.layout.annotations)


def test_an_exact_fit_is_drawn_at_the_floor_and_told_as_it_is():
    line = trace(drawn(), "train_squared")
    assert line.y[-1] == FLOOR
    assert line.customdata[-1] == "1e-26"


def test_its_colour_changes_with_the_readers_mode():
    line = trace(drawn(), "test_error")
    swaps = drawn().layout.meta["other_mode"]
    assert swaps[line.line.color] == theme.family_colour(NET[0], "dark")


def test_it_is_told_in_words():
    alt = drawn().layout.meta["alt"]
    assert "N 1,000: 89.0 %" in alt
    assert "from N = 1,000 on the training images are fitted exactly" in alt
    assert "no N fits the training images exactly" in drawn(threshold=None).layout.meta["alt"]
