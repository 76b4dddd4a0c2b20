"""Training curves: what is drawn for which rows."""

import numpy as np
import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import training_curves as curves_figure
from dashboard.figures.end_labels import LABEL_PIXELS, spread
from dashboard.figures.series import net_series
from dashboard.figures.training_curves import EMPTY, useful_top
from tests.dashboard.figures.checked import checked

training_curves = checked(curves_figure.training_curves)


def lines(figure) -> dict:
    """The drawn series by uid."""
    return {trace.uid: trace for trace in figure.data if trace.uid and "key" not in trace.uid}


def texts(figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("curves", [pd.DataFrame(), pd.DataFrame(columns=["error", "family"])])
def test_without_rows_there_are_two_panels_and_a_sentence(curves, mode):
    figure = training_curves(curves, mode=mode)
    assert lines(figure) == {}
    assert texts(figure) == ["<b>plain</b>", "<b>residual</b>", EMPTY]
    assert training_curves(curves).layout.meta["alt"] == "Training curves: nothing is recorded yet."


def test_a_net_and_split_is_a_line_in_its_familys_panel(race):
    drawn = lines(training_curves(race))
    assert {uid: line.xaxis for uid, line in drawn.items()} == {
        "plain-20/train": "x",
        "plain-20/test": "x",
        "plain-56/train": "x",
        "plain-56/test": "x",
        "resnet-20/train": "x2",
        "resnet-20/test": "x2",
        "resnet-56/train": "x2",
        "resnet-56/test": "x2",
    }
    assert drawn["plain-56/test"].y.tolist() == pytest.approx([60, 49.6])


def test_both_panels_have_one_scale(race):
    layout = training_curves(race).layout
    assert (layout.yaxis2.matches, layout.xaxis2.matches) == ("y", "x")


def test_training_is_thin_and_dashed_in_the_shade_of_its_test_line(race):
    drawn = lines(training_curves(race, mode="dark"))
    train, test = drawn["resnet-56/train"].line, drawn["resnet-56/test"].line
    assert train.color == test.color == theme.shade("resnet", 56, "dark")
    assert (train.width, train.dash, test.width, test.dash) == (1.25, "4px,3px", 2.75, "solid")


def test_several_seeds_are_a_mean_in_a_band(rows):
    seeds = pd.concat(rows("plain", 20, [90.0, 10.0 * seed], seed=seed) for seed in (1, 2, 6))
    drawn = lines(training_curves(seeds))
    assert drawn["plain-20/test"].y.tolist() == [90, 30]
    assert drawn["plain-20/test/band"].y.tolist() == [90, 60, 10, 90]
    assert "mean of 3 seeds" in drawn["plain-20/test"].hovertemplate


def test_one_point_is_drawn_as_a_dot(rows):
    drawn = lines(training_curves(rows("plain", 20, [90.0])))
    assert drawn["plain-20/test"].mode == "markers"


def test_uids_stay_as_nets_come(race):
    before = set(lines(training_curves(race.query("depth == 56"))))
    after = set(lines(training_curves(race)))
    assert before < after


def test_a_net_is_toggled_with_both_its_lines(race):
    drawn = lines(training_curves(race))
    assert drawn["plain-56/train"].legendgroup == drawn["plain-56/test"].legendgroup
    assert not drawn["plain-56/train"].showlegend
    assert drawn["plain-56/test"].name == "56"


def test_a_click_finds_the_run(race):
    assert lines(training_curves(race))["plain-56/test"].meta == {"run_id": "plain-56-s0-0.1"}


def test_a_highlighted_run_fades_the_other_nets(race):
    drawn = lines(training_curves(race, highlighted="plain-56-s0-0.1"))
    assert {label: drawn[f"{label}/test"].opacity for label in ("plain-56", "resnet-56")} == {
        "plain-56": 1,
        "resnet-56": theme.FADED,
    }


def test_a_highlighted_run_of_another_experiment_fades_nothing(race):
    drawn = lines(training_curves(race, highlighted="elsewhere"))
    assert {line.opacity for line in drawn.values()} == {1}


def test_depths_stand_at_the_line_ends(race):
    assert texts(training_curves(race)) == [
        "<b>plain</b>",
        "<b>20</b>",
        "<b>56</b>",
        "<b>residual</b>",
        "<b>20</b>",
        "<b>56</b>",
    ]


def test_too_many_nets_get_no_labels(rows):
    many = pd.concat(rows("plain", 8 + 6 * n, [50.0]) for n in range(20))
    assert texts(training_curves(many)) == ["<b>plain</b>", "<b>residual</b>"]


def test_labels_keep_their_order_and_do_not_overlap():
    places = spread(np.array([50.0, 52.0, 51.0, 120.0]))
    assert places.argsort().tolist() == [0, 2, 1, 3]
    assert np.diff(np.sort(places)).min() >= LABEL_PIXELS - 1e-9
    assert places[3] == 120


def test_labels_do_not_sink_below_the_axis():
    assert spread(np.array([0.0, 1.0])).min() == LABEL_PIXELS / 2


@pytest.mark.parametrize(
    ("settled", "top"), [(90.0, 100.0), (51.4, 70.0), (9.0, 20.0), (0.1, 10.0)]
)
def test_the_scale_ends_a_quarter_above_what_nets_settle_at(rows, settled, top):
    series = net_series(rows("plain", 20, [90.0, settled, settled, settled]))
    assert useful_top(series) == top


def test_the_scale_never_depends_on_where_a_reader_zoomed(race):
    figure = training_curves(race)
    assert figure.layout.uirevision == "training-curves"
    assert figure.layout.yaxis.range is None  # a changed range would end the zoom


def test_alt_text_names_best_and_worst_with_their_errors(race):
    assert training_curves(race).layout.meta["alt"] == (
        "Training curves at epoch 2.0: of 4 nets residual-20 has the lowest test error,"
        " 14.0\u00a0%, and plain-56 the highest, 49.6\u00a0%."
    )


def test_alt_text_of_one_net_has_no_comparison(rows):
    assert training_curves(rows("plain", 20, [90.0, 17.6])).layout.meta["alt"] == (
        "Training curves at epoch 2.0: plain-20 has a test error of 17.6\u00a0%."
    )
