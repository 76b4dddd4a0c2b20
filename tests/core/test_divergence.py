"""Which layer's numbers left first: literal arrays, and nets that really go wrong."""

import numpy as np
import pytest

from core.divergence import WATCHED, first_departure, still_guesses
from core.store.database import open_store
from core.store.profiles import Profiles, read_profiles
from core.store.reads import read_runs
from tests.racing import queue, run_to_the_end

PLACES = ("stem", "stages.0.0", "head")
NAN = np.nan


def profiles(*rows: list[float]) -> Profiles:
    """A row of values a step, at the steps 0, 1, 2, 4, 8, ..."""
    steps = np.array([0, 1, 2, 4, 8, 16][: len(rows)])
    return Profiles(PLACES, steps, np.array(rows, np.float32), "")


def left(*rows: list[float]):
    return first_departure({"activation-std": profiles(*rows)})


def test_numbers_that_stay_within_a_factor_of_ten_have_not_left():
    assert left([1, 1, 1], [9, 1, 0.2], [0.2, 9, 0.2]) is None


def test_the_range_grows_with_the_numbers_that_were_there():
    assert left([1, 1, 1], [9, 1, 1], [80, 1, 1]) is None


@pytest.mark.parametrize("value", [11.0, 0.05, 0.0, NAN, np.inf])
def test_a_number_leaves_upwards_downwards_or_for_good(value):
    found = left([1, 1, 1], [1, 1, 1], [1, value, 1])
    assert found is not None
    assert (found.place, found.step, found.low, found.high) == ("stages.0.0", 2, 1, 1)
    assert found.value == pytest.approx(value, nan_ok=True)


def test_of_those_that_leave_together_the_farthest_is_told():
    found = left([1, 1, 1], [20, 1, 300])
    assert found is not None
    assert (found.place, found.value) == ("head", 300)


def test_an_earlier_departure_counts_more_than_a_farther_one():
    found = left([1, 1, 1], [1, 11, 1], [NAN, NAN, NAN])
    assert found is not None
    assert (found.place, found.step) == ("stages.0.0", 1)


def test_a_place_without_numbers_leaves_nothing():
    assert left([1, NAN, 1], [1, NAN, 1], [1, NAN, 1]) is None


def test_what_was_0_and_stays_0_has_not_left():
    assert left([0, 1, 1], [0, 1, 1]) is None


@pytest.mark.parametrize("rows", [(), ([1.0, 1.0, 1.0],)])
def test_one_look_has_no_range_to_leave(rows):
    assert first_departure({"gradient-norm": profiles(*rows)}) is None


def test_at_the_same_step_the_gradient_comes_before_the_activations():
    bad = profiles([1, 1, 1], [1, 1, NAN])
    found = first_departure({"activation-std": bad, "gradient-norm": bad})
    assert found is not None
    assert found.measure == "gradient-norm"


@pytest.mark.parametrize(
    ("error", "classes", "done", "guesses"),
    [
        (88.0, 10, 0.25, True),  # chance is 90 %
        (87.9, 10, 1.0, False),
        (90.0, 10, 0.24, False),
        (49.0, 2, 0.5, True),  # chance is 50 %
        (NAN, 10, 1.0, False),
    ],
)
def test_a_net_guesses_within_two_points_of_chance_after_a_quarter(error, classes, done, guesses):
    assert still_guesses(error, classes, done) == guesses


def trained(**fields):
    """The row of one plain run trained here without batch norm, and what its probes recorded."""
    store = open_store()
    (run_id,) = queue(store, families=("plain",), batch_norm=False, **fields)
    run_to_the_end(store)
    found = {name: read_profiles(store, run_id, name) for name in WATCHED}
    return read_runs(store).iloc[0], {name: one for name, one in found.items() if one}


def test_a_rate_of_50_drives_activations_away_before_the_loss_is_no_number():
    run, measured = trained(depths=(20,), learning_rates=(50.0,))
    assert run["status"] == "diverged"
    found = first_departure(measured)
    assert found is not None
    assert found.step < run["step"]
    assert found.value > 10 * found.high


def test_a_plain_net_of_56_layers_without_batch_norm_only_guesses():
    run, _ = trained(depths=(56,), steps=10)
    assert run["status"] == "finished"
    assert still_guesses(run["train_error"], 10, 1.0)
