"""One step in slow motion, against the trainer, torch's own SGD, and what calculus says."""

import pickle
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sqlalchemy import update

from core.engines.local import run_sizes
from core.inspect import one_step as module
from core.inspect.nets import THREADS, load_net
from core.inspect.one_step import SHOWN, kept_momentum, one_step, rate_at, take_step
from core.inspect.one_step_ways import following, ways_of
from core.nets.families import build_net
from core.spec import Experiment, RunSpec
from core.store import tables
from core.store.checkpoints import save_checkpoint
from core.store.reads import read_curves, read_runs
from core.store.runs import submit
from core.training.batches import Batches
from core.training.device import threads
from core.training.trainer import NET, Trainer
from tests.core.inspect.nets import GALLERY, recorded, untrained
from tests.core.inspect.test_no_trace import state, weights
from tests.racing import run_to_the_end

ADDING = ["resnet", "preact"]
TINY = {
    "family": "plain",
    "depth": 8,
    "width": 2,
    "stem_stride": 2,
    "batch_size": 32,
    "steps": 60,
    "device": "cpu",
    "precision": "float32",
}


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",))


def trainer_of(address) -> Trainer:
    loaded = load_net(*address)
    return Trainer(loaded.spec, loaded.images, torch.device("cpu"), "float32")


def small(family: str = "resnet", **fields) -> tuple[RunSpec, torch.nn.Module]:
    """A net 2 wide in training mode."""
    spec = RunSpec(**{"family": family, "depth": 8, "width": 2, "steps": 9} | fields)
    return spec, build_net(spec, 1, 10).train()


def batch(dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(8, 1, 12, 12, generator=generator).to(dtype)
    return images, torch.arange(8)


def same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(first, second) for first, second in pairs)


@pytest.mark.parametrize("family", ["plain", "resnet", "preact", "highway"])
def test_the_first_step_is_the_trainers_bit_for_bit(store, family):
    depth = 9 if family == "highway" else 8
    address = untrained(store, families=(family,), depths=(depth,))
    trainer, loaded = trainer_of(address), load_net(*address)
    net = deepcopy(loaded.net).train()
    with threads(THREADS):
        take_step(net, loaded.spec, *Batches(loaded.spec, loaded.images).at(0), 0.1)
    trainer.advance(1)
    assert same_weights(net, trainer.net)


@pytest.mark.parametrize("kind", ["resume", "training"])
def test_a_later_step_with_the_momentum_that_was_kept_is_the_trainers(store, address, kind):
    url, read_only, run_id, _ = address
    trainer = trainer_of(address)
    trainer.advance(5)
    kept = trainer.state_dict()
    net_alone = {name[len(NET) :]: kept[name] for name in kept if name.startswith(NET)}
    save_checkpoint(store, run_id, kind, 5, kept)
    save_checkpoint(store, run_id, "weights", 5, net_alone)
    loaded = load_net(url, read_only, run_id, 5)
    net, momentum = deepcopy(loaded.net).train(), kept_momentum(store, run_id, 5)
    with threads(THREADS):
        images, labels = Batches(loaded.spec, loaded.images).at(5)
        take_step(net, loaded.spec, images, labels, trainer.learning_rate, momentum)
    trainer.advance(1)
    assert same_weights(net, trainer.net)
    assert one_step(url, read_only, run_id, 5)["momentum_kept"] is True


def test_looking_on_changes_nothing_of_what_sgd_does():
    spec, net = small()
    copy, (images, labels) = deepcopy(net), batch()
    take_step(net, spec, images, labels, 0.05)
    options = {"momentum": spec.momentum, "weight_decay": spec.weight_decay, "fused": True}
    optimizer = torch.optim.SGD(copy.parameters(), lr=0.05, **options)
    F.cross_entropy(copy(images), labels).backward()
    optimizer.step()
    assert same_weights(net, copy)


def test_a_tiny_step_brings_the_loss_down_by_the_rate_times_the_squared_gradient():
    # First order: L(w - r g) = L(w) - r |g|^2 + O(r^2)
    spec, net = small(momentum=0.0, weight_decay=0.0)
    images, labels = batch(torch.float64)
    rate = 1e-5
    taken = take_step(net.double(), spec, images, labels, rate)
    squared = sum(one.grad.square().sum().item() for one in net.parameters())
    before, after = (F.cross_entropy(one, labels).item() for one in (taken.before, taken.after))
    assert after - before == pytest.approx(-rate * squared, rel=1e-2)
    assert taken.slope == pytest.approx(-rate * squared, rel=1e-9)


@pytest.mark.parametrize("family", ADDING)
def test_what_comes_back_by_branch_and_shortcut_adds_up_to_the_gradient_at_the_input(family):
    spec, net = small(family)
    taken = take_step(net, spec, *batch(), 0.1)
    for address, block in net.blocks():
        assert set(ways_of(block)) == {"branch", "shortcut"}
        gradients = taken.gradients[address]
        arriving, total = gradients["input"], gradients["by branch"] + gradients["by shortcut"]
        if family == "resnet":  # nothing lies before the place where the ways part
            assert torch.equal(total, arriving)
        torch.testing.assert_close(total, arriving, rtol=1e-4, atol=1e-8)


def test_an_identity_shortcut_hands_on_the_gradient_of_the_sum_unchanged():
    # y = ReLU(F(x) + x): d loss / d x by the shortcut is d loss / d (F(x) + x), He et al. 2016, (5)
    spec, net = small(depth=14)
    gradients = take_step(net, spec, *batch(), 0.1).gradients["stages.0.1"]
    assert torch.equal(gradients["by shortcut"], gradients["branch"])


