"""Deepened nets kept as runs."""

import json

import pandas as pd
import pytest
import torch
from sqlalchemy import update

from core import deepen
from core.deepen import deepen_and_test, deepen_run
from core.inspect.nets import load_net
from core.spec import RunSpec
from core.store import tables
from core.store.reads import list_checkpoints, read_experiments, read_runs
from core.training.device import threads
from tests.core.inspect.nets import GALLERY, recorded, untrained


@pytest.fixture(autouse=True)
def one_thread():
    """A second one would wait for busy cores at every layer."""
    with threads(1):
        yield


@pytest.fixture
def address():
    return recorded("plain", 8)


@pytest.fixture
def kept(store, address) -> pd.Series:
    """The recorded plain net of 8 layers deepened to 14: its row."""
    return row_of(store, deepen_run(store.url, *address, 14))


def row_of(store, run_id: str) -> pd.Series:
    return read_runs(store, run_ids=[run_id]).iloc[0]


def test_a_deepened_net_is_a_finished_run_of_no_steps(store, kept):
    assert (kept["label"], kept["status"]) == ("plain-14 from plain-8", "finished")
    assert (kept["step"], kept["steps"]) == (0, 0)
    assert list_checkpoints(store, kept["run_id"], "weights") == [0]
    assert read_experiments(store)["source"].iloc[0] == "dashboard"


def test_its_spec_tells_where_it_comes_from(kept, address):
    spec, parent = RunSpec.model_validate_json(kept["spec"]), load_net(*address).spec
    assert spec.origin is not None
    assert (spec.origin.run, spec.origin.step, spec.origin.fresh) == (*address[2:], True)
    assert spec.model_copy(update={"depth": 8, "origin": None}) == parent


def test_its_error_and_parameters_are_known(kept, address):
    assert kept["test_error"] == pytest.approx(row_of(GALLERY, address[2])["test_error"], abs=0.5)
    net = load_net(*address).net
    inserted = sum(
        2 * (9 * channels**2 + 2 * channels)  # two layers: weights, gamma and beta
        for channels in (8, 16, 32)
    )
    assert kept["parameters"] == sum(map(torch.numel, net.parameters())) + inserted


def test_the_net_that_is_looked_at_answers_as_the_one_it_was_made_of(store, kept, address):
    nets = load_net(*address), load_net(store.url, False, kept["run_id"], 0)
    images = nets[0].normalise(nets[0].images.test_images[:200])
    with torch.no_grad():
        before, after = (one.net(images) for one in nets)
    torch.testing.assert_close(after, before, rtol=0, atol=1e-5)  # rounding in float32


def test_a_deepened_net_can_be_deepened(store, kept):
    made = deepen_and_test(store, (store.url, False, kept["run_id"], 0), 20)
    assert row_of(store, made.run)["label"] == "plain-20 from plain-14"
    assert made.error_before == made.error_after == kept["test_error"]
    assert made.images == 2000
    assert read_experiments(store)["source"].iloc[0] == "command line"


def test_the_normalisation_of_an_imported_net_goes_with_it(store):
    url, read_only, run_id, step = untrained(store, families=("resnet",))
    facts = {"weights": "net.th", "mean": [0.3], "std": [0.35], "torch": "0"}
    with store.write() as connection:
        connection.execute(update(tables.runs).values(versions=json.dumps(facts)))
    kept = row_of(store, deepen_run(store.url, url, read_only, run_id, step, 14))
    told = json.loads(kept["versions"])
    assert (told["weights"], told["mean"], told["std"]) == ("net.th", [0.3], [0.35])
    assert told["torch"] == torch.__version__


def test_a_net_whose_test_would_take_long_is_kept_untested(store, address, monkeypatch):
    monkeypatch.setattr(deepen, "MOST_WORK", 1.0)
    assert pd.isna(row_of(store, deepen_run(store.url, *address, 14))["test_error"])


@pytest.mark.parametrize(
    ("step", "depth", "sentence"),
    [
        (468, 8, "^depth 8 is not deeper than plain-8"),
        (468, 15, r"^depth 15 is not 6n \+ 2"),
        (7, 14, "^plain-8 has no intact weights of step 7; the nearest other step is "),
    ],
)
def test_what_cannot_be_deepened_is_a_sentence_and_no_run(store, address, step, depth, sentence):
    with pytest.raises(ValueError, match=sentence):
        deepen_run(store.url, *address[:3], step, depth)
    assert read_runs(store).empty
