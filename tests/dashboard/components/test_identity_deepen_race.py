"""The race of a deepened net, from recorded ones, in a real store."""

from types import SimpleNamespace

import pandas as pd
import pytest

from core.deepen import deepen_run
from core.engines.local import LocalEngine
from core.spec import Origin
from core.store.reads import find_experiment, read_runs
from dashboard.components.identity_race import (
    DEEPENED,
    GOES_ON,
    find_deepened,
    newest_race,
    race_of,
    start_race,
)
from dashboard.components.identity_train_form import one_a_family
from dashboard.components.identity_train_words import NOTHING, results_table, train_reading
from dashboard.sides import side
from tests.core.inspect.nets import GALLERY, recorded


def recorded_side(family: str, depth: int = 8):
    _, _, run_id, step = recorded(family, depth)
    found = side(GALLERY, run_id, step)
    assert found is not None
    return found


@pytest.fixture
def pair():
    return [recorded_side("plain"), recorded_side("resnet")]


def test_each_net_races_three_times_and_only_depth_and_start_differ(pair):
    runs = race_of(pair, 14, 2.0, ["aa", "bb"]).specs()
    assert [(run.family, run.depth) for run in runs] == [
        *(("plain", 8), ("plain", 14), ("plain", 14)),
        *(("resnet", 8), ("resnet", 14), ("resnet", 14)),
    ]
    own = pair[0].run.run_id
    assert [run.origin for run in runs[:3]] == [
        Origin(run=own, step=468, change=GOES_ON, fresh=True),
        Origin(run="aa", step=0, change=DEEPENED, fresh=True),
        None,
    ]
    common = {"depth", "family", "origin"}
    assert all(run.epochs == 2.0 and run.steps is None for run in runs)
    assert (
        len({run.model_copy(update=dict.fromkeys(common)).model_dump_json() for run in runs}) == 1
    )


def test_of_two_nets_of_one_family_the_first_trains(pair):
    assert one_a_family([*pair, recorded_side("plain", 20)]) == pair


def test_a_net_that_was_deepened_before_is_found_again(store, pair):
    assert find_deepened(store, pair[0], 14) is None
    run = deepen_run(store.url, *pair[0].address, 14)
    assert find_deepened(store, pair[0], 14) == run
    assert find_deepened(store, pair[0], 20) is None
    assert find_deepened(store, pair[1], 14) is None


def test_the_race_is_queued_with_the_nets_deepened_before_and_found_by_any_of_them(store, pair):
    deepened = [deepen_run(store.url, *one.address, 14) for one in pair]
    assert newest_race(store, pair) is None
    shares = []
    race = start_race(pair, 14, 1.0, store, LocalEngine(store))(shares.append)
    assert shares == [0.5, 1.0]
    experiment = find_experiment(store, race)
    assert experiment is not None
    origins = [run.origin and run.origin.run for run in experiment.specs()]
    assert origins[1::3] == deepened
    assert newest_race(store, pair[1:]) == race
    assert newest_race(store, [recorded_side("plain", 20)]) is None
    assert list(read_runs(store, race)["status"]) == 6 * ["queued"]


def trained(pair, errors: dict[str, tuple[float, float, float]], status="running"):
    """Runs of such a race; training errors of each family: random, deepened, shallow."""
    specs = race_of(pair, 14, 3.0, ["aa", "bb"]).specs()
    order = {GOES_ON: 2, DEEPENED: 1, None: 0}
    return [
        SimpleNamespace(
            run_id=str(place),
            spec=spec.model_dump_json(),
            family=spec.family,
            depth=spec.depth,
            status=status,
            epoch=1.5,
            epochs=3.0,
            test_error=50.0,
            train_error=errors[spec.family][order[spec.origin and spec.origin.change]],
        )
        for place, spec in enumerate(specs)
    ]


def curves(runs) -> pd.DataFrame:
    """Of the last epoch, about the runs' errors; before it training went badly."""
    points = [(0.5, 90.0), (0.6, None), (1.5, None)]
    rows = [
        (run.run_id, "train", epoch, error or run.train_error + 10 * (epoch - 1.05))
        for run in runs
        for epoch, error in points
    ]
    return pd.DataFrame(rows, columns=["run_id", "split", "epoch", "error"])


def reading(runs) -> str:
    return train_reading(runs, curves(runs))


def test_without_training_errors_nothing_is_said(pair):
    runs = trained(pair, {"plain": (3.0, 2.0, 1.0), "resnet": (6.0, 5.0, 4.0)})
    known = curves(runs)
    assert train_reading(runs, known[:0]) == NOTHING
    assert train_reading(runs, known[known["run_id"] != runs[0].run_id]).count("answers") == 1


def test_the_paper_s_case_is_told_with_its_numbers(pair):
    runs = trained(pair, {"plain": (60.0, 20.0, 15.0), "resnet": (12.0, 11.0, 10.0)})
    said = reading(runs)
    assert said.startswith("So far, at epoch 1.5 of 3:  \n**plain-14** answers 60.0\u00a0% of its")
    assert "SGD has not found what the copy began with" in said
    assert "residual-14** answers 12.0\u00a0%" in said
    assert "+40.0 points for plain and +1.0 points for residual" in said
    assert "without shortcuts SGD misses a solution that is there" in said


def test_the_opposite_is_told_as_well(pair):
    errors = {"plain": (12.0, 20.0, 15.0), "resnet": (30.0, 11.0, 10.0)}
    said = reading(trained(pair, errors, "finished"))
    assert said.startswith("After 3 epochs:")
    assert "random weights were the better start" in said
    assert "points for residual: in this race less without shortcuts." in said


def test_no_solution_is_called_missed_where_the_random_start_was_as_good(pair):
    errors = {"plain": (20.0, 20.0, 20.0), "resnet": (10.0, 20.0, 20.0)}
    assert " for residual: less with shortcuts." in reading(trained(pair, errors))


def test_a_gap_within_chance_is_no_finding(pair):
    same = (20.0, 19.0, 18.0)
    said = reading(trained(pair, {"plain": same, "resnet": same}))
    assert said.count("from random weights SGD gets as far as from the copy") == 2
    assert "no clear difference" in said


def test_the_table_tells_how_each_run_started(pair):
    table = results_table(trained(pair, {"plain": (3.0, 2.0, 1.0), "resnet": (6.0, 5.0, 4.0)}))
    assert list(table["start"]) == 2 * ["goes on", "deepened by identity", "random weights"]
    assert list(table["training_error"]) == [1, 2, 3, 4, 5, 6]
