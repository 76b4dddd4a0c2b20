"""Edited copies of nets, on nets of all families."""

from typing import get_args

import pytest
import torch
from torch import nn

from core.nets.blocks import PadShortcut
from core.nets.edits import Bypass, Swap, edited, read_edits
from core.nets.families import build_net
from core.spec import Family, RunSpec
from tests.core.inspect.test_no_trace import state, weights

SPEC = {"family": "resnet", "depth": 20, "width": 4, "steps": 1}
OTHERS = {"bottleneck": {"depth": 29}, "vgg": {"depth": 11, "stem": "imagenet", "width": 2}}


def net_of(**fields):
    """A new net in eval mode, three blocks a stage, with statistics of its own in every norm."""
    torch.manual_seed(0)
    net = build_net(RunSpec(**SPEC | fields), 1, 10)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return net.eval()


@pytest.fixture
def images():
    return torch.randn(4, 1, 32, 32, generator=torch.Generator().manual_seed(1))


def test_a_block_whose_branch_gives_nothing_can_be_bypassed_bit_for_bit(images):
    # zero-gamma: a residual block whose last batch norm gives 0 is ReLU(0 + x) = x (Goyal et al.
    # 2017, section 5.1), for x comes from a ReLU
    net = net_of()
    *_, norm = net.get_submodule("stages.1.2.branch").children()
    nn.init.zeros_(norm.weight)
    nn.init.zeros_(norm.bias)
    assert torch.equal(edited(net, Bypass("stages.1.2"))(images), net(images))


@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_a_bypassed_net_is_one_with_a_block_fewer_and_the_same_weights(family, images):
    net = net_of(family=family)
    fewer = net_of(family=family)
    del fewer.stages[1][2]
    assert torch.equal(edited(net, Bypass("stages.1.2"))(images), fewer(images))


def test_all_but_the_first_blocks_bypassed_is_a_shallower_net(images):
    net, shallow = net_of(), net_of(depth=8)
    known = {name: net.state_dict()[name] for name in shallow.state_dict()}
    shallow.load_state_dict(known)
    bypassed = [Bypass(f"stages.{stage}.{block}") for stage in range(3) for block in (1, 2)]
    assert torch.equal(edited(net, *bypassed)(images), shallow(images))


def test_a_block_that_changes_the_shape_becomes_the_padding_shortcut(images):
    net = net_of(shortcut="B")
    bypassed = edited(net, Bypass("stages.1.0")).get_submodule("stages.1.0")
    assert isinstance(bypassed, PadShortcut)
    x = net.stages[0](net.stem(images))
    expected = torch.zeros(4, 8, 16, 16)
    expected[:, 2:6] = x[:, :, ::2, ::2]  # He et al. 2015, section 4.2: option A
    torch.testing.assert_close(bypassed(x), expected, rtol=0, atol=0)


def test_swapping_twice_is_the_identity_and_once_is_not(images):
    net, swap = net_of(), Swap("stages.2.1", "stages.2.2")
    assert torch.equal(edited(net, swap, swap)(images), net(images))
    assert not torch.equal(edited(net, swap)(images), net(images))


@pytest.mark.parametrize("family", get_args(Family))
def test_every_block_of_every_family_can_be_bypassed(family, images):
    net = net_of(family=family, **OTHERS.get(family, {}))
    bypassed = edited(net, *(Bypass(address) for address, _ in net.blocks()))
    assert bypassed.stages(net.stem(images)).shape == net.stages(net.stem(images)).shape
    assert not list(bypassed.stages.parameters())


def test_the_original_is_untouched_even_when_its_copy_is_trained(images):
    net = net_of()
    before, weights_before = state(net), weights(net)
    copy = edited(net, Bypass("stages.0.1"), Swap("stages.2.1", "stages.2.2")).train()
    copy(images).sum().backward()
    torch.optim.SGD(copy.parameters(), lr=1.0).step()
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name


def test_a_copy_is_in_the_mode_of_its_original():
    modules = [edited(net_of().train(on), Bypass("stages.1.0")).modules() for on in (True, False)]
    assert [{module.training for module in one} for one in modules] == [{True}, {False}]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (("bypass", "stages.3.0"), "no block stages.3.0; they go from stages.0.0 to stages.2.2"),
        (("bypass", "head"), "no block head"),
        (
            ("swap", "stages.1.0", "stages.1.1"),
            "stages.1.0 halves the size and goes from 4 to 8 channels,"
            " stages.1.1 keeps the size and goes from 8 to 8 channels",
        ),
        (("cut", "stages.1.0"), "there is no edit 'cut'; there is bypass and swap"),
    ],
)
def test_an_edit_that_does_not_fit_is_told_in_a_sentence(told, sentence):
    with pytest.raises(ValueError, match=sentence):
        edited(net_of(), *read_edits([told]))


def test_a_block_is_bypassed_once():
    with pytest.raises(ValueError, match=r"^stages\.0\.1 is bypassed already$"):
        edited(net_of(), Bypass("stages.0.1"), Bypass("stages.0.1"))
