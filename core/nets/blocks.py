"""The blocks that nets are made of: plain, and residual with the shortcuts of He et al. 2015."""

import torch.nn.functional as F
from torch import Tensor, nn

from core.spec import ShortcutOption


def convolution(
    channels_in: int, channels_out: int, size: int, stride: int, batch_norm: bool
) -> list[nn.Module]:
    """A convolution that keeps the image's size (but for the stride), and its batch norm.

    Without batch norm the convolution has a bias, which takes the place of the norm's shift.
    """
    conv = nn.Conv2d(
        channels_in, channels_out, size, stride, padding=size // 2, bias=not batch_norm
    )
    return [conv, nn.BatchNorm2d(channels_out)] if batch_norm else [conv]


def two_conv_branch(
    channels_in: int, channels_out: int, stride: int, batch_norm: bool
) -> nn.Sequential:
    """The two 3x3 layers of a block, without the last ReLU; the first one subsamples."""
    return nn.Sequential(
        *convolution(channels_in, channels_out, 3, stride, batch_norm),
        nn.ReLU(),
        *convolution(channels_out, channels_out, 3, 1, batch_norm),
    )


class PadShortcut(nn.Module):
    """Option A: every other pixel, and zeros for the channels that are new, half on each side."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        # A pool of one pixel is x[:, :, ::stride, ::stride], but its gradient stays channels_last.
        self.subsample = nn.AvgPool2d(1, stride)
        before = (channels_out - channels_in) // 2
        self.padding = (0, 0, 0, 0, before, channels_out - channels_in - before)

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(self.subsample(x), self.padding)


def make_shortcut(
    channels_in: int, channels_out: int, stride: int, option: ShortcutOption, batch_norm: bool
) -> nn.Module:
    """He et al. 2015, section 4.1: A pads, B projects where shapes change, C projects always."""
    changes = stride != 1 or channels_in != channels_out
    if option == "C" or (option == "B" and changes):
        return nn.Sequential(*convolution(channels_in, channels_out, 1, stride, batch_norm))
    return PadShortcut(channels_in, channels_out, stride) if changes else nn.Identity()


class PlainBlock(nn.Module):
    """Two layers in a row: what a residual block is without its shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int, batch_norm: bool) -> None:
        super().__init__()
        self.branch = two_conv_branch(channels_in, channels_out, stride, batch_norm)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x))


class BasicBlock(nn.Module):
    """Two layers and a shortcut around them (He et al. 2015, Figure 2)."""

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        stride: int,
        option: ShortcutOption,
        batch_norm: bool,
    ) -> None:
        super().__init__()
        self.branch = two_conv_branch(channels_in, channels_out, stride, batch_norm)
        self.shortcut = make_shortcut(channels_in, channels_out, stride, option, batch_norm)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x) + self.shortcut(x))