def test_a_plain_block_has_one_way(store):
    places = one_step(*untrained(store, families=("plain",)))["places"]
    assert [place["address"] for place in places] == [
        "stem",
        *("stages.0.0", "stages.1.0", "stages.2.0"),
        "head",
    ]
    for place in places[1:4]:
        assert "shortcut" not in place
        assert place["share_branch"] == pytest.approx(1.0)
        assert place["through_branch"] == pytest.approx(place["gradient_in"])


def test_a_gate_that_mixes_the_ways_is_not_taken_apart(store):
    places = one_step(*untrained(store, families=("highway",), depths=(9,)))["places"]
    assert not {"branch", "share_branch"} & set(places[1])
    assert places[1]["gradient_in"] > 0


def test_shares_add_up_to_one_and_places_hand_on_what_they_get(address):
    places = one_step(*address)["places"]
    for place in places[1:4]:
        assert place["share_branch"] + place["share_shortcut"] == pytest.approx(1.0)
    for place, after in pairwise(places):
        assert after["gradient_in"] == pytest.approx(place["gradient"])
        assert after["input"] == pytest.approx(place["output"])


def test_the_update_is_the_rate_times_gradient_and_decay(address):
    found = one_step(*address)
    place = found["places"][-1]
    decay = found["weight_decay"] * place["weights"]
    assert place["update"] == pytest.approx(found["rate"] * place["weight_gradient"], rel=decay)


def test_the_batch_is_the_runs_and_the_losses_are_of_its_images(store, address):
    found, loaded = one_step(*address), load_net(*address)
    batches = Batches(loaded.spec, loaded.images)
    batches.at(0)
    places = batches.order[:SHOWN]
    pixels = loaded.images.train_images[places].permute(0, 2, 3, 1).numpy()
    shown = found["shown"]
    assert np.array_equal(shown["pixels"], pixels)
    names = [loaded.images.class_names[label] for label in loaded.images.train_labels[places]]
    assert shown["labels"] == names
    assert np.exp(-shown["loss"]) == pytest.approx(shown["truth"], rel=1e-5)
    assert found["images"] == loaded.spec.batch_size


def test_another_rate_is_so_many_times_the_runs(address):
    found = one_step(*address, 0.1)
    assert found["recipe_rate"] == 0.1
    assert found["rate"] == pytest.approx(0.01)


def test_the_rate_is_the_schedules_at_every_kept_step():
    url, _, run_id, last = recorded("resnet", 8)
    spec = load_net(url, True, run_id, last).spec
    rates = [rate_at(GALLERY, run_id, spec, step, last) for step in (0, 100, 300, last)]
    # a tenth after 60 % and again after 85 % of 468 steps: at 281 and 398
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.001])


@pytest.mark.parametrize(
    "recipe",
    [
        {"warmup_rate": 0.02, "label_noise": 1.0},
        {"schedule": "plateau", "validation_fraction": 0.5, "label_noise": 1.0},
    ],
    ids=["warm-up", "plateau"],
)
def test_a_rate_that_hangs_on_measurements_is_the_recorded_one(store, recipe):
    spec = RunSpec(**TINY | recipe)
    experiment = Experiment.of("rates", [spec])
    experiment_id, _ = submit(store, experiment, source="test", **run_sizes(experiment))
    run_id = read_runs(store, experiment_id)["run_id"].iloc[0]
    at_first = rate_at(store, run_id, spec, 0, spec.steps)
    assert at_first == recipe.get("warmup_rate", spec.learning_rate)
    run_to_the_end(store)
    curve = read_curves(store, run_ids=[run_id])
    recorded = curve.pivot(index="step", columns="split", values="learning_rate").iloc[1:]
    expected = recorded["train"]
    if "validation" in recorded:  # comes after the point of the training at the same step
        expected = recorded["validation"].fillna(expected)
    rates = [rate_at(store, run_id, spec, step, spec.steps) for step in expected.index]
    assert rates == pytest.approx(expected.tolist())
    assert len(set(rates)) > 1


def test_a_step_leaves_the_net_as_it_was_found(address):
    net = load_net(*address).net
    net.stages.train()
    before, weights_before = state(net), weights(net)
    answer = one_step(*address)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_a_fault_on_the_way_leaves_no_hook():
    _, net = small()
    before = state(net)
    with pytest.raises(RuntimeError), following(net):
        net(torch.zeros(1, 3, 8, 8))
    assert state(net) == before


def test_a_net_that_overflows_is_a_sentence(address):
    net = load_net(*address).net
    with torch.no_grad():
        net.head[-1].weight.mul_(1e38)
    with pytest.raises(ValueError, match=r"^the numbers of residual-8 are too large for float32"):
        one_step(*address)


def test_a_step_that_takes_too_long_is_refused(address, monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 1e3)
    with pytest.raises(ValueError, match=r"^a batch of 32 images takes residual-8 .* smaller net$"):
        one_step(*address)


def test_a_net_that_was_imported_has_no_next_batch(store, address):
    with store.write() as connection:
        own = update(tables.runs).where(tables.runs.c.id == address[2])
        connection.execute(own.values(versions='{"weights": "net.safetensors"}'))
    with pytest.raises(ValueError, match=r"^residual-8 was trained elsewhere"):
        one_step(*address)
