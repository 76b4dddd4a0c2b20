"""A net made deeper by blocks that hand on what they get: the solution by construction.

He et al. 2015, arXiv:1512.03385, section 1: "the added layers are identity mapping, and the other
layers are copied from the learned shallower model".
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from core.nets.blocks import PlainBlock, PreactivationBlock, ResidualBlock
from core.nets.families import FAMILIES, ConvNet
from core.nets.initialization import initialize
from core.nets.layout import BlockPlan, plan_stages
from core.spec import RunSpec

Kind = Literal["identity", "random"]


@dataclass(frozen=True)
class Deepen:
    """Insert blocks at the end of each stage until the net is the one of a deeper spec.

    Attributes:
        spec: of the deeper net; `core.deeper.check_deepening` tells whether it fits.
        kind: what the blocks are: the identity, or weights drawn like a new net's (He et al.).

    In a residual branch the last layer gives 0, so that the output is ReLU(x) = x, since x comes
    from a ReLU: exactly, in eval and in training mode. Plain blocks carry x through Dirac kernels
    and batch norms set to the identity: in training mode, where those take the batch's own
    statistics, they are not.
    """

    spec: RunSpec
    kind: Kind = "identity"

    def apply(self, net: ConvNet) -> None:
        """In this very net; weights are drawn from the spec's seed."""
        generator = torch.Generator().manual_seed(self.spec.seed)
        for stage, plans in zip(net.stages, plan_stages(self.spec), strict=True):
            assert isinstance(stage, nn.Sequential)
            for plan in plans[len(stage) :]:
                stage.append(self._new_block(plan, generator).train(net.training))

    @torch.no_grad()
    def _new_block(self, plan: BlockPlan, generator: torch.Generator) -> nn.Module:
        with torch.device("meta"):  # draws nothing from the global generator
            block = FAMILIES[self.spec.family](self.spec, plan)
        block = block.to_empty(device="cpu")
        initialize(block, "he", generator)
        if self.kind == "identity":
            set_identity(block)
        return block


def set_identity(block: nn.Module) -> None:
    """Change a block's weights so that, in eval mode, it hands on what it gets.

    Args:
        block: plain, with as many channels out as in and what it gets not negative; or residual
            or pre-activation, with an identity shortcut. Its batch norms are new.

    Raises:
        ValueError: a block of another kind; one sentence.
    """
    if isinstance(block, PlainBlock):
        _carry(block.branch)
    elif isinstance(block, ResidualBlock | PreactivationBlock):
        _silence(block.branch)
    else:
        raise ValueError(f"a {type(block).__name__} cannot be made the identity")


def _silence(branch: nn.Sequential) -> None:
    """Let F(x) be 0: gamma and beta of its last batch norm, or else its last convolution."""
    for weight in branch[-1].parameters():
        nn.init.zeros_(weight)


def _carry(branch: nn.Sequential) -> None:
    """Let F(x) be x where x is not negative; it is divided by sqrt(1 + eps) and multiplied."""
    for layer in branch:
        if isinstance(layer, nn.Conv2d):
            nn.init.dirac_(layer.weight)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.constant_(layer.weight, math.sqrt(1 + layer.eps))
