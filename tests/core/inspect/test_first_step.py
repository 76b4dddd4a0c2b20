"""One batch through untrained nets, against what is worked out on paper or in papers."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from core.inspect.first_step import (
    DISTANCES,
    IMAGES,
    Layer,
    first_step,
    input_gradient_correlation,
    lines_between,
    measure_signal,
    trunk,
)
from core.nets.families import GlobalAveragePool, build_net
from core.presets import CLASSROOM
from core.spec import RunSpec

SMALL = {"width": CLASSROOM.width, "stem_stride": CLASSROOM.stem_stride}


@pytest.fixture(scope="module")
def looked_at():
    """looked_at(family, depth, ...): the answer, computed once."""
    known: dict[str, dict] = {}

    def looked_at(family: str, depth: int, **settings) -> dict:
        asked = {"family": family, "depth": depth, **SMALL, **settings}
        return known.setdefault(repr(asked), first_step(asked))

    return looked_at


def tiny_net() -> tuple[nn.Sequential, list[Layer]]:
    """Two 1x1 convolutions of one channel with weights 2 and 3, and two logits: the value and 0."""
    convs = [nn.Conv2d(1, 1, 1, bias=False) for _ in range(2)]
    head = nn.Linear(1, 2, bias=False)
    net = nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.ReLU(), GlobalAveragePool(), head)
    weights = (2.0, 3.0, torch.tensor([[1.0], [0.0]]))
    with torch.no_grad():
        for layer, weight in zip((*convs, head), weights, strict=True):
            layer.weight.copy_(torch.as_tensor(weight).expand_as(layer.weight))
    return net, [Layer("a", convs[0], net[1]), Layer("b", convs[1], net[3])]


def test_gradient_norms_of_a_tiny_net_are_those_worked_out_on_paper():
    # One image of one pixel, x = 0.5: logits (z, 0) with z = 2 * 3 * x = 3; class 1 is right.
    # d loss / d z = p = sigmoid(3); d z / d w1 = 3 x = 1.5; d z / d w2 = 2 x = 1.
    net, layers = tiny_net()
    found = measure_signal(net, layers, torch.full((1, 1, 1, 1), 0.5), torch.tensor([1]))
    p = 1 / (1 + math.exp(-3))
    assert found.gradient_norm == pytest.approx([1.5 * p, p])
    assert found.loss == pytest.approx(-math.log(1 - p))


def test_spreads_of_a_tiny_net_are_those_worked_out_on_paper():
    # Pixels 1, -1 become relu(2 x) = 2, 0 and relu(3 * that) = 6, 0: half of the range is the std.
    net, layers = tiny_net()
    images = torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1)
    found = measure_signal(net, layers, images, torch.tensor([0, 1]))
    assert found.activation_std == pytest.approx([1.0, 3.0])


def test_a_net_is_left_without_hooks_and_gradients():
    net, layers = tiny_net()
    measure_signal(net, layers, torch.ones(1, 1, 1, 1), torch.tensor([1]))
    assert not any(module._forward_hooks for module in net.modules())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_hooks_go_even_when_the_pass_fails():
    net, layers = tiny_net()
    with pytest.raises(RuntimeError):
        measure_signal(net, layers, torch.ones(1, 3, 1, 1), torch.tensor([1]))
    assert not any(module._forward_hooks for module in net.modules())


def test_norms_that_float32_cannot_square_are_told():
    net, layers = tiny_net()
    with torch.no_grad():
        layers[1].conv.weight.fill_(1e-30)
    found = measure_signal(net, layers, torch.full((1, 1, 1, 1), 0.5), torch.tensor([1]))
    # d z / d w1 = 1e-30 x, p = 1/2
    assert found.gradient_norm[0] == pytest.approx(0.5 * 1e-30 / 2, rel=1e-6, abs=0)


@pytest.mark.parametrize("family", ["plain", "resnet", "preact"])
def test_the_trunk_has_a_layer_less_than_the_depth_which_counts_the_head(family):
    net = build_net(RunSpec(family=family, depth=20, width=4, epochs=1, shortcut="B"), 1, 10)
    layers = list(trunk(net))
    assert len(layers) == 19
    assert [net.get_submodule(layer.address) for layer in layers] == [one.conv for one in layers]
    assert len({layer.output for layer in layers}) == 19


def test_highway_gates_are_no_layers_of_their_own():
    net = build_net(RunSpec(family="highway", depth=9, width=4, epochs=1), 1, 10)
    assert len(list(trunk(net))) == 8


def test_the_last_layer_of_a_block_hands_on_the_sum():
    net = build_net(RunSpec(family="resnet", depth=8, width=4, epochs=1), 1, 10)
    outputs = {layer.address: layer.output for layer in trunk(net)}
    assert outputs["stages.0.0.branch.3"] is net.get_submodule("stages.0.0")
    assert isinstance(outputs["stages.0.0.branch.0"], nn.ReLU)


def test_the_answer_has_a_value_for_each_layer_and_each_distance(looked_at):
    found = looked_at("plain", 8)
    assert (found["net"], found["images"]) == ("plain-8", IMAGES)
    assert len(found["layers"]) == len(found["gradient_norm"]) == len(found["activation_std"]) == 7
    assert found["distances"] == DISTANCES == (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
    assert found["input_gradient_correlation"].shape == (6,)
    assert found["loss"] == pytest.approx(math.log(10), rel=0.2)  # ten classes, no idea of them
    assert found["seconds"] > 0


def test_the_answer_depends_on_the_settings_alone_and_draws_nothing():
    settings = {"family": "resnet", "depth": 8, **SMALL}
    torch.manual_seed(5)
    np.random.seed(5)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    one, other = first_step(settings), first_step(settings)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]
    assert one["gradient_norm"].tolist() == other["gradient_norm"].tolist()
    correlations = [found["input_gradient_correlation"].tolist() for found in (one, other)]
    assert correlations[0] == correlations[1]


def test_a_depth_that_there_is_not_is_one_sentence():
    with pytest.raises(ValueError, match=r"^depth 21 is not 6n \+ 2 .*; the nearest is 20$"):
        first_step({"family": "plain", "depth": 21})


def test_he_initialisation_keeps_the_signal_of_plain_20_without_batch_norm(looked_at):
    # He et al. 2015b, section 2.2, without the zeros around an image, which cost a tenth a layer
    spread = looked_at("plain", 20, batch_norm=False, width=32)["activation_std"]
    assert 1 / 12 < spread[-1] / spread[0] < 12


def test_xavier_initialisation_shrinks_the_signal_by_the_root_of_a_half_a_layer(looked_at):
    spread = looked_at("plain", 56, batch_norm=False, init="xavier")["activation_std"]
    a_layer = (spread[-1] / spread[0]) ** (1 / (len(spread) - 1))
    assert a_layer == pytest.approx(math.sqrt(0.5), rel=0.15)  # He et al. 2015b, arXiv:1502.01852
    assert spread[-1] < 1e-8 * spread[0]


@pytest.mark.parametrize("batch_norm", [True, False])
def test_zero_gamma_stops_the_gradient_of_every_layer_but_the_last_of_a_branch(
    looked_at, batch_norm
):
    found = looked_at("resnet", 20, batch_norm=batch_norm, init="zero-gamma")
    norms = dict(zip(found["layers"], found["gradient_norm"], strict=True))
    assert norms["stem.0"] > 0
    first = [norm for address, norm in norms.items() if address.endswith("branch.0")]
    assert first == [0.0] * 9


def test_zero_gamma_blocks_hand_on_what_they_get(looked_at):
    found = looked_at("resnet", 20, init="zero-gamma")
    sums = [
        spread
        for address, spread in zip(found["layers"], found["activation_std"], strict=True)
        if address.startswith("stages.0") and not address.endswith("branch.0")
    ]
    assert sums == pytest.approx([found["activation_std"][0]] * 3, rel=1e-6)


def test_the_first_gradient_of_the_deep_plain_net_with_batch_norm_is_far_too_large(looked_at):
    # Yang et al. 2019, arXiv:1902.08129: batch norm makes gradients of deep plain nets explode
    plain, residual = (looked_at(family, 56)["gradient_norm"] for family in ("plain", "resnet"))
    assert plain[0] / plain[-1] > 50
    assert residual[0] / residual[-1] < 10


def lines_of(*shape: int) -> torch.Tensor:
    return lines_between(torch.randn(8, *shape, generator=torch.Generator().manual_seed(0)))


def test_a_line_goes_from_one_image_to_the_other_in_even_steps():
    lines = lines_between(torch.arange(8.0).reshape(8, 1, 1, 1))
    assert lines.shape == (4, 33, 1, 1, 1)
    assert lines[:, 0].flatten().tolist() == [0, 1, 2, 3]
    assert lines[:, -1].flatten().tolist() == [4, 5, 6, 7]
    assert lines[0, 8].item() == 1  # a quarter of the way from 0 to 4


def test_the_gradients_of_a_linear_net_are_all_alike():
    net = nn.Sequential(nn.Flatten(), nn.Linear(9, 2))
    assert input_gradient_correlation(net, lines_of(1, 3, 3)) == pytest.approx(1.0, abs=1e-6)


def test_gradients_at_right_angles_have_a_correlation_of_zero():
    class Squares(nn.Module):  # of (a, b): a² + b², whose gradient is the input itself, twice
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1).square().sum(1, keepdim=True)

    images = torch.tensor([[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 4).reshape(8, 2, 1, 1)
    found = dict(
        zip(DISTANCES, input_gradient_correlation(Squares(), lines_between(images)), strict=True)
    )
    assert found[1] == pytest.approx(0, abs=1e-6)
    assert found[1 / 32] > 0.99


def test_a_net_without_gradient_has_no_correlation():
    net = nn.Sequential(nn.Flatten(), nn.Linear(9, 2))
    nn.init.zeros_(net[1].weight)
    assert np.isnan(input_gradient_correlation(net, lines_of(1, 3, 3))).all()


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gradients_of_a_plain_net_shatter_and_those_of_a_residual_net_less(
    looked_at, seed, batch_norm
):  # Balduzzi et al. 2017, arXiv:1702.08591
    plain, residual = (
        looked_at(family, 56, seed=seed, batch_norm=batch_norm)["input_gradient_correlation"][0]
        for family in ("plain", "resnet")
    )
    assert residual > plain + 0.2


def test_the_deeper_a_plain_net_the_less_do_its_gradients_have_in_common(looked_at):
    shallow, middle, deep = (
        looked_at("plain", depth)["input_gradient_correlation"][0] for depth in (8, 20, 56)
    )
    assert shallow > 0.5
    assert shallow > middle + 0.3
    assert abs(deep) < 0.1


def test_the_likeness_falls_with_the_distance(looked_at):
    near = looked_at("resnet", 8)["input_gradient_correlation"][:5]
    assert all(one > other for one, other in pairwise(near))
