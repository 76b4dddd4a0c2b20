"""Which blocks a net is made of: the plan that nets and cost formulas follow. Knows no torch."""

from typing import NamedTuple

from core.depths import blocks_per_stage, layers_per_block
from core.spec import RunSpec, ShortcutOption, StrideIn

EXPANSION = {1: 1, 2: 1, 3: 4}  # channels out of a block to those of its 3x3 layer, by its layers
STEMS = {"vgg": (3, 1), "imagenet": (7, 2)}  # kernel and stride, by family or by stem
DOUBLINGS = 3  # of the width, at most: VGG has a fifth stage
VGG_POOLED, VGG_HIDDEN = 7, 4096  # pixels a side before its head; numbers between its layers


class ConvPlan(NamedTuple):
    """A convolution; it keeps the image's size but for the stride."""

    channels_in: int
    channels_out: int
    kernel: int
    stride: int

    @property
    def weights(self) -> int:
        """How many; each is used once for every pixel of the output."""
        return self.kernel**2 * self.channels_in * self.channels_out


class BlockPlan(NamedTuple):
    """One block of a net.

    Attributes:
        stride: 2 where it halves the image.
        layers: convolutions in its branch: 1, 2 or 3.
        stride_in: the convolution of three that halves the image.
        first: it follows the stem.
    """

    channels_in: int
    channels_out: int
    stride: int
    layers: int
    stride_in: StrideIn
    first: bool

    @property
    def changes_shape(self) -> bool:
        """Its output has another shape than its input."""
        return self.stride != 1 or self.channels_in != self.channels_out

    def projects(self, option: ShortcutOption) -> bool:
        """Its shortcut has weights (He et al. 2015, section 4.1)."""
        return option == "C" or (option == "B" and self.changes_shape)

    @property
    def shortcut(self) -> ConvPlan:
        """The 1x1 convolution of options B and C."""
        return ConvPlan(self.channels_in, self.channels_out, 1, self.stride)

    @property
    def branch(self) -> list[ConvPlan]:
        """3x3 convolutions, or a bottleneck: 1x1 reduces, 3x3, 1x1 restores."""
        inside = self.channels_out // EXPANSION[self.layers]
        if self.layers < 3:
            first = ConvPlan(self.channels_in, inside, 3, self.stride)
            return [first, *(self.layers - 1) * [ConvPlan(inside, inside, 3, 1)]]
        strides = (self.stride, 1) if self.stride_in == "1x1" else (1, self.stride)
        return [
            ConvPlan(self.channels_in, inside, 1, strides[0]),
            ConvPlan(inside, inside, 3, strides[1]),
            ConvPlan(inside, self.channels_out, 1, 1),
        ]


def plan_stem(spec: RunSpec, channels_in: int) -> ConvPlan:
    """The first convolution; `stem_pools` tells whether a pool follows."""
    kernel, stride = STEMS.get(spec.family) or STEMS.get(spec.stem) or (3, spec.stem_stride)
    return ConvPlan(channels_in, spec.width, kernel, stride)


def stem_pools(spec: RunSpec) -> bool:
    """A pool of stride 2 follows the first convolution."""
    return spec.stem == "imagenet" and spec.family != "vgg"


def plan_head(spec: RunSpec, classes: int) -> list[tuple[int, int]]:
    """Numbers that go into and out of each linear layer: one, but three in VGG."""
    channels = plan_stages(spec)[-1][-1].channels_out
    if spec.family != "vgg":
        return [(channels, classes)]
    pooled = channels * VGG_POOLED**2
    return [(pooled, VGG_HIDDEN), (VGG_HIDDEN, VGG_HIDDEN), (VGG_HIDDEN, classes)]


def plan_stages(spec: RunSpec) -> list[list[BlockPlan]]:
    """The blocks of each stage; each stage after the first halves the image and doubles the width.

    The first stage is as wide as the stem, or four times as wide in nets of bottlenecks; the last
    stages of VGG are eight times as wide.
    """
    layers = layers_per_block(spec.family, spec.depth)
    stages, channels_in = [], spec.width
    for stage, blocks in enumerate(blocks_per_stage(spec.family, spec.depth, spec.stem)):
        channels_out = (spec.width << min(stage, DOUBLINGS)) * EXPANSION[layers]
        plans = []
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            first = not stage and not block
            plan = BlockPlan(channels_in, channels_out, stride, layers, spec.stride_in, first)
            plans.append(plan)
            channels_in = channels_out
        stages.append(plans)
    return stages
