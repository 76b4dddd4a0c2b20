"""python -m core deepen, on the recorded race and on a store."""

import json

import pytest

from core.store.reads import read_runs
from core.training.device import threads
from tests.core.inspect.nets import GALLERY, TRAINED, recorded
from tests.racing import queue


@pytest.fixture(autouse=True)
def one_thread():
    """A second one would wait for busy cores at every layer."""
    with threads(1):
        yield


@pytest.fixture
def run() -> str:
    """A recorded net of 8 layers."""
    return recorded("resnet", 8)[2]


def test_a_recorded_net_is_deepened_into_the_users_store(answer, store, run):
    code, out, complaints = answer("deepen", run, "--to", "14", "--store", store.url, "--json")
    told = json.loads(out)
    assert (code, complaints) == (0, "")
    assert list(told) == ["run", "depth", "error_before", "error_after"]
    kept = read_runs(store, run_ids=[told["run"]]).iloc[0]
    assert (told["depth"], kept["depth"], kept["status"]) == (14, 14, "finished")
    assert told["error_before"] == told["error_after"] == pytest.approx(kept["test_error"])
    recorded_error = read_runs(GALLERY, run_ids=[run])["test_error"].iloc[0]
    assert told["error_after"] == pytest.approx(recorded_error, abs=0.5)  # kept in bfloat16


def test_its_last_step_is_taken_unless_another_is_asked_for(answer, store, run):
    steps = [TRAINED, 0]
    for more in ((), ("--step", "0")):
        answer("deepen", run, "--to", "14", "--store", store.url, *more)
    specs = [json.loads(spec)["origin"]["step"] for spec in read_runs(store)["spec"]]
    assert sorted(specs) == sorted(steps)


def test_without_json_it_is_one_line(answer, store, run):
    code, out, _ = answer("deepen", run, "--to", "14", "--store", store.url)
    assert code == 0
    assert out.startswith("residual-14 is run ")
    assert out.endswith(" % before it was deepened\n")
    assert " % test error on 2,000 images, " in out


@pytest.mark.parametrize("to", ["8", "15"])
def test_a_depth_that_cannot_be_is_one_line(refusal, store, run, to):
    told = refusal("deepen", run, "--to", to, "--store", store.url)
    assert told.startswith(f"depth {to} is not ")
    assert told.endswith(" the nearest that is deeper is 14")


def test_a_run_without_weights_is_one_line(refusal, store):
    run = queue(store)[0]
    told = refusal("deepen", run, "--to", "14", "--store", store.url)
    assert told.startswith(f"run {run}, plain-8, has no weights to deepen")


def test_a_run_that_is_nowhere_is_one_line(refusal, store):
    told = refusal("deepen", "no-such-run", "--to", "14", "--store", store.url)
    assert told.startswith("no run 'no-such-run' in the store or the gallery")


def test_a_family_without_identity_blocks_is_one_line(refusal, store):
    run = queue(store, families=("highway",))[0]
    told = refusal("deepen", run, "--to", "14", "--store", store.url)
    assert told.startswith("a block of a highway net cannot be made the identity")
