"""Batches on the device: crop, flip, normalise. What is random is drawn before and passed in."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.spec import Augmentation

PADDING = 4  # pixels on each side, He et al. 2015, section 4.2


@dataclass(frozen=True)
class Draws:
    """Of N images: offsets int64 [N, 2] (down, right; 0 to 2 * PADDING), flips bool [N]."""

    offsets: Tensor
    flips: Tensor

    def __getitem__(self, chosen: slice) -> "Draws":
        return Draws(self.offsets[chosen], self.flips[chosen])


def crop(images: Tensor, offsets: Tensor) -> Tensor:
    """Windows at `offsets` [N, 2] of the images [N, C, H, W] in a black frame; the same shape."""
    height, width = images.shape[2:]
    framed = F.pad(images, (PADDING,) * 4)
    windows = framed.unfold(2, height, 1).unfold(3, width, 1)
    return windows[torch.arange(len(images), device=images.device), :, offsets[:, 0], offsets[:, 1]]


def flip(images: Tensor, flips: Tensor) -> Tensor:
    """The images [N, C, H, W], mirrored left to right where `flips` [N] says so."""
    return torch.where(flips[:, None, None, None], images.flip(3), images)


def normalise(images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """uint8 [N, C, H, W] as float32, channels last; `mean` and `std` [C] are of pixels 0 to 1."""
    scaled = (images - 255 * mean[:, None, None]) / (255 * std[:, None, None])
    return scaled.contiguous(memory_format=torch.channels_last)


AUGMENTATIONS: dict[Augmentation, Callable[[Tensor, Draws], Tensor]] = {
    "none": lambda images, draws: images,
    "crop-flip": lambda images, draws: flip(crop(images, draws.offsets), draws.flips),
}
