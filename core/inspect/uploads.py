"""A picture file that somebody brought: decoded within limits, in the form that a net takes."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps
from torchvision.transforms import CenterCrop, Resize

from core.chosen_image import Cropped
from core.data.images import DECODING_ERRORS, FORMATS, Form, own_form, to_pixels

MAX_BYTES = 8_000_000  # of a file
MAX_PIXELS = 50_000_000  # of a picture, read off its header: some small files unpack to gigabytes
KEPT = 4  # pictures, ready for the next question
SHORTER, CUT = 256, 224  # px: torchvision's images for ImageNet are resized, then cut
LONGEST = 4  # times the shorter side: what sticks out more is cut off before anything is resized


@lru_cache(maxsize=KEPT)
def read_upload(image: bytes | Cropped, form: Form | None) -> np.ndarray:
    """The middle square of a picture file, or the one that was chosen; uint8 [C, H, W].

    Of several frames it is the first; what is transparent is white.

    Args:
        form: size and channels; None is for ImageNet, as `imagenet_pixels` has them.

    Raises:
        ValueError: no picture, or one that is too large; one sentence.
    """
    content = image.content if isinstance(image, Cropped) else image
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"the picture's file has {len(content) / 1e6:.0f} MB; up to {MAX_BYTES / 1e6:.0f} MB"
            " are read"
        )
    try:
        return _decode(content, image if isinstance(image, Cropped) else None, form)
    except Image.DecompressionBombError as error:
        most = f"{MAX_PIXELS / 1e6:.0f} million"
        raise ValueError(f"the picture has more than {most} pixels; make it smaller") from error
    except DECODING_ERRORS as error:
        reason = str(error).partition("<")[0].strip() or type(error).__name__
        raise ValueError(f"this file is no picture that can be read ({reason})") from error


def imagenet_pixels(image: Image.Image, *, whole: bool) -> np.ndarray:
    """uint8 [3, 224, 224] as torchvision's ResNets and VGGs for ImageNet take them.

    Args:
        whole: the shorter side is resized to 256 pixels, of which the middle 224 are cut; else
            nothing is cut: of a square that somebody chose all is seen.
    """
    shorter = min(image.size)
    middle = CenterCrop([min(side, LONGEST * shorter) for side in image.size[::-1]])(image)
    small = Resize(SHORTER if whole else CUT)(middle.convert("RGB"))
    return np.asarray(CenterCrop(CUT)(small)).transpose(2, 0, 1)


def _decode(content: bytes, square: Cropped | None, form: Form | None) -> np.ndarray:
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        own_form(image)  # refuses pixels of 32 bits
        seen = image if square is None else _cut(ImageOps.exif_transpose(image), square)
        if form is None:
            return imagenet_pixels(_opaque(ImageOps.exif_transpose(seen)), whole=square is None)
        return to_pixels(_opaque(seen), form)


def _cut(upright: Image.Image, square: Cropped) -> Image.Image:
    """The square, moved and made smaller where it sticks out."""
    side = min(max(square.side, 1), *upright.size)
    left, top = (
        min(max(start, 0), length - side)
        for start, length in zip((square.left, square.top), upright.size, strict=True)
    )
    return upright.crop((left, top, left + side, top + side))


def _opaque(image: Image.Image) -> Image.Image:
    """On white where it is transparent, and with 8 bits a pixel: Pillow would clip 16."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if not image.has_transparency_data:
        return image
    coloured = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(coloured, mask=coloured)
    white.info = image.info  # its orientation
    return white
