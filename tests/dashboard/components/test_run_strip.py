from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from core.presets import PRESETS
from core.store.reads import read_runs
from dashboard.data import Snapshot
from tests.dashboard.conftest import button_keys


def going(cores: int, *rows: tuple) -> Snapshot:
    """Quick runs by id, status, step of 100 and own seconds, on so many cores."""
    runs = pd.DataFrame(rows, columns=["run_id", "status", "step", "seconds"]).assign(
        steps=100, begins=0
    )
    workers = [SimpleNamespace(cores=cores)]
    return Snapshot("e", PRESETS["quick"], [*runs.itertuples()], pd.DataFrame(), workers, False)


def test_runs_that_share_a_device_end_together():
    left = going(1, ("a", "running", 50, 10.0), ("b", "running", 50, 30.0)).seconds_left
    assert dict(left) == {"a": 40.0, "b": 40.0}  # 80 s of work in all, half of it done


def test_two_cores_halve_the_time_left():
    left = going(2, ("a", "running", 50, 10.0), ("b", "running", 50, 30.0)).seconds_left
    assert dict(left) == {"a": 20.0, "b": 20.0}


def test_only_a_run_under_way_has_a_time_left():
    shown = going(
        1,
        ("a", "running", 25, 5.0),
        ("new", "running", 0, 0.0),
        ("b", "paused", 50, 9.0),
        ("c", "finished", 100, 9.0),
        ("d", "queued", 0, 0.0),
    )
    assert shown.seconds_left == {"a": 15.0}


def test_a_fork_is_timed_by_what_it_trained_itself():
    shown = going(1, ("a", "running", 75, 10.0))
    forked = [run._replace(begins=50) for run in shown.runs]
    assert replace(shown, runs=forked).seconds_left == {"a": 10.0}  # half of its own 50 steps


def test_no_time_is_left_where_nothing_runs():
    assert going(1, ("a", "queued", 0, 0.0)).seconds_left == {}


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("running", {"pause", "stop"}),
        ("paused", {"resume", "stop"}),
        ("stopped", {"resume"}),
        ("finished", set()),
        ("diverged", {"cure"}),
        ("interrupted", {"resume", "stop"}),
    ],
)
def test_a_run_has_the_buttons_of_its_state(open_page, put_runs, status, actions):
    page = open_page(experiment=put_runs(status))
    assert button_keys(page) == {"start", "lit", "fork"} | actions


def test_one_run_can_be_paused_and_the_others_go_on(open_page, put_runs, store):
    experiment_id = put_runs("running")
    first, second = read_runs(store, experiment_id)["run_id"]
    open_page(experiment=experiment_id).button(key=f"pause-{first}").click().run()
    runs = read_runs(store, experiment_id).set_index("run_id")
    assert dict(runs["requested"].fillna("")) == {first: "pause", second: ""}


def test_a_whole_race_can_be_stopped(open_page, put_runs, store):
    experiment_id = put_runs("running")
    open_page(experiment=experiment_id).button(key="stop-all").click().run()
    assert list(read_runs(store, experiment_id)["requested"]) == ["stop", "stop"]


def test_a_run_tells_what_it_has_reached(open_page, put_runs):
    page = open_page(experiment=put_runs("paused"))
    assert [bar.text for bar in page.get("progress")] == [
        "plain-8 · paused · test 40.0\u00a0%",
        "residual-8 · paused · test 40.0\u00a0%",
    ]
    assert [bar.value for bar in page.get("progress")] == [50, 50]
