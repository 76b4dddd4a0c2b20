"""Marks on training curves: where a rate changed, where a run was forked, what stays behind."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import training_curves as curves_figure
from dashboard.figures.curve_events import COLUMNS, GHOST, SYMBOLS, History, rate_changes
from tests.dashboard.figures.checked import checked

training_curves = checked(curves_figure.training_curves)
RUN, FORK = "plain-20-s0-0.1", "plain-20 · warm-up-s0-0.1"


def rates(*values: float, run: str = "a") -> pd.DataFrame:
    """A run's learning rates at the epochs 1, 2, ..."""
    epochs = range(1, len(values) + 1)
    return pd.DataFrame({"run_id": run, "split": "train", "epoch": epochs, "learning_rate": values})


def events(*rows: tuple) -> History:
    return History(pd.DataFrame(rows, columns=COLUMNS))


def marks(figure) -> dict:
    return {trace.uid: trace for trace in figure.data if (trace.uid or "").endswith("/events")}


@pytest.fixture
def forked(rows):
    """plain-20 from epoch 1 to 4, and its fork that begins at epoch 2."""
    fork = rows("plain", 20, [0, 30, 10], label="plain-20 · warm-up").query("epoch > 1")
    return pd.concat([rows("plain", 20, [60.0, 30.0, 20.0, 20.0]), fork])


def test_a_rate_that_drops_after_it_stood_still_is_an_event():
    found = rate_changes(rates(0.1, 0.1, 0.01, 0.01, 0.001))
    assert list(found.itertuples(index=False, name=None)) == [
        ("a", 3, "rate", "learning rate 0.1 → 0.01"),
        ("a", 5, "rate", "learning rate 0.01 → 0.001"),
    ]


def test_the_end_of_a_warm_up_is_an_event():
    assert list(rate_changes(rates(0.01, 0.01, 0.1))["text"]) == ["learning rate 0.01 → 0.1"]


@pytest.mark.parametrize(
    "values", [(0.1, 0.04, 0.01, 0.001, 0.0), (0.1, 0.1, 0.09), (0.1,), ()], ids=str
)
def test_a_rate_that_glides_or_hardly_moves_is_none(values):
    assert rate_changes(rates(*values)).empty


def test_the_rate_of_another_run_is_no_change():
    both = pd.concat([rates(0.1, 0.1), rates(0.01, 0.01, run="b")])
    assert rate_changes(both).empty


def test_a_mark_stands_on_the_test_curve_and_says_what_happened(race):
    history = events(("plain-56-s0-0.1", 1.5, "pause", "paused"))
    (mark,) = marks(training_curves(race, history=history)).values()
    assert (mark.x.tolist(), mark.text) == ([1.5], ("paused",))
    assert mark.y.tolist() == pytest.approx([54.8])  # halfway from 60 to 49.6 %
    assert mark.legendgroup == "plain-56"
    assert mark.meta == {"run_id": "plain-56-s0-0.1"}


def test_what_happened_at_one_moment_is_one_mark(race):
    history = events(
        ("plain-56-s0-0.1", 1.5, "pause", "paused"), ("plain-56-s0-0.1", 1.5, "resume", "resumed")
    )
    (mark,) = marks(training_curves(race, history=history)).values()
    assert mark.text == ("paused, resumed",)


def test_what_happened_to_all_seeds_at_once_is_one_mark(rows):
    seeds = pd.concat(rows("plain", 20, [90.0, 10.0], seed=seed) for seed in (1, 2))
    both = [(run, 2.0, "rate", "slower") for run in seeds["run_id"].unique()]
    (mark,) = marks(training_curves(seeds, history=events(*both))).values()
    assert mark.text == ("slower",)


def test_a_mark_above_the_frame_stands_at_its_edge(rows):
    curve = rows("plain", 20, [90.0, 10.0, 10.0, 10.0])  # drawn up to 20 %
    (mark,) = marks(training_curves(curve, history=events((RUN, 1.0, "fork", "")))).values()
    assert mark.y.tolist() == [20]


def test_a_race_without_events_has_no_marks(race):
    assert not marks(training_curves(race))


@pytest.mark.parametrize("kind", SYMBOLS)
def test_every_kind_of_event_has_a_symbol_that_plotly_knows(race, kind):
    history = events(("plain-56-s0-0.1", 1.5, kind, "what happened"))
    (mark,) = marks(training_curves(race, history=history)).values()
    assert mark.marker.symbol == (SYMBOLS[kind],)


def test_a_fork_says_what_was_changed_over_its_line_and_is_not_in_the_legend(forked):
    figure = training_curves(forked, history=History(changes={FORK: "warm-up"}))
    labels = {note.text: note for note in figure.layout.annotations}
    assert labels["<b>20 · warm-up</b>"].yshift > labels["<b>20</b>"].yshift
    assert labels["<b>20 · warm-up</b>"].xanchor == "right"  # there is no room beside the end
    listed = [trace.name for trace in figure.data if trace.showlegend and trace.legend != "legend"]
    assert [name for name in listed if name and "20" in name] == ["20"]


def test_a_fork_that_has_just_begun_has_its_name_to_the_right(forked):
    young = forked[(forked["run_id"] == RUN) | (forked["epoch"] == 2)]
    figure = training_curves(young, epochs=6, history=History(changes={FORK: "warm-up"}))
    labels = {note.text: note for note in figure.layout.annotations}
    assert labels["<b>20 · warm-up</b>"].xanchor == "left"


def test_what_was_forked_stays_behind_in_its_own_colour(forked):
    drawn = training_curves(forked, history=History(ghosts=frozenset({RUN}))).data
    lines = {trace.uid: trace for trace in drawn}
    assert (lines["plain-20/test"].opacity, lines["plain-20 · warm-up/test"].opacity) == (GHOST, 1)
    assert lines["plain-20/test"].line.color == theme.shade("plain", 20, "light")


def test_lines_keep_their_uids_when_a_fork_joins(forked):
    before = {trace.uid for trace in training_curves(forked[forked["run_id"] == RUN]).data}
    assert before < {trace.uid for trace in training_curves(forked).data}
