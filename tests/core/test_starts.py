"""Runs that start at another run's net, trained for real."""

import pytest
import torch

from core.engines.local import run_sizes
from core.forks import fork_spec
from core.inspect.nets import load_net
from core.spec import Experiment, Origin, RunSpec
from core.store.checkpoints import load_checkpoint
from core.store.database import open_store
from core.store.reads import find_run, fork_steps, list_run, read_curves, read_runs
from core.store.recorded import recorded_stores
from core.store.runs import delete_runs, submit
from tests.racing import curve, queue, run_to_the_end, statuses

SPEC = {"families": ("resnet",), "steps": 60, "snapshots": 3, "schedule": "constant"}
FORK = 15  # a step of which such a run keeps its weights


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A finished run, and its store."""
    store = open_store(str(tmp_path_factory.mktemp("original") / "lab.db"))
    (run_id,) = queue(store, **SPEC)
    run_to_the_end(store)
    assert fork_steps(store, run_id) == [0, 1, 4, FORK, 60]
    return store, run_id


def follow(store, *specs: RunSpec) -> list[str]:
    """Train these runs as an experiment of their own; their ids."""
    experiment = Experiment.of("forks", specs)
    sizes = run_sizes(experiment)
    experiment_id, _ = submit(store, experiment, source="test", **sizes)
    run_to_the_end(store)
    found = read_runs(store, experiment_id)
    assert set(found["status"]) == {"finished"}, list(found["message"])
    return list(found["run_id"])


def spec_of(store, run_id: str) -> RunSpec:
    spec = find_run(store, run_id)
    assert spec is not None
    return spec


def fork(store, run_id: str, change: str, step: int = FORK, more_epochs: float = 0.0) -> str:
    spec = fork_spec(spec_of(store, run_id), run_id, step, change, more_epochs)
    return follow(store, spec)[0]


def trained(store, run_id: str, after: int, before: int = 61) -> list[tuple]:
    """Training points between two steps."""
    return [
        point for point in curve(store, run_id) if point[0] == "train" and after < point[1] < before
    ]


def kept(store, run_id: str, step: int) -> dict[str, torch.Tensor]:
    found = load_checkpoint(store, run_id, "weights", step)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("step", [0, 4, FORK])
def test_a_fork_that_changes_nothing_repeats_the_original_bit_for_bit(original, step):
    store, run_id = original
    again = fork(store, run_id, "same", step)
    assert trained(store, again, step) == trained(store, run_id, step)
    assert len(trained(store, again, step)) == 60 - step
    for name, tensor in kept(store, run_id, 60).items():
        assert torch.equal(tensor, kept(store, again, 60)[name]), name


def test_a_fork_equals_the_original_until_its_change_acts(original):
    store, run_id = original
    longer = fork(store, run_id, "same", FORK, more_epochs=0.1)
    assert trained(store, longer, FORK) == trained(store, run_id, FORK)
    assert read_runs(store, run_ids=[longer])["steps"].iloc[0] > 60
    tenth = fork(store, run_id, "rate")
    same, other = trained(store, run_id, FORK), trained(store, tenth, FORK)
    assert same[0] == other[0]  # measured before the first smaller step is made
    assert same[1] != other[1]


def test_a_curve_starts_at_its_fork_with_the_error_of_the_original(original):
    store, run_id = original
    again = fork(store, run_id, "rate")
    points = read_curves(store, run_ids=[again])
    assert points["step"].min() == FORK
    first = points[(points["step"] == FORK) & (points["split"] == "test")].iloc[0]
    whole = load_net(store.url, False, run_id, FORK)
    logits = torch.cat(
        [whole.run(part, lambda *_: None, ()) for part in whole.images.test_images.split(500)]
    )
    wrong = (logits.argmax(1) != whole.images.test_labels).float().mean().item()
    assert first["error"] == pytest.approx(100 * wrong, abs=0.06)
    run = list_run(store, again)
    assert run is not None
    assert (run.origin, run.begins, run.step) == (run_id, FORK, 60)


def test_without_batch_norm_a_fork_starts_at_the_same_function(original):
    store, run_id = original
    bare = fork(store, run_id, "batch-norm")
    before, after = (load_net(store.url, False, run, FORK) for run in (run_id, bare))
    assert not any("BatchNorm" in type(part).__name__ for part in after.net.modules())
    images = before.images.test_images[:100]
    logits = [one.run(images, lambda *_: None, ()) for one in (before, after)]
    torch.testing.assert_close(*logits, rtol=1e-4, atol=1e-4)


def test_without_shortcuts_a_fork_keeps_every_weight_and_says_something_else(original):
    store, run_id = original
    plain = fork(store, run_id, "shortcuts")
    before, after = (load_net(store.url, False, run, FORK) for run in (run_id, plain))
    assert after.spec.family == "plain"
    weights = after.net.state_dict()
    for name, tensor in before.net.state_dict().items():
        assert torch.equal(tensor, weights[name]), name
    images = before.images.test_images[:100]
    logits = [one.run(images, lambda *_: None, ()) for one in (before, after)]
    assert not torch.allclose(*logits, atol=0.1)


def test_the_papers_warm_up_can_be_given_to_a_run_that_had_none(original):
    store, run_id = original
    warmed = fork(store, run_id, "warm-up", 0)
    rates = read_curves(store, run_ids=[warmed]).set_index("step")["learning_rate"]
    assert rates.loc[0].min() == 0.01


def test_a_fresh_start_takes_the_weights_alone(original):
    store, run_id = original
    origin = Origin(run=run_id, step=60, change="goes on", fresh=True)
    fresh = follow(store, spec_of(store, run_id).model_copy(update={"origin": origin}))[0]
    assert fork_steps(store, fresh)[0] == 0
    for name, tensor in kept(store, run_id, 60).items():
        assert torch.equal(tensor, kept(store, fresh, 0)[name]), name
    assert read_runs(store, run_ids=[fresh])["test_error"].notna().all()


def test_a_fork_of_the_recorded_race_trains_on(store):
    recorded = recorded_stores()[0]
    runs = read_runs(recorded)
    run = runs[(runs["label"].str.startswith("residual-8")) & (runs["seed"] == 0)].iloc[0]
    origin = Origin(run=run["run_id"], step=int(run["steps"]), change="goes on")
    spec = spec_of(recorded, run["run_id"])
    longer = spec.model_copy(update={"origin": origin, "epochs": spec.epochs + 0.05})
    (again,) = follow(store, longer)
    start = read_curves(store, run_ids=[again]).iloc[0]
    assert start["step"] == run["steps"]
    assert start["error"] == pytest.approx(run["test_error"], abs=0.5)  # kept in bfloat16


def test_a_fork_whose_original_was_deleted_says_so(store):
    (run_id,) = queue(store, **SPEC)
    spec = fork_spec(spec_of(store, run_id), run_id, FORK, "same")
    delete_runs(store, [run_id])
    experiment = Experiment.of("forks", [spec])
    submit(store, experiment, source="test", **run_sizes(experiment))
    run_to_the_end(store)
    assert statuses(store) == ["failed"]
    assert (
        f"the run {run_id} that this one starts from was deleted" in read_runs(store)["message"][0]
    )
