"""Image files to one uint8 array: all of one size and one mode, whatever they came as."""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from core.data.source import Source

LARGEST_KEPT = 64  # px; square images up to this size stay as they are
RESIZED = 32  # px; all others, the size of CIFAR-10
BATCH = 500  # images between two reports
LARGE_FILE = 20_000  # bytes; below, Python takes longer than decoding and threads only hinder
HEADERS = 32  # images looked at to describe a folder
GREY_MODES = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I;16N")
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")

DECODING_ERRORS = (
    OSError,  # includes Pillow's UnidentifiedImageError
    EOFError,
    RuntimeError,  # an encrypted or exotic zip member
    SyntaxError,  # Pillow's word for a broken PNG
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    Image.DecompressionBombError,
)

Report = Callable[[str, float | None], None]


class Form(NamedTuple):
    """What all images of a set share: side in px, and `L` (grey) or `RGB`."""

    size: int
    mode: Literal["L", "RGB"]

    @property
    def channels(self) -> int:
        return 1 if self.mode == "L" else 3


def shared_form(one: Form, other: Form) -> Form:
    """The form for both: equal sizes stay, else 32 px; grey only if both are grey."""
    size = one.size if one.size == other.size else RESIZED
    return Form(size, one.mode if one.mode == other.mode else "RGB")


def sample_form(source: Source, names: Sequence[str], path: Path) -> Form:
    """The form after reading the headers of some 32 images, evenly spread; `decode` reads all."""
    chosen = names[:: max(1, len(names) // HEADERS)]
    return reduce(shared_form, (_read(source, path, name)[0] for name in chosen))


def decode(source: Source, names: Sequence[str], path: Path, report: Report) -> np.ndarray:
    """All images as uint8 [N, C, H, W], in the form that all of them share.

    Squares of one size up to 64 px keep it; else the middle square of each is resized to 32 px.
    A ValueError names a file that is no image.
    """
    form, _ = _read(source, path, names[0])
    bytes_each = np.mean([size for size, _ in source.stamps(list(names[:BATCH]))])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        run = pool.map if bytes_each > LARGE_FILE else map
        while True:  # three rounds at most: a round ends early where size or mode must widen
            images, widened = _decode_as(form, source, names, path, report, run)
            if widened == form:
                return images
            form = widened


def _decode_as(
    form: Form, source: Source, names: Sequence[str], path: Path, report: Report, run: Callable
) -> tuple[np.ndarray, Form]:
    images = np.empty((len(names), form.channels, form.size, form.size), np.uint8)
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        forms, pixels = zip(*run(partial(_read, source, path, form=form), batch), strict=True)
        widened = reduce(shared_form, forms, form)
        if widened != form:
            return images, widened
        images[start : start + len(batch)] = pixels
        done = start + len(batch)
        report(f"decoding {done:,} of {len(names):,} images", done / len(names))
    return images, form


def _read(
    source: Source, path: Path, name: str, form: Form | None = None
) -> tuple[Form, np.ndarray | None]:
    """The form of one image by itself and, with a form to take, its pixels [C, H, W]."""
    try:
        with source.open(name) as file, Image.open(file, formats=FORMATS) as image:
            return own_form(image), None if form is None else to_pixels(image, form)
    except DECODING_ERRORS as error:
        reason = str(error).partition("<")[0].strip() or type(error).__name__
        raise ValueError(f"{name} in {path} is no image that can be read ({reason})") from error


def own_form(image: Image.Image) -> Form:
    if image.mode in ("I", "F"):
        raise ValueError("pixels of 32 bits; 8 or 16 are the most")
    kept = image.width == image.height <= LARGEST_KEPT
    return Form(image.width if kept else RESIZED, "L" if image.mode in GREY_MODES else "RGB")


def to_pixels(image: Image.Image, form: Form) -> np.ndarray:
    image.draft(form.mode, (4 * form.size, 4 * form.size))  # a large JPEG decodes smaller
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):  # Pillow would clip what is over 255
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    square = image.convert(form.mode)
    if square.size != (form.size, form.size):
        square = ImageOps.fit(square, (form.size, form.size))
    pixels = np.asarray(square)
    return pixels[np.newaxis] if form.mode == "L" else pixels.transpose(2, 0, 1)
