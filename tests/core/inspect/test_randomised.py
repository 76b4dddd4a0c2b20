"""Copies of nets with random weights, and maps that do or do not change with them."""

import pickle

import numpy as np
import pytest
import torch

from core.inspect.attribution import attribute
from core.inspect.attribution_methods import METHODS, Recipe
from core.inspect.nets import load_net
from core.inspect.randomised import groups_from_the_top, randomised, redrawn
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

LAST = "stages.2.0"


class Edges:
    """A map of the image alone, as an edge detector's (Adebayo et al. 2018, section 3)."""

    def attribute(self, inputs: torch.Tensor, target: int) -> torch.Tensor:
        return inputs * 1


@pytest.fixture
def edges(monkeypatch):
    """Saliency is replaced by a map that does not look at the net."""
    attribute.cache_clear()
    monkeypatch.setitem(METHODS, "saliency", lambda *asked: Recipe(Edges(), {}))
    yield
    attribute.cache_clear()


def test_from_the_head_downwards_every_place_is_redrawn_once():
    places = load_net(*recorded("resnet", 56)).places()
    groups = groups_from_the_top(places)
    assert len(groups) == 8
    assert [one for group in groups for one in group] == ["head", *reversed(places)]


def test_a_net_of_few_blocks_is_redrawn_place_by_place():
    groups = groups_from_the_top(["stem", "stages.0.0", "stages.1.0", "stages.2.0"])
    assert groups == (("head",), ("stages.2.0",), ("stages.1.0",), ("stages.0.0",), ("stem",))


def test_what_is_redrawn_is_new_and_the_rest_as_trained():
    loaded = load_net(*recorded("resnet", 8))
    before = weights(loaded.net)
    copy = redrawn(loaded, ["head", LAST]).net.state_dict()
    for name, value in before.items():
        is_new = name.startswith(("head", LAST))
        assert torch.equal(copy[name], value) != is_new, name
        assert torch.equal(loaded.net.state_dict()[name], value), name


def test_no_net_gets_back_the_weights_that_it_started_with():
    start = load_net(*recorded("resnet", 8, step=0)).net.state_dict()
    loaded = load_net(*recorded("resnet", 8))
    copy = redrawn(loaded, ["head", *loaded.places()]).net.state_dict()
    for name in ("head.1.weight", "stem.0.weight", f"{LAST}.branch.0.weight"):
        assert not torch.isclose(copy[name], start[name]).any(), name


def test_a_later_stage_keeps_what_earlier_ones_have_drawn():
    loaded = load_net(*recorded("plain", 8))
    one, other = (redrawn(loaded, chosen).net for chosen in (["head"], ["head", LAST]))
    assert torch.equal(one.head[1].weight, other.head[1].weight)


def test_redrawn_layers_start_as_the_initialisation_says():  # variance 2 / fan-in, biases 0
    copy = redrawn(load_net(*recorded("plain", 20)), ["head", "stages.2.2"]).net
    weight = copy.get_submodule("stages.2.2.branch.3").weight
    assert weight.var().item() == pytest.approx(2 / weight[0].numel(), rel=0.1)
    assert not copy.head[1].bias.any()


def test_batch_norm_is_settled_where_weights_are_new():
    loaded = load_net(*recorded("resnet", 8))
    copy = redrawn(loaded, [LAST])
    norm = copy.net.get_submodule(f"{LAST}.branch.1")
    seen = []
    handle = norm.register_forward_hook(lambda module, inputs, output: seen.append(output))
    images = loaded.images.test_images[torch.linspace(0, 1999, 32).round().long()]
    with torch.no_grad():
        copy.net(loaded.normalise(images))
    handle.remove()
    assert seen[0].mean((0, 2, 3)).numpy() == pytest.approx(0, abs=1e-3)
    assert seen[0].std((0, 2, 3)).numpy() == pytest.approx(1, abs=2e-2)


def test_a_map_that_ignores_the_weights_does_not_change(edges):
    address = recorded("plain", 8)
    for stage in range(6):
        answer = randomised(*address, 7, None, "saliency", LAST, False, stage)
        assert (answer["signed"], answer["absolute"]) == pytest.approx((1, 1))


@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_a_map_of_gradients_is_nothing_like_that_of_a_random_net(family):  # Adebayo et al., fig. 2
    answer = randomised(*recorded(family, 20), 7, None, "saliency", LAST, False, 8)
    assert abs(answer["signed"]) < 0.15
    assert abs(answer["absolute"]) < 0.3


def test_guided_backpropagation_hardly_sees_that_the_upper_half_is_random():  # their section 5
    answer = randomised(*recorded("resnet", 20), 7, None, "guided-backprop", LAST, False, 4)
    assert answer["signed"] > 0.8


def test_stage_0_is_the_trained_nets_own_map():
    address = recorded("resnet", 8)
    answer = randomised(*address, 7, None, "grad-cam", LAST, False)
    own = attribute(*address, 7, None, "grad-cam", LAST, False)
    assert np.array_equal(answer["map"], own["map"])
    assert (answer["signed"], answer["absolute"]) == pytest.approx((1, 1))


def test_the_class_is_the_one_of_the_trained_net_at_every_stage():
    address = recorded("resnet", 8)
    own = attribute(*address, 7, None, "grad-cam", LAST, False)["target"]
    found = [
        randomised(*address, 7, None, "grad-cam", LAST, False, stage)["target"]
        for stage in range(6)
    ]
    assert found == 6 * [own]


def test_a_stage_that_is_not_there_is_a_sentence():
    with pytest.raises(ValueError, match=r"^there is no stage 9, they are 0 to 5; .* is 5$"):
        randomised(*recorded("plain", 8), 7, None, "saliency", LAST, False, 9)


@pytest.mark.parametrize(
    "fields",
    [
        {"families": ("resnet",), "shortcut": "B", "init": "zero-gamma"},
        {"families": ("preact",), "batch_norm": False},
        {"families": ("highway",), "init": "xavier"},
        {"families": ("bottleneck",), "depths": (11,)},
    ],
)
def test_a_net_of_any_family_is_handed_back_as_it_was_found(store, fields):
    address = untrained(store, **fields)
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    answer = randomised(*address, 3, 1, "integrated-gradients", LAST, False, 2)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())
    assert np.isfinite(answer["map"]).all()
    assert b"torch" not in pickle.dumps(answer)
