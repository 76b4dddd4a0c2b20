"""The divergence coach: real runs that go wrong, and the fork that it offers."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.spec import RunSpec
from core.store.profiles import Profiles
from core.store.reads import read_runs
from dashboard.components.fork_coach import told, trouble
from tests.dashboard.conftest import button_keys
from tests.dashboard.recordings import BLOCKS, put_profiles
from tests.racing import queue, run_to_the_end

LOST = "the loss was no longer a number at step 6"


def run(status: str, **fields):
    """A row of the store, of 100 steps."""
    values = {"message": "", "train_error": 90.0, "step": 100, "steps": 100, "begins": 0}
    return SimpleNamespace(status=status, **values | fields)


def profiles(*rows: list[float]) -> Profiles:
    return Profiles(BLOCKS[:3], np.arange(len(rows)), np.array(rows, np.float32), "")


def test_a_run_that_diverged_says_when():
    assert trouble(run("diverged", message=LOST), 10) == f"diverged: {LOST}."


def test_a_net_at_chance_is_told_beside_chance():
    assert trouble(run("running", step=50), 10) == (
        "still guesses: its training error is 90.0\u00a0% at step 50 of 100, and guessing among 10"
        " classes gives 90.0\u00a0%."
    )


@pytest.mark.parametrize(
    "fine",
    [
        run("running", step=24),
        run("finished", train_error=87.0),
        run("finished", train_error=None),
        run("failed"),
        run("finished", steps=0, step=0),  # an imported net
        run("running", begins=90, step=92),
    ],
    ids=lambda one: f"{one.status}-{one.step}",
)
def test_other_runs_are_left_alone(fine):
    assert trouble(fine, 10) == ""


def test_the_place_that_left_first_is_named_with_its_numbers():
    left = profiles([1, 2, 1], [1, 2.5, 1], [1, 99, 1])
    assert told({"activation-std": left}) == (
        "The numbers of stage 1, block 1 left first: at step 2 its activation spread was 99, and"
        " between 2 and 2.5 until then."
    )


def test_numbers_that_were_lost_are_said_to_be_none():
    assert "the stem left first: at step 1 its gradient norm was no number any more, and 1" in told(
        {"gradient-norm": profiles([1, 1, 1], [np.nan, np.nan, np.nan])}
    )


def test_without_a_departure_or_measurements_nobody_is_named():
    assert told({"activation-std": profiles([1, 1, 1], [1, 1, 1])}).startswith("At no step")
    assert told({}).startswith("Its layers were not measured often enough")


def test_the_papers_cure_is_one_click_and_then_in_the_race(open_page, put_runs, store):
    experiment_id = put_runs("diverged", LOST, families=("plain",), learning_rates=(50.0,))
    (original,) = read_runs(store, experiment_id)["run_id"]
    put_profiles(store, original, "activation-std", [[1.0] * 5, [1.0, 1.0, 30.0, 1.0, 1.0]])
    page = open_page(experiment=experiment_id)
    assert "stage 2, block 1 left first" in page.warning[0].value
    assert "section 4.2" in page.warning[0].value
    page.button(key=f"cure-{original}").click().run()
    assert not page.exception
    (spec,) = (
        RunSpec.model_validate_json(run.spec)
        for run in read_runs(store, experiment_id).itertuples()
        if run.run_id != original
    )
    assert spec.warmup_rate == 0.01  # He et al. 2015, section 4.2
    assert spec.origin is not None
    assert (spec.origin.run, spec.origin.step) == (original, 0)
    assert page.button(key=f"cure-{original}").disabled


def test_a_run_that_warmed_up_in_vain_is_offered_a_smaller_rate(open_page, put_runs):
    warmed = {"families": ("plain",), "depths": (110,), "warmup_rate": 0.01}
    page = open_page(experiment=put_runs("diverged", LOST, **warmed))
    (button,) = (one for one in page.button if str(one.key).startswith("cure-"))
    assert button.label == "Fork plain-110 with learning rate / 10"


def test_a_race_without_trouble_has_no_coach(open_page, put_runs):
    page = open_page(experiment=put_runs("finished"))
    assert "cure" not in button_keys(page)
    assert not page.warning


def test_a_net_that_really_diverged_names_a_layer(open_page, store):
    run_ids = queue(store, families=("plain",), learning_rates=(1e4,), batch_norm=False)
    run_to_the_end(store)
    page = open_page(experiment=read_runs(store, run_ids=run_ids)["experiment_id"].iloc[0])
    assert "left first: at step" in page.warning[0].value
