"""The blocks that nets are made of: plain, residual, pre-activation and highway."""

from collections.abc import Callable, Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from core.nets.layout import BlockPlan, ConvPlan
from core.spec import ShortcutOption

MakeLayers = Callable[[ConvPlan, bool], list[nn.Module]]

GATE_BIAS = -2.0  # of new highway layers: they carry 88 % (Srivastava et al. 2015 take -1 to -4)


def convolution(plan: ConvPlan, bias: bool) -> nn.Conv2d:
    """A convolution that keeps the image's size but for its stride."""
    channels_in, channels_out, kernel, stride = plan
    return nn.Conv2d(channels_in, channels_out, kernel, stride, padding=kernel // 2, bias=bias)


def normalised(plan: ConvPlan, batch_norm: bool) -> list[nn.Module]:
    """A convolution and its batch norm.

    Without batch norm the convolution has a bias, which takes the place of the norm's shift.
    """
    conv = convolution(plan, bias=not batch_norm)
    return [conv, nn.BatchNorm2d(plan.channels_out)] if batch_norm else [conv]


def bare(plan: ConvPlan, batch_norm: bool) -> list[nn.Module]:
    """A convolution alone; it has a bias unless the net has batch norm."""
    return [convolution(plan, bias=not batch_norm)]


def activation(channels: int, batch_norm: bool) -> list[nn.Module]:
    """What stands before a convolution of a pre-activation net."""
    return [nn.BatchNorm2d(channels), nn.ReLU()] if batch_norm else [nn.ReLU()]


def branch_of(plans: Sequence[ConvPlan], batch_norm: bool) -> nn.Sequential:
    """The layers of a block: convolution, batch norm, ReLU and so on, without the last ReLU."""
    first, *others = (normalised(plan, batch_norm) for plan in plans)
    return nn.Sequential(*first, *(layer for one in others for layer in (nn.ReLU(), *one)))


def preactivated_branch(plans: Sequence[ConvPlan], batch_norm: bool) -> nn.Sequential:
    """Batch norm and ReLU before each convolution; those before the first are the block's own."""
    layers: list[nn.Module] = []
    for plan in plans:
        layers += activation(plan.channels_in, batch_norm) if layers else []
        layers += bare(plan, batch_norm)
    return nn.Sequential(*layers)


class PadShortcut(nn.Module):
    """Option A: every other pixel, and zeros for the channels that are new, half on each side."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        # A pool of one pixel is x[:, :, ::stride, ::stride], but its gradient stays channels_last.
        self.subsample = nn.AvgPool2d(1, stride) if stride > 1 else nn.Identity()
        before = (channels_out - channels_in) // 2
        self.padding = (0, 0, 0, 0, before, channels_out - channels_in - before)

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(self.subsample(x), self.padding)


def make_shortcut(
    plan: BlockPlan, option: ShortcutOption, batch_norm: bool, make: MakeLayers
) -> nn.Module:
    """He et al. 2015, section 4.1: A pads, B projects where shapes change, C projects always."""
    if plan.projects(option):
        return nn.Sequential(*make(plan.shortcut, batch_norm))
    if plan.changes_shape:
        return PadShortcut(plan.channels_in, plan.channels_out, plan.stride)
    return nn.Identity()


class PlainBlock(nn.Module):
    """Two layers in a row: what a residual block is without its shortcut."""

    def __init__(self, plan: BlockPlan, batch_norm: bool) -> None:
        super().__init__()
        self.branch = branch_of(plan.branch, batch_norm)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x))


class PooledBlock(nn.Module):
    """One layer of VGG; where a stage begins, a pool before it halves the image.

    Simonyan, Zisserman 2014, arXiv:1409.1556, section 2.1.
    """

    def __init__(self, plan: BlockPlan, batch_norm: bool) -> None:
        super().__init__()
        (conv,) = plan.branch
        self.pool = nn.MaxPool2d(plan.stride) if plan.stride > 1 else nn.Identity()
        self.branch = branch_of([conv._replace(stride=1)], batch_norm)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(self.pool(x)))


class ResidualBlock(nn.Module):
    """Layers and a shortcut around them: two (He et al. 2015, Figure 2) or three (Figure 5)."""

    def __init__(self, plan: BlockPlan, option: ShortcutOption, batch_norm: bool) -> None:
        super().__init__()
        self.branch = branch_of(plan.branch, batch_norm)
        self.shortcut = make_shortcut(plan, option, batch_norm, normalised)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x) + self.shortcut(x))


class PreactivationBlock(nn.Module):
    """Batch norm and ReLU before each convolution; nothing after the addition.

    He et al. 2016, arXiv:1603.05027, Figure 1 (b). Where the shape changes, and in the first block,
    the shortcut too starts behind the block's first activation.
    """

    def __init__(self, plan: BlockPlan, option: ShortcutOption, batch_norm: bool) -> None:
        super().__init__()
        self.activation = nn.Sequential(*activation(plan.channels_in, batch_norm))
        self.branch = preactivated_branch(plan.branch, batch_norm)
        self.shortcut = make_shortcut(plan, option, batch_norm, bare)
        self.activates_shortcut = plan.first or plan.changes_shape

    def forward(self, x: Tensor) -> Tensor:
        active = self.activation(x)
        carried = active if self.activates_shortcut else x
        return self.branch(active) + self.shortcut(carried)


class HighwayBlock(nn.Module):
    """One layer and a gate that mixes it with its input: T(x) H(x) + (1 - T(x)) x.

    Srivastava et al. 2015, arXiv:1505.00387, equation 3. Where the shape changes there is nothing
    to carry: such a block is a layer without a gate, as in the paper's section 2.1.
    """

    def __init__(self, plan: BlockPlan, batch_norm: bool) -> None:
        super().__init__()
        self.branch = branch_of(plan.branch, batch_norm)
        self.relu = nn.ReLU()
        self.gate = None
        if not plan.changes_shape:
            self.gate = nn.Sequential(convolution(plan.branch[0], bias=True), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        transformed = self.relu(self.branch(x))
        if self.gate is None:
            return transformed
        return x + self.gate(x) * (transformed - x)
