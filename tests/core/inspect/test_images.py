from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.datasets import load_dataset
from core.inspect.images import find_picture
from core.inspect.uploads import MAX_BYTES


@pytest.fixture(scope="module")
def grey():
    """Fashion-MNIST mini, 28 x 28."""
    return load_dataset("fashion-mnist-mini")


@pytest.fixture(scope="module")
def coloured(grey):
    """The same in three channels of 32 x 32, as CIFAR-10 has."""
    return replace(grey, test_images=torch.zeros(5, 3, 32, 32, dtype=torch.uint8))


def encoded(pixels: np.ndarray, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def halves(height: int, width: int) -> np.ndarray:
    """The left half red, the right half blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    return pixels


def test_a_place_gives_that_test_image_and_its_class(grey):
    pixels, label = find_picture(grey, 7)
    assert torch.equal(pixels, grey.test_images[7:8])
    assert label == grey.class_names[grey.test_labels[7]]


@pytest.mark.parametrize(("index", "nearest"), [(-1, 0), (2000, 1999)])
def test_a_place_that_is_not_there_is_answered_with_the_nearest(grey, index, nearest):
    with pytest.raises(ValueError, match=f"0 to 1,999; the nearest is {nearest}$"):
        find_picture(grey, index)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_a_picture_gets_the_size_and_the_channels_of_the_data_set(grey, coloured, kind):
    content = encoded(halves(60, 90), kind)
    assert find_picture(grey, content).pixels.shape == (1, 1, 28, 28)
    assert find_picture(coloured, content).pixels.shape == (1, 3, 32, 32)
    assert find_picture(grey, content).pixels.dtype == torch.uint8


def test_an_upload_has_no_label(grey):
    assert find_picture(grey, encoded(halves(28, 28))).label is None


def test_the_middle_square_of_a_picture_is_seen(coloured):
    wide = np.zeros((32, 96, 3), np.uint8)
    wide[:, 32:64] = halves(32, 32)
    pixels = find_picture(coloured, encoded(wide)).pixels
    assert torch.equal(pixels[0], torch.from_numpy(halves(32, 32).transpose(2, 0, 1).copy()))


def test_a_grey_picture_of_the_right_size_stays_as_it_is(grey):
    pixels = np.arange(784, dtype=np.uint8).reshape(28, 28)
    assert torch.equal(find_picture(grey, encoded(pixels)).pixels[0, 0], torch.from_numpy(pixels))


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg></svg>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_told_in_a_sentence(grey, content):
    with pytest.raises(ValueError, match=r"^this file is no picture that can be read \(.+\)$"):
        find_picture(grey, content)


def test_half_a_picture_is_told_in_a_sentence(grey):
    content = encoded(np.random.default_rng(0).integers(0, 256, (99, 99, 3), np.uint8))
    with pytest.raises(ValueError, match="this file is no picture that can be read"):
        find_picture(grey, content[: len(content) // 2])


@pytest.mark.parametrize("side", [8_000, 14_000])  # Pillow itself refuses the larger one
def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(grey, side):
    content = encoded(np.zeros((side, side), bool), "PNG")
    assert len(content) < 100_000
    with pytest.raises(ValueError, match="more than 50 million pixels; make it smaller"):
        find_picture(grey, content)


def test_a_file_that_is_too_large_is_not_opened(grey):
    with pytest.raises(ValueError, match="has 9 MB; up to 8 MB are read"):
        find_picture(grey, bytes(MAX_BYTES + 1_000_000))
