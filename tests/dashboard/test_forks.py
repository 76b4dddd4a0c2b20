"""Forks of real runs in a store: their marks, their originals as ghosts, and what is not compared.

The runs are queued as the engine queues them; curves are written as a worker writes them.
"""

import pytest

from core.forks import CHANGES, fork_spec
from core.spec import RunSpec
from core.store.reads import list_run, list_runs, read_runs
from core.store.recorded import recorded_stores
from dashboard.data import engine, snapshot
from dashboard.figures.curve_events import GHOST
from dashboard.forks import HAPPENED, history_of, label_of, with_ghosts
from dashboard.lenses import LENSES, latest_errors


@pytest.fixture
def fork(store):
    """fork(store, run_id, change, step): id of the experiment and of the run that was queued."""

    def fork(held, run_id: str, change: str = "rate", step: int = 0) -> tuple[str, str]:
        spec = RunSpec.model_validate_json(list_run(held, run_id).spec)
        experiment_id, (new,) = engine().fork(held, run_id, [fork_spec(spec, run_id, step, change)])
        snapshot.clear()
        return experiment_id, new

    return fork


@pytest.fixture
def own(store, put_runs, fork):
    """The snapshot of a finished race of two runs with a fork of the first, and both ids."""
    experiment_id = put_runs("finished")
    original = read_runs(store, experiment_id)["run_id"].iloc[0]
    _, new = fork(store, original)
    return snapshot(experiment_id), original, new


@pytest.fixture
def recorded(store, fork):
    """The same of a fork of the gallery's first run, at one of its kept steps."""
    held = recorded_stores()[0]
    original = read_runs(held)["run_id"].iloc[0]
    experiment_id, new = fork(held, original, step=217)
    return snapshot(experiment_id), original, new


def test_a_fork_is_marked_where_it_begins_with_what_was_changed(recorded):
    shown, original, new = recorded
    (mark,) = history_of(shown).events.query("kind == 'fork'").itertuples()
    run = shown.runs[0]
    assert (mark.run_id, mark.epoch) == (new, 217 * run.epochs / run.steps)
    label = list_run(recorded_stores()[0], original).label
    assert mark.text == f"forked from {label}: {CHANGES['rate'].words}"


def test_a_fork_joins_the_race_of_its_original_which_stays_behind_once_ended(own):
    shown, original, new = own
    assert {original, new} < {run.run_id for run in shown.runs}
    assert history_of(shown).ghosts == {original}
    assert shown.ghosts.empty


def test_an_original_that_still_trains_is_no_ghost(store, put_runs, fork):
    experiment_id = put_runs("running")
    fork(store, read_runs(store, experiment_id)["run_id"].iloc[0])
    assert not history_of(snapshot(experiment_id)).ghosts


def test_the_recorded_original_of_a_fork_is_drawn_as_a_ghost_under_its_own_name(recorded):
    shown, original, _ = recorded
    curves = with_ghosts(shown.curves, shown)
    assert set(curves["run_id"]) == {original}
    assert set(curves["label"]) == {f"{label_of(shown, original)} · original"}
    lens = LENSES["training-curves"]
    drawn = lens.draw(lens.measure(shown), shown, "light", None)["data"]
    assert {line["opacity"] for line in drawn if "original" in line.get("uid", "")} == {GHOST}


def test_a_deleted_original_is_said_to_be_deleted(recorded):
    shown, *_ = recorded
    assert label_of(shown, "nobody") == "a run that was deleted"


def test_the_numbers_behind_the_curves_are_those_of_the_race_alone(recorded):
    shown, *_ = recorded
    assert LENSES["training-curves"].measure(shown).empty


def test_a_fork_counts_neither_in_the_verdict_nor_by_depth(own):
    shown, _, new = own
    assert new not in set(latest_errors(shown)["run_id"])
    assert "one seed" in shown.verdict.headline
    assert shown.forks.keys() == {new}


def test_what_the_store_noted_is_marked_at_its_epoch(store, put_runs):
    experiment_id = put_runs("paused")
    events = history_of(snapshot(experiment_id)).events
    paused = events[events["kind"] == "pause"]
    (run, _) = list_runs(store, experiment_id)
    assert list(paused["epoch"].round(6)) == [round(run.step * run.epochs / run.steps, 6)] * 2
    assert set(paused["text"]) == {HAPPENED["pause"]}
