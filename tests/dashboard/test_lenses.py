"""What the figures are given, and which figures a race is read by."""

import pandas as pd
import pytest

from core.presets import PRESETS, with_settings
from dashboard.data import Snapshot
from dashboard.lenses import LENSES, curves_of_nets, latest_errors, lenses_for


def snapshot(preset: str = "quick", runs: pd.DataFrame | None = None, **settings) -> Snapshot:
    experiment = with_settings(PRESETS[preset], settings)
    rows = [] if runs is None else [*runs.itertuples()]
    return Snapshot("e", experiment, rows, pd.DataFrame(), [], False)


def table(rows: list[tuple]) -> pd.DataFrame:
    columns = [
        *("run_id", "label", "family", "depth", "seed", "learning_rate", "status"),
        *("train_error", "test_error"),
    ]
    return pd.DataFrame(rows, columns=columns).assign(origin=None)


RUNS = table(
    [
        ("a", "plain-8", "plain", 8, 0, 0.1, "finished", 10.8, 15.3),
        ("b", "residual-8", "resnet", 8, 0, 0.1, "running", 11.0, None),
        ("c", "plain-20", "plain", 20, 0, 0.1, "queued", None, None),
    ]
)


def test_latest_errors_have_a_row_for_each_run_and_split_that_was_measured():
    found = latest_errors(snapshot(runs=RUNS))
    assert list(found.columns) == [
        *("run_id", "label", "family", "depth", "seed", "learning_rate", "status"),
        *("split", "error"),
    ]
    assert [tuple(row) for row in found[["run_id", "status", "split", "error"]].to_numpy()] == [
        ("a", "finished", "train", 10.8),
        ("b", "running", "train", 11.0),
        ("a", "finished", "test", 15.3),
    ]


def test_latest_errors_of_a_race_that_has_not_begun_are_no_rows():
    assert latest_errors(snapshot(runs=RUNS[2:])).empty


def test_the_seeds_of_a_net_share_a_label_and_its_learning_rates_do_not():
    labels = ["plain-8 · seed 0", "plain-8 · seed 12", "plain-8 · lr 0.1 · seed 1", "plain-8"]
    shown = Snapshot(
        "e",
        PRESETS["quick"],
        [],
        pd.DataFrame({"label": labels}),
        [],
        False,
    )
    assert list(curves_of_nets(shown)["label"]) == [
        "plain-8",
        "plain-8",
        "plain-8 · lr 0.1",
        "plain-8",
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_sweep_of_learning_rates_is_read_against_the_rate_and_any_other_race_by_depth(preset):
    second = "error-by-rate" if preset == "tuning" else "error-by-depth"
    assert lenses_for(snapshot(preset)) == ("training-curves", second)


@pytest.mark.parametrize(
    ("preset", "settings", "marks"),
    [
        ("paper", {}, True),
        ("paper", {"depths": (20, 56), "seeds": (0, 1), "device": "cpu"}, True),
        ("paper", {"learning_rates": (0.05,)}, False),
        ("cifar10", {}, False),
        ("classroom", {}, False),
    ],
)
def test_published_errors_are_marked_only_beside_the_papers_own_recipe(preset, settings, marks):
    shown = snapshot(preset, RUNS, **settings)
    lens = LENSES["error-by-depth"]
    traces = lens.draw(lens.measure(shown), shown, "light", None)["data"]
    points = sum(len(trace["x"]) for trace in traces if "published" in trace["uid"])
    assert (points > 0) == marks


@pytest.mark.parametrize("name", LENSES)
def test_every_lens_asks_a_question_and_tells_what_to_do(name):
    lens = LENSES[name]
    assert lens.question.endswith("?")
    assert lens.hint.endswith(".")
