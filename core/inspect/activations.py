"""What goes out of every block of a net for one image, and what shortcut and branch add up to."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.chosen_image import ChosenImage
from core.inspect.nets import THREADS, Loaded, load_net
from core.nets.blocks import PreactivationBlock, ResidualBlock
from core.training.device import threads

ANSWERS = 4  # kept: some of a net of 404 layers are 30 MB
BEST = 5  # predictions
BINS = 40  # of a histogram
ADDING = (ResidualBlock, PreactivationBlock)

Outputs = dict[str, Tensor]  # address to [1, C, H, W]


@lru_cache(maxsize=ANSWERS)
def activations(
    url: str, read_only: bool, run_id: str, step: int, image: ChosenImage
) -> dict[str, Any]:
    """A net's feature maps of one image.

    Args:
        url: of the store, like `read_only`, the run and the step.
        image: a place in the test images, or the content of a picture file.

    Returns:
        step, image (uint8 [H, W, C]), label (None of an upload), predictions (class name and
        probability 0..1, best first; none if the net overflowed) and blocks from input to output,
        each with its `address` and its `parts`: `output`, and of a block that adds also `branch`
        F(x), `shortcut` x, and `sum`, the two added, before the ReLU. A part has maps (float32
        [C, h, w]), mean, std, zeros (% that are exactly 0), dead (% of channels that are 0
        everywhere) and histogram (counts int64 [B], edges float64 [B + 1]; of finite numbers).

    Raises:
        ValueError: no such net or image; one sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    pixels, label = loaded.picture(image)
    with threads(THREADS):
        outputs: Outputs = {}
        logits = loaded.run(pixels, outputs.__setitem__, _addresses(loaded))
        blocks = [
            {"address": place, "parts": _parts(place, loaded.net.get_submodule(place), outputs)}
            for place in loaded.places()
        ]
    return {
        "step": step,
        "image": pixels[0].permute(1, 2, 0).contiguous().numpy(),
        "label": label,
        "predictions": _predictions(logits[0], loaded.class_names),
        "blocks": blocks,
    }


def _addresses(loaded: Loaded) -> list[str]:
    inside = [
        f"{address}.{part}"
        for address, block in loaded.net.blocks()
        if isinstance(block, ADDING)
        for part in ("branch", "shortcut")
    ]
    return [*loaded.places(), *inside]


def _parts(address: str, module: nn.Module, outputs: Outputs) -> dict[str, dict[str, Any]]:
    output = outputs[address]
    if not isinstance(module, ADDING):
        return {"output": _describe(output)}
    branch, shortcut = outputs[f"{address}.branch"], outputs[f"{address}.shortcut"]
    parts = {"branch": branch, "shortcut": shortcut, "sum": branch + shortcut, "output": output}
    return {name: _describe(part) for name, part in parts.items()}


def _describe(part: Tensor) -> dict[str, Any]:
    maps = part[0].contiguous()
    is_zero = maps == 0
    std, mean = torch.std_mean(maps, correction=0)
    return {
        "maps": maps.numpy(),
        "mean": mean.item(),
        "std": std.item(),
        "zeros": 100 * is_zero.float().mean().item(),
        "dead": 100 * is_zero.flatten(1).all(1).float().mean().item(),
        "histogram": _histogram(maps),
    }


def _histogram(maps: Tensor) -> tuple[np.ndarray, np.ndarray]:
    finite = maps[maps.isfinite()]
    low, high = (finite.min().item(), finite.max().item()) if len(finite) else (0.0, 0.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts = finite.histc(BINS, low, high)
    return counts.long().numpy(), np.linspace(low, high, BINS + 1)


def _predictions(logits: Tensor, names: Sequence[str]) -> list[tuple[str, float]]:
    if not logits.isfinite().all():
        return []
    best = logits.softmax(0).topk(min(BEST, len(logits)))
    return [
        (names[int(index)], share)
        for share, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
