"""Nets of all families: a stem, three or four stages of blocks, a head."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.nets.blocks import (
    HighwayBlock,
    PlainBlock,
    PooledBlock,
    PreactivationBlock,
    ResidualBlock,
    activation,
    bare,
    normalised,
)
from core.nets.initialization import initialize
from core.nets.layout import (
    VGG_POOLED,
    BlockPlan,
    plan_head,
    plan_stages,
    plan_stem,
    stem_pools,
)
from core.spec import Family, RunSpec

MakeBlock = Callable[[RunSpec, BlockPlan], nn.Module]


class ConvNet(nn.Module):
    """Stem, stages of blocks, head (average pool, linear): He et al. 2015, sections 3.3 and 4.2.

    The stem is a 3x3 convolution, or for ImageNet one of 7x7 with stride 2 and a pool. Each stage
    after the first halves the image and doubles the width.
    """

    def __init__(self, spec: RunSpec, channels_in: int, classes: int) -> None:
        super().__init__()
        plans, make_block = plan_stages(spec), FAMILIES[spec.family]
        self.stem = make_stem(spec, channels_in)
        self.stages = nn.Sequential(
            *(nn.Sequential(*(make_block(spec, plan) for plan in stage)) for stage in plans)
        )
        self.head = make_head(spec, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [N, classes] of normalised images [N, channels, height, width]."""
        return self.head(self.stages(self.stem(images)))

    def blocks(self) -> Iterator[tuple[str, nn.Module]]:
        """Address ('stages.1.0') and block, from input to output."""
        for stage_index, stage in enumerate(self.stages):
            assert isinstance(stage, nn.Sequential)
            for block_index, block in enumerate(stage):
                yield f"stages.{stage_index}.{block_index}", block


class GlobalAveragePool(nn.Module):
    """Mean over all pixels: [N, C, H, W] to [N, C]."""

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, x.shape[2:]).flatten(1)  # its gradient stays channels_last


def make_stem(spec: RunSpec, channels_in: int) -> nn.Sequential:
    """The first convolution; the blocks of pre-activation nets bring its batch norm and ReLU."""
    plan = plan_stem(spec, channels_in)
    if spec.family == "preact":
        return nn.Sequential(*bare(plan, spec.batch_norm))
    pool = [nn.MaxPool2d(3, 2, padding=1)] if stem_pools(spec) else []
    return nn.Sequential(*normalised(plan, spec.batch_norm), nn.ReLU(), *pool)


def make_head(spec: RunSpec, classes: int) -> nn.Sequential:
    """From the last block's output to logits: a pool, and one linear layer or VGG's three."""
    (channels, after), *others = plan_head(spec, classes)
    if spec.family == "vgg":
        pools = [nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(VGG_POOLED), nn.Flatten()]
    else:
        last = activation(channels, spec.batch_norm) if spec.family == "preact" else []
        pools = [*last, GlobalAveragePool()]
    further = (layer for one in others for layer in (nn.ReLU(), nn.Linear(*one)))
    return nn.Sequential(*pools, nn.Linear(channels, after), *further)


def build_net(spec: RunSpec, channels_in: int, classes: int) -> ConvNet:
    """The net of a spec on the CPU, in float32; its weights depend on the spec alone.

    Shortcuts and gates draw last: nets of one seed, plain, residual or highway, start from the same
    weights where their layers are the same.
    """
    with torch.device("meta"):  # allocates nothing and draws nothing from the global generator
        net = ConvNet(spec, channels_in, classes)
    net = net.to_empty(device="cpu")
    initialize(net, spec.init, torch.Generator().manual_seed(spec.seed))
    return net


FAMILIES: dict[Family, MakeBlock] = {
    "plain": lambda spec, plan: PlainBlock(plan, spec.batch_norm),
    "resnet": lambda spec, plan: ResidualBlock(plan, spec.shortcut, spec.batch_norm),
    "bottleneck": lambda spec, plan: ResidualBlock(plan, spec.shortcut, spec.batch_norm),
    "preact": lambda spec, plan: PreactivationBlock(plan, spec.shortcut, spec.batch_norm),
    "highway": lambda spec, plan: HighwayBlock(plan, spec.batch_norm),
    "vgg": lambda spec, plan: PooledBlock(plan, spec.batch_norm),
}
