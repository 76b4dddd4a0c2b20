"""One block of a trained net on one image, its branch turned down by hand: once, and in a row.

With its branch at 0 a block with an identity shortcut is the identity (He et al. 2015, section 3).
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.chosen_image import ChosenImage
from core.inspect.nets import THREADS, Address, load_net
from core.nets.blocks import PlainBlock, PooledBlock, PreactivationBlock, ResidualBlock
from core.nets.modes import evaluation_mode
from core.training.device import threads

ROWS = 3  # channels whose maps are given
PASSES = 4  # kept: those of two sides, and what was looked at before; some are 10 MB
ADDING = (ResidualBlock, PreactivationBlock)
BRANCHING = (*ADDING, PlainBlock, PooledBlock)


def block_by_hand(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    block: str,
    scale: float = 1.0,
    bias: float = 0.0,
    times: int = 1,
    channel: int | None = None,
    pixel: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """A block's input, branch, sum and output with s F(x) + β in place of its branch F(x).

    Args:
        url: of the store, like `read_only`, the run and the step.
        image: a place in the test images, or the content of a picture file.
        block: address of one with an identity shortcut, or of one without any that keeps the shape.
        scale: s.
        bias: β, added to every number of the branch.
        times: blocks in a row, at least 1: the same block on its own output.
        channel: whose arithmetic is told; None takes the one with the strongest branch. Where
            there is no such channel or pixel, the nearest is taken.
        pixel: row and column; None takes the one where the channel's branch is farthest from 0.

    Returns:
        image (uint8 [H, W, C]), label (None of an upload), adds (it has a shortcut), rectifies (it
        ends in a ReLU), shape (C, h, w), channels (int [R]: those with the strongest branch, and
        the chosen one), maps (part to float32 [R, h, w]: `x`, `branch` = s F(x) + β, `sum` of a
        block that adds, `output`), reaches (float [R]: largest size in x, F(x) and their sum),
        differences (float [times]: largest size of output minus x over all numbers, after each
        block in a row), largest (`x` and `output`: largest size over all numbers) and pixel:
        channel, row, column, products (how many in W a), product (W a), bias (b of z = W a + b),
        folded (batch norm is, into W and b), and there z = F(x), x, output.

    Raises:
        ValueError: no such net or image, a block of another kind, or numbers that overflowed; one
            sentence.
    """
    address = url, read_only, run_id, step
    with threads(THREADS), evaluation_mode(load_net(*address).net), torch.no_grad():
        once, picture, label = _entered(address, image, block)
        parts = once.turned(scale, bias)
        strength = once.z[0].abs().mean((1, 2))
        told = int(strength.argmax()) if channel is None else min(channel, len(strength) - 1)
        shown = _strongest(strength, told)
        return {
            "image": picture,
            "label": label,
            "adds": once.adds,
            "rectifies": once.rectifies,
            "shape": tuple(once.x.shape[1:]),
            "channels": shown.numpy(),
            "maps": {name: part[0, shown].contiguous().numpy() for name, part in parts.items()},
            "reaches": once.reaches()[shown].numpy(),
            "differences": np.array(_differences(once, scale, bias, times)),
            "largest": {name: _size(parts[name]) for name in ("x", "output")},
            "pixel": once.arithmetic(told, pixel, parts["output"]),
        }


class _Pass(NamedTuple):
    """An input on its way through a block.

    Attributes:
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
        """One number of the output and what it is made of."""
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


def _pass(block: nn.Module, x: Tensor) -> _Pass:
    branch = block.get_submodule("branch")
    assert isinstance(branch, nn.Sequential)
    active = block.activation(x) if isinstance(block, PreactivationBlock) else x
    last = _place_of_last(branch)
    inside = branch[:last](active)
    return _Pass(block, x, inside, branch[last:](inside))


@lru_cache(maxsize=PASSES)
def _entered(
    address: Address, image: ChosenImage, block: str
) -> tuple[_Pass, np.ndarray, str | None]:
    """What no slider changes: the image's own way through the block, the image and its label."""
    loaded = load_net(*address)
    stem, *blocks = loaded.places()
    if block not in blocks:
        raise ValueError(
            f"{loaded.spec.net} has no block {block}; they go from {blocks[0]} to {blocks[-1]}"
        )
    module = loaded.net.get_submodule(block)
    _check_kind(block, module)
    before = [stem, *blocks][blocks.index(block)]
    seen: dict[str, Tensor] = {}
    pixels, label = loaded.picture(image)
    loaded.run(pixels, seen.__setitem__, [before])
    once = _pass(module, seen[before])
    if once.z.shape != once.x.shape:
        raise ValueError(f"{block} changes the shape: what goes out has no like in what came in")
    if not (once.x.isfinite().all() and once.z.isfinite().all()):
        raise ValueError(f"the numbers in {block} of {loaded.spec.net} overflowed by this step")
    return once, pixels[0].permute(1, 2, 0).contiguous().numpy(), label


def _check_kind(address: str, block: nn.Module) -> None:
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


def _strongest(strength: Tensor, told: int) -> Tensor:
    """Channels in order: those with the strongest branch, and the one that is told about."""
    order = strength.argsort(descending=True, stable=True)
    others = order[order != told][: ROWS - 1]
    return torch.cat([torch.tensor([told]), others]).sort().values


def _differences(once: _Pass, scale: float, bias: float, times: int) -> list[float]:
    """Largest size of output minus input after each of so many blocks in a row."""
    x, sizes = once.x, []
    for _ in range(times):
        x = (_pass(once.block, x) if sizes else once).turned(scale, bias)["output"]
        sizes.append(_size(x - once.x))
    return sizes


def _size(numbers: Tensor) -> float:
    return numbers.abs().max().item()
