from collections import Counter

import pytest
import torch
from torch import nn

from core.nets.families import FAMILIES, build_net
from core.spec import RunSpec

PARAMETERS = {  # He et al. 2015, Table 6 counted exactly, batch norm included; options A, B, C
    8: (75_290, 78_042, 78_330),
    14: (172_506, 175_258, 181_146),
    20: (269_722, 272_474, 283_962),
    32: (464_154, 466_906, 489_594),
    44: (658_586, 661_338, 695_226),
    56: (853_018, 855_770, 900_858),
    110: (1_727_962, 1_730_714, 1_826_202),
    1202: (19_421_274, 19_424_026, 20_538_714),
}


def make_spec(family="resnet", depth=20, **fields) -> RunSpec:
    return RunSpec(family=family, depth=depth, steps=1, **fields)


def make_net(*args, channels_in=3, classes=10, **fields):
    return build_net(make_spec(*args, **fields), channels_in, classes)


def count_parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


@pytest.mark.parametrize(
    ("depth", "option", "count"),
    [
        (depth, option, count)
        for depth, counts in PARAMETERS.items()
        for option, count in zip("ABC", counts, strict=True)
        if depth < 1202 or option == "A"  # the others are checked against core.cost
    ],
)
def test_a_resnet_has_the_papers_parameter_count(depth, option, count):
    assert count_parameters(make_net(depth=depth, shortcut=option)) == count


@pytest.mark.parametrize("depth", [8, 20, 110])
def test_plain_and_residual_nets_have_the_same_parameters_with_option_a(depth):
    assert count_parameters(make_net("plain", depth)) == PARAMETERS[depth][0]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("depth", [8, 56])
def test_depth_counts_the_3x3_convolutions_and_the_linear_layer(family, depth):
    kinds = Counter(type(layer) for layer in make_net(family, depth).modules())
    assert kinds[nn.Conv2d] + kinds[nn.Linear] == depth


@pytest.mark.parametrize("option", ["A", "B", "C"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_plain_and_residual_nets_of_a_seed_start_from_the_same_weights(option, batch_norm):
    plain = make_net("plain", batch_norm=batch_norm, seed=3).state_dict()
    residual = make_net("resnet", batch_norm=batch_norm, seed=3, shortcut=option).state_dict()
    for name, weights in plain.items():
        torch.testing.assert_close(weights, residual[name], rtol=0, atol=0)


def test_plain_and_residual_nets_differ_by_the_addition_and_nothing_else():
    images = torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    plain, residual = make_net("plain", seed=3), make_net("resnet", seed=3)
    assert not torch.allclose(plain(images), residual(images))
    for _, block in residual.blocks():
        block.register_forward_pre_hook(drop_shortcut)
    torch.testing.assert_close(plain(images), residual(images), rtol=0, atol=0)


def drop_shortcut(block: nn.Module, inputs: tuple[torch.Tensor]) -> None:
    """Make the coming addition one of zeros."""
    block.shortcut.register_forward_hook(lambda _, __, output: torch.zeros_like(output))


def test_seeds_give_different_weights():
    first, second = make_net(seed=0), make_net(seed=1)
    assert not torch.equal(first.stem[0].weight, second.stem[0].weight)


def test_building_a_net_leaves_the_global_random_state_alone():
    before = torch.get_rng_state()
    make_net(shortcut="C")
    assert torch.equal(torch.get_rng_state(), before)


def test_convolutions_start_with_variance_two_over_fan_in():  # He et al., arXiv:1502.01852, eq. 10
    weight = make_net(width=64).stages[2][1].branch[0].weight
    assert weight.std().item() == pytest.approx((2 / (256 * 9)) ** 0.5, rel=0.01)


@pytest.mark.parametrize("family", FAMILIES)
def test_without_batch_norm_every_convolution_has_a_bias(family):
    net = make_net(family, batch_norm=False, shortcut="C")
    layers = list(net.modules())
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in layers)
    assert all(layer.bias is not None for layer in layers if isinstance(layer, nn.Conv2d))
    assert net(torch.zeros(2, 3, 8, 8)).isfinite().all()


def test_with_batch_norm_no_convolution_has_a_bias():
    layers = make_net(shortcut="C").modules()
    assert all(layer.bias is None for layer in layers if isinstance(layer, nn.Conv2d))


def test_addresses_of_blocks_are_their_module_paths():
    net = make_net(depth=14)
    addresses = dict(net.blocks())
    assert list(addresses) == [f"stages.{stage}.{block}" for stage in range(3) for block in (0, 1)]
    assert all(net.get_submodule(address) is block for address, block in addresses.items())


@pytest.mark.parametrize(("stem_stride", "sides"), [(1, (28, 14, 7)), (2, (14, 7, 4))])
def test_stages_halve_the_image_and_double_the_width(stem_stride, sides):
    net = make_net(channels_in=1, width=4, stem_stride=stem_stride)
    features, shapes = net.stem(torch.zeros(1, 1, 28, 28)), []
    for stage in net.stages:
        features = stage(features)
        shapes.append(features.shape[1:])
    assert shapes == [(width, side, side) for width, side in zip((4, 8, 16), sides, strict=True)]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_relu_is_a_module_used_once_and_never_in_place(family):
    net, uses = make_net(family, depth=8), Counter()
    relus = [layer for layer in net.modules() if isinstance(layer, nn.ReLU)]
    for relu in relus:
        relu.register_forward_hook(lambda module, _, __: uses.update([module]))
    net(torch.zeros(2, 3, 8, 8))
    assert len(relus) == 7  # after the stem and each of six layers
    assert set(uses.values()) == {1}
    assert not any(relu.inplace for relu in relus)


@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_reach_every_parameter(family):
    net = make_net(family, shortcut="B")
    net(torch.randn(4, 3, 16, 16)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
