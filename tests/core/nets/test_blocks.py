import pytest
import torch
from torch import nn

from core.nets.blocks import BasicBlock, PadShortcut, PlainBlock, make_shortcut


@pytest.fixture
def images():
    return torch.randn(2, 4, 7, 7, generator=torch.Generator().manual_seed(0))


def test_option_a_takes_every_other_pixel_and_pads_channels_with_zeros(images):
    padded = make_shortcut(4, 8, 2, "A", batch_norm=True)(images)
    torch.testing.assert_close(padded[:, 2:6], images[:, :, ::2, ::2], rtol=0, atol=0)
    assert not padded[:, :2].any()
    assert not padded[:, 6:].any()


def test_option_a_pads_an_odd_number_of_new_channels(images):
    assert PadShortcut(4, 7, 1)(images).shape == (2, 7, 7, 7)


@pytest.mark.parametrize("option", ["A", "B"])
def test_a_shortcut_is_the_identity_where_shapes_stay(option):
    assert isinstance(make_shortcut(4, 4, 1, option, batch_norm=True), nn.Identity)


@pytest.mark.parametrize(
    ("option", "channels_out", "stride"), [("B", 8, 2), ("C", 8, 2), ("C", 4, 1)]
)
def test_a_projection_is_a_1x1_convolution_with_batch_norm(option, channels_out, stride):
    projection = make_shortcut(4, channels_out, stride, option, batch_norm=True)
    assert isinstance(projection, nn.Sequential)
    conv, norm = projection
    assert (conv.kernel_size, conv.stride, conv.bias) == ((1, 1), (stride, stride), None)
    assert isinstance(norm, nn.BatchNorm2d)


def test_a_plain_block_is_its_branch_and_a_relu(images):
    block = PlainBlock(4, 8, 2, batch_norm=True)
    torch.testing.assert_close(block(images), block.branch(images).relu())


def test_a_basic_block_adds_its_shortcut_before_the_relu(images):
    block = BasicBlock(4, 8, 2, "A", batch_norm=True)
    expected = (block.branch(images) + block.shortcut(images)).relu()
    torch.testing.assert_close(block(images), expected)
