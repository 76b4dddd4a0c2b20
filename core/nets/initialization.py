"""The weights that a net starts with."""

import torch
from torch import nn

from core.nets.blocks import GATE_BIAS, HighwayBlock, PreactivationBlock, ResidualBlock
from core.spec import Initialization

DRAWN_LAST = ("shortcut", "gate")  # so that families share the weights that all of them have


def initialize(net: nn.Module, init: Initialization, generator: torch.Generator) -> None:
    """Draw all weights in place; biases are zero, batch norm is 1 and 0.

    Weights are normal with variance 2 / fan-in (He et al. 2015, arXiv:1502.01852, equation 10;
    1 / fan-in in the last layer, no ReLU follows), or with `xavier` 2 / (fan-in + fan-out) (Glorot,
    Bengio 2010). With `zero-gamma` each residual branch starts as zero: gamma of its last batch
    norm (Goyal et al. 2017, arXiv:1706.02677), or the last convolution where no batch norm follows.
    """
    layers = list(net.named_modules())
    for _, layer in sorted(layers, key=lambda named: any(one in named[0] for one in DRAWN_LAST)):
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
        elif isinstance(layer, nn.Conv2d | nn.Linear):
            _draw(layer, init, generator)
    for _, block in layers:
        if isinstance(block, HighwayBlock) and block.gate is not None:
            nn.init.constant_(block.gate[0].bias, GATE_BIAS)  # type: ignore[arg-type]
        if isinstance(block, ResidualBlock | PreactivationBlock) and init == "zero-gamma":
            nn.init.zeros_(block.branch[-1].weight)  # type: ignore[arg-type]


def _draw(layer: nn.Conv2d | nn.Linear, init: Initialization, generator: torch.Generator) -> None:
    if init == "xavier":
        nn.init.xavier_normal_(layer.weight, generator=generator)
    else:
        nonlinearity = "relu" if isinstance(layer, nn.Conv2d) else "linear"
        nn.init.kaiming_normal_(layer.weight, nonlinearity=nonlinearity, generator=generator)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
