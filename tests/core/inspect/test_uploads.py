"""Pictures of all kinds, whole and broken, as people bring them."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import ResNet18_Weights

from core.chosen_image import Cropped
from core.data.augment import normalise
from core.data.datasets import load_dataset
from core.data.images import Form
from core.inspect.images import find_photo
from core.inspect.uploads import read_upload

COLOUR, GREY = Form(32, "RGB"), Form(28, "L")
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
ROTATED = 6  # EXIF: what is stored as left stands on top (Exif 2.32, tag 0x0112)


def halves(width: int = 96, height: int = 64) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels and has none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def corners(pixels: np.ndarray) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Colours of the upper left and the lower right pixel."""
    return tuple(map(int, pixels[:, 0, 0])), tuple(map(int, pixels[:, -1, -1]))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            png_header(20_000, 20_000),
            "the picture has more than 50 million pixels; make it smaller",
        ),
        (png_header(8_000, 8_000), "the picture has more than 50 million pixels; make it smaller"),
        (png_header(64, 64), "this file is no picture that can be read"),
        (encoded(halves(), "JPEG")[:-300], "this file is no picture that can be read"),
        (b"These are words, whatever their name says.", "this file is no picture that can be read"),
        (encoded(Image.new("I", (9, 9)), "TIFF"), "pixels of 32 bits; 8 or 16 are the most"),
        (bytes(8_500_001), "the picture's file has 9 MB; up to 8 MB are read"),
    ],
    ids=["20000 x 20000", "8000 x 8000", "no pixels", "half a JPEG", "text", "32 bits", "large"],
)
@pytest.mark.parametrize("form", [GREY, None], ids=["grey", "ImageNet"])
def test_what_cannot_be_read_is_told_in_a_sentence(content, sentence, form):
    with pytest.raises(ValueError, match=sentence) as caught:
        read_upload(content, form)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        encoded(halves(), "JPEG", quality=95),
        encoded(halves(), "GIF"),  # whatever its name says
        encoded(halves(), "WEBP", lossless=True, save_all=True, append_images=[halves()] * 2),
    ],
    ids=["JPEG", "GIF", "animated WebP"],
)
def test_the_middle_of_a_picture_of_any_kind_is_read(content):
    assert np.allclose(corners(read_upload(content, COLOUR)), [RED, BLUE], atol=12)
    assert read_upload(content, GREY).shape == (1, 28, 28)
    assert read_upload(content, None).shape == (3, 224, 224)


def test_one_pixel_fills_the_image():
    assert (read_upload(encoded(Image.new("RGB", (1, 1), RED)), COLOUR)[0] == 255).all()


def test_printers_colours_become_those_of_a_screen():
    cyan = encoded(Image.new("CMYK", (64, 64), (255, 0, 0, 0)), "JPEG", quality=95)
    assert np.allclose(corners(read_upload(cyan, COLOUR)), (0, 255, 255), atol=12)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_is_white(kind):
    image = halves().convert("RGBA")
    image.putalpha(0)
    image.paste((*RED, 255), (0, 0, 48, 64))
    options = {"lossless": True} if kind == "WEBP" else {}
    assert corners(read_upload(encoded(image, kind, **options), COLOUR)) == (RED, WHITE)


def test_a_transparent_colour_of_a_palette_is_white():
    image = Image.new("P", (32, 32), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (16, 0, 32, 32))
    content = encoded(image, transparency=1)
    assert corners(read_upload(content, COLOUR)) == (RED, WHITE)


@pytest.mark.parametrize("form", [GREY, COLOUR, None], ids=["grey", "colour", "ImageNet"])
def test_of_sixteen_bits_the_upper_eight_are_seen(form):
    deep = Image.fromarray(np.full((40, 40), 0x80FF, np.uint16))
    assert (read_upload(encoded(deep), form) == 0x80).all()


@pytest.mark.parametrize("form", [COLOUR, None], ids=["CIFAR", "ImageNet"])
def test_a_picture_stands_as_its_camera_was_held(form):
    exif = Image.Exif()
    exif[0x0112] = ROTATED
    pixels = read_upload(encoded(halves(64, 64), exif=exif), form)
    assert corners(pixels) == (RED, BLUE)
    assert tuple(pixels[:, 0, -1]) == RED  # red is above, not on the left


def test_a_square_is_cut_from_the_picture_as_it_stands():
    exif = Image.Exif()
    exif[0x0112] = ROTATED
    content = encoded(halves(64, 32), exif=exif)  # upright: 32 wide, red above row 32
    assert corners(read_upload(Cropped(content, 0, 0, 32), COLOUR)) == (RED, RED)
    assert corners(read_upload(Cropped(content, 0, 32, 32), COLOUR)) == (BLUE, BLUE)
    assert corners(read_upload(Cropped(content, 0, 16, 32), COLOUR)) == (RED, BLUE)


@pytest.mark.parametrize(
    ("square", "seen"),
    [((-500, -3, 16), (RED, RED)), ((900, 900, 16), (BLUE, BLUE)), ((0, 0, 10**9), (RED, BLUE))],
)
def test_a_square_that_sticks_out_is_moved_and_made_smaller(square, seen):
    content = encoded(halves(32, 32))
    assert corners(read_upload(Cropped(content, *square), COLOUR)) == seen


def test_a_picture_for_imagenet_is_prepared_as_torchvision_does():
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (300, 451, 3), np.uint8))
    prepare = ResNet18_Weights.IMAGENET1K_V1.transforms()
    pixels = torch.from_numpy(read_upload(encoded(image), None).copy())[None]
    found = normalise(pixels, torch.tensor(prepare.mean), torch.tensor(prepare.std))
    torch.testing.assert_close(found, prepare(image)[None], rtol=0, atol=1e-5)


def test_of_a_square_for_imagenet_nothing_is_cut_off():
    square = Cropped(encoded(halves(240, 240)), 8, 8, 224)
    expected = np.asarray(halves(240, 240).crop((8, 8, 232, 232))).transpose(2, 0, 1)
    assert np.array_equal(read_upload(square, None), expected)


def test_a_very_long_picture_is_not_blown_up():
    assert read_upload(encoded(Image.new("L", (1, 40_000))), None).shape == (3, 224, 224)


def test_a_grey_test_image_is_seen_by_a_net_for_imagenet():
    images = load_dataset("fashion-mnist-mini")
    pixels, label = find_photo(images, 7)
    assert pixels.shape == (1, 3, 224, 224)
    assert torch.equal(pixels[0, 0], pixels[0, 2])
    assert label == images.class_names[images.test_labels[7]]
