"""Edits of a whole net: what a fork can switch off goes, and the weights stay."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

from core.nets.blocks import PlainBlock, ResidualBlock
from core.nets.families import ConvNet
from core.nets.layout import plan_stages
from core.spec import RunSpec


@dataclass(frozen=True)
class WithoutBatchNorm:
    """Each batch norm becomes part of the convolution before it: in eval mode nothing changes.

    Its scale goes into the weights and its shift into a bias, as the running statistics have them.
    """

    def apply(self, net: ConvNet) -> None:
        """In this very net, which is in eval mode.

        Raises:
            ValueError: a batch norm has no convolution before it (pre-activation); one sentence.
        """
        for address, module in list(net.named_modules()):
            if any(isinstance(layer, nn.BatchNorm2d) for layer in module.children()):
                net.set_submodule(address, nn.Sequential(*_folded(list(module.children()))))


@dataclass(frozen=True)
class WithoutShortcuts:
    """Residual blocks become the plain ones of a spec: x is no longer added to F(x)."""

    plain: RunSpec

    def apply(self, net: ConvNet) -> None:
        """In this very net; weights of shortcuts (options B and C) go with them.

        Raises:
            ValueError: a block is no residual one; one sentence.
        """
        plans = (plan for stage in plan_stages(self.plain) for plan in stage)
        for (address, block), plan in zip(list(net.blocks()), plans, strict=True):
            if not isinstance(block, ResidualBlock):
                raise ValueError(f"{address} has no shortcut around two layers that could go")
            with torch.device("meta"):
                plain = PlainBlock(plan, self.plain.batch_norm)
            plain.branch = block.branch
            net.set_submodule(address, plain.train(net.training))


def _folded(layers: list[nn.Module]) -> list[nn.Module]:
    kept: list[nn.Module] = []
    for layer in layers:
        if not isinstance(layer, nn.BatchNorm2d):
            kept.append(layer)
        elif kept and isinstance(kept[-1], nn.Conv2d):
            kept[-1] = fuse_conv_bn_eval(kept[-1], layer)
        else:
            raise ValueError("batch norm stands before a ReLU here: no convolution can take it in")
    return kept
