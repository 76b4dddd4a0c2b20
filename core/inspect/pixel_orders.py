"""From one image to another, pixel by pixel in some order, and what a net says on the way."""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2.functional import gaussian_blur

BLUR = 0.1  # standard deviation, in sides of the image
BATCH = 64  # images

Predict = Callable[[Tensor], Tensor]  # normalised images [N, C, H, W] to logits [N, K]


def ranks_of(ranking: np.ndarray) -> Tensor:
    """Place int64 [H, W] of every pixel, 0 for the highest number; equal ones in reading order."""
    order = np.argsort(-ranking.ravel(), kind="stable")
    ranks = np.empty(ranking.size, np.int64)
    ranks[order] = np.arange(ranking.size)
    return torch.from_numpy(ranks.reshape(ranking.shape))


def pixel_counts(pixels: int, points: int) -> Tensor:
    """How many pixels have changed at each point of a curve, int64, from none to all."""
    return torch.linspace(0, pixels, min(points, pixels) + 1).round().long()


def passage(start: Tensor, end: Tensor, ranks: Tensor, counts: Tensor) -> Tensor:
    """From the one image to the other [1, C, H, W], pixel by pixel: [P, C, H, W].

    Args:
        ranks: int64 [H, W]; the lowest change first.
        counts: int64 [P], of pixels that have changed.
    """
    changed = ranks[None, None] < counts[:, None, None, None]
    return torch.where(changed, end, start)


def probabilities(predict: Predict, images: Tensor, target: int) -> Tensor:
    """Of the class, 0 to 1, float32 [N], of normalised images [N, C, H, W]."""
    parts = [predict(batch).softmax(1)[:, target] for batch in images.split(BATCH)]
    found = torch.cat(parts).float()
    if not found.isfinite().all():
        raise ValueError("the numbers of this net overflow; choose another step")
    return found


def blurred(images: Tensor) -> Tensor:
    """Images [N, C, H, W] through a Gaussian a tenth of their side wide."""
    side = min(images.shape[2:])
    radius = min(math.ceil(3 * BLUR * side), side - 1)
    return gaussian_blur(images, [2 * radius + 1] * 2, [BLUR * side] * 2)


def area(share: Tensor, curve: Tensor) -> float:
    """Under the curve, by trapezoids: 0 to 1 as both axes are."""
    return torch.trapezoid(curve, share).item()
