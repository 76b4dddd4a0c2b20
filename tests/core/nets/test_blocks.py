import pytest
import torch
from torch import nn

from core.nets.blocks import PadShortcut, PlainBlock, ResidualBlock, make_shortcut, normalised
from core.nets.layout import BlockPlan


@pytest.fixture
def images():
    return torch.randn(2, 4, 7, 7, generator=torch.Generator().manual_seed(0))


def plan(channels_in: int, channels_out: int, stride: int, layers: int = 2) -> BlockPlan:
    return BlockPlan(channels_in, channels_out, stride, layers, "1x1", first=False)


def shortcut(channels_in: int, channels_out: int, stride: int, option) -> nn.Module:
    return make_shortcut(plan(channels_in, channels_out, stride), option, True, normalised)


def test_option_a_takes_every_other_pixel_and_pads_channels_with_zeros(images):
    padded = shortcut(4, 8, 2, "A")(images)
    torch.testing.assert_close(padded[:, 2:6], images[:, :, ::2, ::2], rtol=0, atol=0)
    assert not padded[:, :2].any()
    assert not padded[:, 6:].any()


def test_option_a_pads_an_odd_number_of_new_channels(images):
    assert PadShortcut(4, 7, 1)(images).shape == (2, 7, 7, 7)


@pytest.mark.parametrize("option", ["A", "B"])
def test_a_shortcut_is_the_identity_where_shapes_stay(option):
    assert isinstance(shortcut(4, 4, 1, option), nn.Identity)


@pytest.mark.parametrize(
    ("option", "channels_out", "stride"), [("B", 8, 2), ("C", 8, 2), ("C", 4, 1)]
)
def test_a_projection_is_a_1x1_convolution_with_batch_norm(option, channels_out, stride):
    projection = shortcut(4, channels_out, stride, option)
    assert isinstance(projection, nn.Sequential)
    conv, norm = projection
    assert (conv.kernel_size, conv.stride, conv.bias) == ((1, 1), (stride, stride), None)
    assert isinstance(norm, nn.BatchNorm2d)


def test_a_plain_block_is_its_branch_and_a_relu(images):
    block = PlainBlock(plan(4, 8, 2), batch_norm=True)
    torch.testing.assert_close(block(images), block.branch(images).relu())


def test_a_residual_block_adds_its_shortcut_before_the_relu(images):
    block = ResidualBlock(plan(4, 8, 2), "A", batch_norm=True)
    expected = (block.branch(images) + block.shortcut(images)).relu()
    torch.testing.assert_close(block(images), expected)
