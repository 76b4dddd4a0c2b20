"""Many images as one picture."""

import io
import math
from base64 import b64encode
from typing import Any

import numpy as np
from PIL import Image

SPRITE_PIXELS = 48
QUALITY = 60  # of a JPEG, 0 to 100


def sheet(images: np.ndarray, columns: int, *, gap: int = 0, times: int = 1) -> np.ndarray:
    """Images uint8 [N, h, w, C] side by side, row by row: uint8 [H, W, C + 1], clear in between.

    Args:
        gap: clear pixels right of and below each.
        times: each pixel becomes a square of so many a side.
    """
    images = images.repeat(times, 1).repeat(times, 2)
    opaque = np.full((*images.shape[:3], 1), 255, np.uint8)
    tiles = np.concatenate([images, opaque], 3)
    lines = -(-len(images) // columns)
    missing = lines * columns - len(images)
    tiles = np.pad(tiles, ((0, missing), (0, gap), (0, gap), (0, 0)))
    _, height, width, channels = tiles.shape
    grid = tiles.reshape(lines, columns, height, width, channels).swapaxes(1, 2)
    return grid.reshape(lines * height, columns * width, channels)


def as_uri(picture: np.ndarray) -> str:
    """A picture uint8 [H, W, 2 or 4] (grey or colours, and opacity) as a data URI, PNG."""
    return _uri(Image.fromarray(picture), "png", compress_level=6)


def sprites(images: np.ndarray) -> dict[str, Any]:
    """What `theme.dress` takes as `sprites`: the live plot shows the image of the point hovered.

    A JPEG, half as large as a PNG; of images above some 48 pixels a side every k-th pixel.

    Args:
        images: uint8 [N, h, w, C], one a point of the figure's traces that tell on hover.
    """
    every = max(1, images.shape[1] // SPRITE_PIXELS)
    small = images[:, ::every, ::every]
    columns = math.ceil(math.sqrt(len(small)))
    picture = sheet(small, columns)
    without_opacity = Image.fromarray(picture).convert("L" if picture.shape[2] == 2 else "RGB")
    source = _uri(without_opacity, "jpeg", quality=QUALITY)
    return {"source": source, "columns": columns, "rows": -(-len(small) // columns)}


def _uri(image: Image.Image, form: str, **options: int) -> str:
    file = io.BytesIO()
    image.save(file, form, **options)
    return f"data:image/{form};base64,{b64encode(file.getvalue()).decode()}"
