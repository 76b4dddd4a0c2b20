"""One image for a net: of the test set, or a picture that somebody brought."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.functional import to_pil_image

from core.chosen_image import ChosenImage
from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.data.images import Form
from core.inspect.uploads import imagenet_pixels, read_upload

DATASETS = 2  # kept in memory: a side each


@lru_cache(maxsize=DATASETS)
def load_images(dataset: str) -> ImageSet:
    """A data set, kept for the next question."""
    return load_dataset(dataset)


class Picture(NamedTuple):
    """uint8 [1, C, H, W], and the name of its class; None where nobody has told it."""

    pixels: Tensor
    label: str | None


def find_picture(images: ImageSet, image: ChosenImage) -> Picture:
    """An image of the size and the channels of a data set's.

    Args:
        images: the data set.
        image: a place in its test images, the content of a picture file, or a square of one.

    Raises:
        ValueError: no such place, or a file that is no picture; one sentence.
    """
    if isinstance(image, int):
        return _of_test(images, image)
    _, channels, _, size = images.test_images.shape
    form = Form(size, "L" if channels == 1 else "RGB")
    return _unknown(read_upload(image, form))


def find_photo(images: ImageSet, image: ChosenImage) -> Picture:
    """An image as published nets for ImageNet take it, uint8 [1, 3, 224, 224].

    Args:
        images: whose test images are meant by a number; they are enlarged, grey ones to colour.
        image: as for `find_picture`; so are the errors.
    """
    if not isinstance(image, int):
        return _unknown(read_upload(image, None))
    pixels, label = _of_test(images, image)
    enlarged = imagenet_pixels(to_pil_image(pixels[0]), whole=True)
    return Picture(_unknown(enlarged).pixels, label)


def pictures(dataset: str, places: tuple[int, ...], split: str = "test") -> np.ndarray:
    """Images of a data set, uint8 [N, H, W, C].

    Args:
        places: in its `split`, test or train.
    """
    images = load_images(dataset)
    chosen = images.test_images if split == "test" else images.train_images
    return chosen[list(places)].permute(0, 2, 3, 1).contiguous().numpy()


def _of_test(images: ImageSet, index: int) -> Picture:
    last = len(images.test_labels) - 1
    if not 0 <= index <= last:
        nearest = min(max(index, 0), last)
        raise ValueError(
            f"there is no test image {index} in {images.name}, they are 0 to {last:,};"
            f" the nearest is {nearest}"
        )
    label = images.class_names[int(images.test_labels[index])]
    return Picture(images.test_images[index : index + 1], label)


def _unknown(pixels: np.ndarray) -> Picture:
    return Picture(torch.from_numpy(pixels.copy())[None], None)
