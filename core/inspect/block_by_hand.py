"""One block of a trained net on one image, its branch turned down by hand: once, and in a row.

With its branch at 0 a block with an identity shortcut is the identity (He et al. 2015, section 3).
"""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.chosen_image import ChosenImage
from core.inspect.block_pass import BlockPass, check_kind, pass_through
from core.inspect.nets import THREADS, Address, load_net
from core.nets.modes import evaluation_mode
from core.training.device import threads

ROWS = 3  # channels whose maps are given
PASSES = 4  # kept: those of two sides, and what was looked at before; some are 10 MB


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
        the chosen one), maps (part to float32 [R, h, w]: `x`, `z` = F(x), `branch` = s z + β, `sum`
        of a block that adds, `output`), reaches (float [R]: largest size in x, F(x) and their sum),
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
        parts = {"z": once.z} | once.turned(scale, bias)
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


@lru_cache(maxsize=PASSES)
def _entered(
    address: Address, image: ChosenImage, block: str
) -> tuple[BlockPass, np.ndarray, str | None]:
    """What no slider changes: the image's own way through the block, the image and its label."""
    loaded = load_net(*address)
    stem, *blocks = loaded.places()
    if block not in blocks:
        raise ValueError(
            f"{loaded.spec.net} has no block {block}; they go from {blocks[0]} to {blocks[-1]}"
        )
    module = loaded.net.get_submodule(block)
    check_kind(block, module)
    before = [stem, *blocks][blocks.index(block)]
    seen: dict[str, Tensor] = {}
    pixels, label = loaded.picture(image)
    loaded.run(pixels, seen.__setitem__, [before])
    once = pass_through(module, seen[before])
    if once.z.shape != once.x.shape:
        raise ValueError(f"{block} changes the shape: what goes out has no like in what came in")
    if not (once.x.isfinite().all() and once.z.isfinite().all()):
        raise ValueError(f"the numbers in {block} of {loaded.spec.net} overflowed by this step")
    return once, pixels[0].permute(1, 2, 0).contiguous().numpy(), label


def _strongest(strength: Tensor, told: int) -> Tensor:
    """Channels in order: those with the strongest branch, and the one that is told about."""
    order = strength.argsort(descending=True, stable=True)
    others = order[order != told][: ROWS - 1]
    return torch.cat([torch.tensor([told]), others]).sort().values


def _differences(once: BlockPass, scale: float, bias: float, times: int) -> list[float]:
    """Largest size of output minus input after each of so many blocks in a row."""
    x, sizes = once.x, []
    for _ in range(times):
        x = (pass_through(once.block, x) if sizes else once).turned(scale, bias)["output"]
        sizes.append(_size(x - once.x))
    return sizes


def _size(numbers: Tensor) -> float:
    return numbers.abs().max().item()
