"""A net of two blocks on images of one pixel, whose numbers can be worked out on paper."""

import pytest
import torch
from torch import Tensor, nn

from core.nets.blocks import PlainBlock, ResidualBlock, convolution
from core.nets.families import ConvNet, GlobalAveragePool
from core.nets.layout import BlockPlan, ConvPlan

PLAN = BlockPlan(1, 1, stride=1, layers=2, stride_in="1x1", first=False)


class HandMade(ConvNet):
    """x, then x + F(x) = 2x with F(x) = x, then ReLU(2x - 5): logits are that and its opposite."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.stem = nn.Sequential(convolution(ConvPlan(1, 1, 3, 1), bias=True), nn.ReLU())
        blocks = ResidualBlock(PLAN, "A", batch_norm=False), PlainBlock(PLAN, batch_norm=False)
        self.stages = nn.Sequential(nn.Sequential(*blocks))
        self.head = nn.Sequential(GlobalAveragePool(), nn.Linear(1, 2))
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.zero_()
            _set(self.stem[0], 1.0, 0.0)
            _set(blocks[0].branch[0], 2.0, 0.0)
            _set(blocks[0].branch[2], 0.5, 0.0)
            _set(blocks[1].branch[0], 1.0, 0.0)
            _set(blocks[1].branch[2], 1.0, -5.0)
            self.head[1].weight.copy_(torch.tensor([[1.0], [-1.0]]))


def _set(layer: nn.Module, weight: float, bias: float) -> None:
    """Only the middle of a kernel sees an image of one pixel."""
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    layer.weight[0, 0, 1, 1] = weight
    layer.bias[0] = bias


@pytest.fixture
def net() -> HandMade:
    return HandMade()


@pytest.fixture
def images() -> Tensor:
    """Four, of one pixel each: 1, 2, 3, 4."""
    return torch.tensor([1.0, 2.0, 3.0, 4.0]).reshape(4, 1, 1, 1)
