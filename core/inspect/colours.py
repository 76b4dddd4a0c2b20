"""Decorrelated colour: how the parameters of a synthetic image become its pixels.

Olah, Mordvintsev, Schubert 2017, Feature Visualization, section Preconditioning and
Parameterization, https://distill.pub/2017/feature-visualization.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from core.inspect.nets import Address, load_net

COLOUR_SAMPLE = 1000  # training images whose colours are counted
KEPT = 8  # nets


@dataclass(frozen=True)
class Colours:
    """How parameters become a picture: uncorrelated ones with the colours' own correlations.

    Attributes:
        mixing: float32 [C, C], square root of the covariance of the training pixels' colours over
            its largest spread; 1 for grey images.
    """

    mixing: Tensor

    def picture(self, parameters: Tensor) -> Tensor:
        """Float32 [1, C, H, W] between 0 and 255; 0 becomes middle grey."""
        mixed = torch.einsum("ij,njhw->nihw", self.mixing, parameters)
        return 255 * torch.sigmoid(4 * mixed)


@lru_cache(maxsize=KEPT)
def colours_of(address: Address) -> Colours:
    """Of the data set that the net learned from."""
    images = load_net(*address).images
    channels = images.test_images.shape[1]
    if channels == 1:
        return Colours(torch.ones(1, 1))
    pixels = images.train_images if len(images.train_images) else images.test_images
    values = pixels[:COLOUR_SAMPLE].permute(1, 0, 2, 3).flatten(1).double()
    spreads, directions = torch.linalg.eigh(torch.cov(values))
    root = directions * spreads.clamp(min=0).sqrt()
    return Colours((root / root.norm(dim=1).max()).float())
