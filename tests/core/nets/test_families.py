from collections import Counter

import pytest
import torch
from torch import nn

from core.depths import TRAINED
from core.nets.families import ConvNet, build_net
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


NETS = [
    ("plain", 8), ("plain", 18), ("plain", 56), ("resnet", 8), ("resnet", 34), ("resnet", 56),
    ("bottleneck", 11), ("bottleneck", 50), ("bottleneck", 164), ("preact", 8), ("preact", 110),
    ("preact", 1001), ("highway", 5), ("highway", 19), ("highway", 32),
]  # fmt: skip


@pytest.mark.parametrize(("family", "depth"), NETS)
def test_depth_counts_the_layers_of_the_trunk(family, depth):
    with torch.device("meta"):
        net = ConvNet(make_spec(family, depth), 3, 10)
    layers = [layer for name, layer in net.named_modules() if "gate" not in name]
    kinds = Counter(type(layer) for layer in layers)
    assert kinds[nn.Conv2d] + kinds[nn.Linear] == depth


@pytest.mark.parametrize(
    ("family", "depth", "count"),
    [
        ("resnet", 18, 11_689_512),
        ("resnet", 34, 21_797_672),
        ("bottleneck", 50, 25_557_032),
        ("bottleneck", 101, 44_549_160),
        ("bottleneck", 152, 60_192_808),
    ],
)
def test_the_nets_for_imagenet_have_torchvisions_parameters(family, depth, count):
    spec = make_spec(family, depth, stem="imagenet", width=64, shortcut="B")
    with torch.device("meta"):
        assert count_parameters(ConvNet(spec, 3, 1000)) == count


@pytest.mark.parametrize(
    ("depth", "count"), [(11, 132_863_336), (16, 138_357_544), (19, 143_667_240)]
)
def test_vgg_has_torchvisions_parameters(depth, count):
    spec = make_spec("vgg", depth, stem="imagenet", width=64, batch_norm=False)
    with torch.device("meta"):
        assert count_parameters(ConvNet(spec, 3, 1000)) == count


@pytest.mark.parametrize("stem", ["imagenet", "cifar"])
def test_nets_for_imagenet_have_four_stages_and_train_on_small_images(stem):
    net = make_net("bottleneck", 50, stem=stem, width=2)
    assert len(net.stages) == 4
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    net(images).square().sum().backward()
    assert net.stages(net.stem(images)).shape[1:] == (
        (64, 2, 2) if stem == "imagenet" else (64, 8, 8)
    )


@pytest.mark.parametrize(("stride_in", "halved_by"), [("1x1", 0), ("3x3", 3)])
def test_a_bottleneck_halves_the_image_where_it_is_told(stride_in, halved_by):
    block = make_net("bottleneck", 11, stride_in=stride_in).stages[1][0]
    strides = [layer.stride[0] for layer in block.branch if isinstance(layer, nn.Conv2d)]
    assert strides == [2 if 3 * place == halved_by else 1 for place in range(3)]


def test_xavier_starts_with_variance_two_over_inputs_and_outputs():  # Glorot, Bengio 2010, eq. 16
    weight = make_net(width=64, init="xavier").stages[2][1].branch[0].weight
    assert weight.std().item() == pytest.approx((2 / (2 * 256 * 9)) ** 0.5, rel=0.01)


@pytest.mark.parametrize("family", ["resnet", "bottleneck", "preact"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_with_zero_gamma_every_branch_starts_as_zero(family, batch_norm):
    net = make_net(family, 20, init="zero-gamma", batch_norm=batch_norm).eval()
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    stem = net.stem(images)
    for _, block in net.blocks():
        assert not block.branch(
            torch.randn_like(stem[:, :1]).expand(-1, in_channels(block), -1, -1)
        ).any()


def in_channels(block: nn.Module) -> int:
    return next(layer for layer in block.branch if isinstance(layer, nn.Conv2d)).in_channels


def test_a_highway_block_mixes_its_layer_with_its_input():  # Srivastava et al. 2015, equation 3
    block = make_net("highway", 8, width=4).stages[0][0].eval()
    x = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    gate, layer = block.gate(x), block.relu(block.branch(x))
    torch.testing.assert_close(block(x), gate * layer + (1 - gate) * x)
    assert block.gate[0].bias.tolist() == 4 * [-2.0]


def test_highway_layers_that_change_the_shape_have_no_gate():
    gates = [block.gate is None for _, block in make_net("highway", 11).blocks()]
    assert gates == [False, False, False, True, False, False, True, False, False]


def test_a_preactivation_block_carries_its_input_unchanged():  # He et al. 2016, Figure 1 (b)
    net = make_net("preact", 14, width=4, init="zero-gamma").eval()
    x = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(net.stages[0][1](x), x, rtol=0, atol=0)
    torch.testing.assert_close(net.stages[0][0](x), net.stages[0][0].activation(x))


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


@pytest.mark.parametrize("family", TRAINED)
def test_without_batch_norm_every_convolution_has_a_bias(family):
    net = make_net(family, 20, batch_norm=False, shortcut="C")
    layers = list(net.modules())
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in layers)
    assert all(layer.bias is not None for layer in layers if isinstance(layer, nn.Conv2d))
    assert net(torch.zeros(2, 3, 8, 8)).isfinite().all()


@pytest.mark.parametrize("family", TRAINED)
def test_with_batch_norm_only_gates_have_a_bias(family):
    convolutions = {
        name: layer
        for name, layer in make_net(family, 20, shortcut="C").named_modules()
        if isinstance(layer, nn.Conv2d)
    }
    assert {name for name, conv in convolutions.items() if conv.bias is not None} == {
        name for name in convolutions if "gate" in name
    }


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


@pytest.mark.parametrize("family", TRAINED)
def test_every_relu_is_a_module_used_once_and_never_in_place(family):
    net, uses = make_net(family, depth=20), Counter()
    relus = [layer for layer in net.modules() if isinstance(layer, nn.ReLU)]
    for relu in relus:
        relu.register_forward_hook(lambda module, _, __: uses.update([module]))
    net(torch.zeros(2, 3, 8, 8))
    assert len(relus) == 19  # one for each convolution: before it, or behind it
    assert set(uses.values()) == {1}
    assert not any(relu.inplace for relu in relus)


@pytest.mark.parametrize("family", TRAINED)
def test_gradients_reach_every_parameter(family):
    net = make_net(family, shortcut="B")
    net(torch.randn(4, 3, 16, 16)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
