import pytest

from core.engines.local import LocalEngine
from core.forks import CHANGES, fork_spec
from core.spec import Experiment, Origin, RunSpec
from core.store.reads import find_experiment, find_run, list_runs, read_runs
from core.store.recorded import recorded_stores
from core.store.runs import run_label
from tests.racing import queue

SPEC = RunSpec(family="resnet", depth=8, epochs=2, dataset="fashion-mnist-mini")  # 156 steps


@pytest.fixture
def engine(store, monkeypatch):
    """An engine that starts no worker."""
    monkeypatch.setattr(LocalEngine, "wake", lambda self, device: None)
    return LocalEngine(store)


@pytest.mark.parametrize("change", CHANGES)
def test_a_fork_differs_in_what_the_change_names_and_in_where_it_begins(change):
    fork = fork_spec(SPEC, "a1", 100, change)
    assert fork.begins == 100
    assert fork.origin == Origin(run="a1", step=100, change=CHANGES[change].words)
    different = {
        name for name in RunSpec.model_fields if getattr(fork, name) != getattr(SPEC, name)
    }
    assert different - {"origin"} == CHANGES[change].fields(SPEC).keys()


@pytest.mark.parametrize(
    ("spec", "change", "sentence"),
    [
        ({"batch_norm": False}, "batch-norm", "residual-8 has no batch norm"),
        ({"family": "preact"}, "batch-norm", "pre-activation-8 normalises before each ReLU"),
        ({"family": "plain"}, "shortcuts", "plain-8 has no shortcuts"),
        ({"warmup_rate": 0.01}, "warm-up", "residual-8 warms up already"),
        ({}, "sideways", "there is no change 'sideways'; there are same, rate"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_a_sentence(spec, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        fork_spec(SPEC.model_copy(update=spec), "a1", 100, change)


def test_a_fork_at_the_last_step_needs_more_epochs():
    with pytest.raises(ValueError, match="step 156 of 156 leaves nothing to train"):
        fork_spec(SPEC, "a1", 156, "same")
    assert fork_spec(SPEC, "a1", 156, "same", more_epochs=1).epochs == 3


def test_forks_join_the_experiment_of_their_original(engine, store):
    run_id, _ = queue(store, families=("plain", "resnet"))
    spec = find_run(store, run_id)
    forks = [fork_spec(spec, run_id, 0, change) for change in ("same", "rate")]
    experiment_id, ids = engine.fork(store, run_id, forks)
    rows = list_runs(store, experiment_id)
    assert [row.label for row in rows] == [
        "plain-8",
        "residual-8",
        "plain-8 · repeated from step 0",
        "plain-8 · learning rate / 10 from step 0",
    ]
    assert [row.run_id for row in rows[2:]] == ids
    assert [row.origin for row in rows] == [None, None, run_id, run_id]
    experiment = find_experiment(store, experiment_id)
    assert experiment.learning_rates == (0.1,)  # no sweep
    assert engine.fork(store, run_id, forks) == (experiment_id, ids)  # queued once
    assert len(list_runs(store, experiment_id)) == 4


def test_forks_of_the_recorded_race_get_an_experiment_of_their_own(engine, store):
    recorded = recorded_stores()[0]
    run = read_runs(recorded).iloc[0]
    fork = fork_spec(find_run(recorded, run["run_id"]), run["run_id"], 0, "rate")
    experiment_id, (fork_id,) = engine.fork(recorded, run["run_id"], [fork])
    (row,) = list_runs(store, experiment_id)
    assert (row.run_id, row.origin, row.experiment) == (
        fork_id,
        run["run_id"],
        f"forks of {run['label']}",
    )


def test_an_experiment_of_several_widths_names_them():
    runs = [SPEC.model_copy(update={"width": width}) for width in (4, 8)]
    experiment = Experiment.of("widths", runs)
    assert experiment.specs() == tuple(runs)
    assert [run_label(run, experiment) for run in runs] == [
        "residual-8 · width 4",
        "residual-8 · width 8",
    ]
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment
