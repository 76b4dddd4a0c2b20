"""A data set in memory: all images as uint8 tensors, a batch is an index away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

CHUNK = 2000  # images summed at a time


@dataclass(frozen=True)
class ImageSet:
    """Images uint8 [N, C, H, W], labels int64 [N] that count `class_names`.

    `mean` and `std` are per channel over all training pixels, which count from 0 to 1.
    """

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    class_names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def to(self, device: torch.device | str) -> "ImageSet":
        """The same set with its tensors on `device`."""
        names = ("train_images", "train_labels", "test_images", "test_labels")
        return replace(self, **{name: getattr(self, name).to(device) for name in names})


def make_image_set(
    name: str, train: tuple[Any, Any], test: tuple[Any, Any], class_names: Sequence[str]
) -> ImageSet:
    """An ImageSet from two pairs of images [N, C, H, W] and labels [N], arrays or lists."""
    train_images, test_images = _uint8(train[0]), _uint8(test[0])
    mean, std = channel_statistics(train_images)
    return ImageSet(
        name=name,
        train_images=train_images,
        train_labels=_int64(train[1]),
        test_images=test_images,
        test_labels=_int64(test[1]),
        class_names=tuple(str(class_name) for class_name in class_names),
        mean=mean,
        std=std,
    )


def channel_statistics(images: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel of uint8 [N, C, H, W], from 0 to 1."""
    channels = images.shape[1]
    counts = torch.zeros(channels, 256, dtype=torch.int64)
    for chunk in images.split(CHUNK):
        for channel in range(channels):
            counts[channel] += torch.bincount(chunk[:, channel].reshape(-1), minlength=256)
    shares = counts.double() / counts.sum(1, keepdim=True)
    values = torch.arange(256, dtype=torch.float64) / 255
    mean = shares @ values
    variance = shares @ values**2 - mean**2
    return tuple(mean.tolist()), tuple(variance.clamp(min=0).sqrt().tolist())


def _uint8(images: Any) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(images, dtype=np.uint8))


def _int64(labels: Any) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int64))
