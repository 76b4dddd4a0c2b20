"""One image for a net: of the test set, or a picture that somebody uploaded."""

from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.chosen_image import ChosenImage
from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.data.images import DECODING_ERRORS, FORMATS, Form, own_form, to_pixels

DATASETS = 2  # kept in memory: a side each
MAX_BYTES = 20_000_000  # of an uploaded file
MAX_PIXELS = (
    50_000_000  # of an uploaded picture, read off its header: some files unpack to gigabytes
)


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
        image: a place in its test images, or the content of a picture file.

    Raises:
        ValueError: no such place, or a file that is no picture; one sentence.
    """
    if isinstance(image, int):
        return _of_test(images, image)
    return _uploaded(images, image if isinstance(image, bytes) else image.content)


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


def _uploaded(images: ImageSet, content: bytes) -> Picture:
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"the picture's file has {len(content) / 1e6:.0f} MB; up to {MAX_BYTES / 1e6:.0f} MB"
            " are read"
        )
    _, channels, _, size = images.test_images.shape
    try:
        pixels = _decode(content, Form(size, "L" if channels == 1 else "RGB"))
    except DECODING_ERRORS as error:
        reason = str(error).partition("<")[0].strip() or type(error).__name__
        raise ValueError(f"this file is no picture that can be read ({reason})") from error
    return Picture(torch.from_numpy(np.array(pixels))[None], None)


def _decode(content: bytes, form: Form) -> np.ndarray:
    """The middle square, uint8 [C, H, W]."""
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(
                f"{image.width:,} x {image.height:,} pixels; up to {MAX_PIXELS / 1e6:.0f} million"
                " are read"
            )
        own_form(image)  # refuses pixels of 32 bits
        return to_pixels(image, form)
