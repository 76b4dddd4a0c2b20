"""An input on its way through one block: its parts, its branch scaled and shifted, one number."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.nets.blocks import PlainBlock, PooledBlock, PreactivationBlock, ResidualBlock

ADDING = (ResidualBlock, PreactivationBlock)
BRANCHING = (*ADDING, PlainBlock, PooledBlock)


class BlockPass(NamedTuple):
    """An input on its way through a block.

    Attributes:
        block: of BRANCHING, whose shortcut, if any, is the identity.
        x: [1, C, h, w], as are the others.
        inside: what goes into the last convolution of the branch.
        z: what comes out of the branch, F(x).
    """

    block: nn.Module
    x: Tensor
    inside: Tensor
    z: Tensor

    @property
    def adds(self) -> bool:
        return isinstance(self.block, ADDING)

    @property
    def rectifies(self) -> bool:
        return hasattr(self.block, "relu")

    def turned(self, scale: float, bias: float) -> dict[str, Tensor]:
        """Its parts, added up in the order of the block's own `forward`."""
        branch = scale * self.z + bias
        total = branch + self.x if self.adds else branch
        added = {"sum": total} if self.adds else {}
        output = total.relu() if self.rectifies else total
        return {"x": self.x, "branch": branch} | added | {"output": output}

    def reaches(self) -> Tensor:
        """[C]: the largest size of a number in the block as it was trained."""
        parts = self.turned(1.0, 0.0).values()
        return torch.stack([part[0].abs().amax((1, 2)) for part in parts]).amax(0)

    def arithmetic(
        self, channel: int, pixel: tuple[int, int] | None, output: Tensor
    ) -> dict[str, float | int]:
        """One number of the output and what it is made of: as `block_by_hand` gives `pixel`."""
        height, width = self.z.shape[2:]
        row, column = pixel or divmod(int(self.z[0, channel].abs().argmax()), width)
        row, column = min(row, height - 1), min(column, width - 1)
        last, folded = _folded_last(self.block)
        weights, size = last.weight[channel], last.kernel_size[0]
        inside = F.pad(self.inside[0], 4 * (size // 2,))
        around = inside[:, row : row + size, column : column + size]
        here = 0, channel, row, column
        return {
            "channel": channel,
            "row": row,
            "column": column,
            "products": weights.numel(),
            "product": (weights * around).sum().item(),
            "bias": 0.0 if last.bias is None else last.bias[channel].item(),
            "folded": folded,
            "z": self.z[here].item(),
            "x": self.x[here].item(),
            "output": output[here].item(),
        }


def pass_through(block: nn.Module, x: Tensor) -> BlockPass:
    """Send x through the block; `check_kind` says which blocks can be."""
    branch = block.get_submodule("branch")
    assert isinstance(branch, nn.Sequential)
    active = block.activation(x) if isinstance(block, PreactivationBlock) else x
    last = _place_of_last(branch)
    inside = branch[:last](active)
    return BlockPass(block, x, inside, branch[last:](inside))


def check_kind(address: str, block: nn.Module) -> None:
    """A ValueError unless turning its branch to 0 leaves x itself, or nothing."""
    if not isinstance(block, BRANCHING):
        raise ValueError(f"{address} mixes by a gate: it has no branch that is added to x")
    behind = isinstance(block, PreactivationBlock) and block.activates_shortcut
    if isinstance(block, ADDING) and (behind or not isinstance(block.shortcut, nn.Identity)):
        raise ValueError(f"{address} has no identity shortcut: what it carries is not x itself")


def _place_of_last(branch: nn.Sequential) -> int:
    """Of its last convolution."""
    return max(place for place, layer in enumerate(branch) if isinstance(layer, nn.Conv2d))


def _folded_last(block: nn.Module) -> tuple[nn.Conv2d, bool]:
    """The branch's last convolution, as a copy in one with the batch norm behind it if there is."""
    branch = block.get_submodule("branch")
    assert isinstance(branch, nn.Sequential)
    conv, *norm = branch[_place_of_last(branch) :]
    assert isinstance(conv, nn.Conv2d)
    if not norm:
        return conv, False
    (batch_norm,) = norm
    assert isinstance(batch_norm, nn.BatchNorm2d)
    return fuse_conv_bn_eval(conv, batch_norm), True
