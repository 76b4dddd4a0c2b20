"""A map laid over its image: stretched to the image's size, coloured, and written as a PNG."""

from io import BytesIO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

LARGE = 448  # px: a smaller picture is enlarged, by a whole number, to about this side

# RdBu of Cynthia Brewer's ColorBrewer (Apache License 2.0), from the lowest to the highest value
BLUE_TO_RED = np.array(
    [
        (5, 48, 97),
        (33, 102, 172),
        (67, 147, 195),
        (146, 197, 222),
        (209, 229, 240),
        (247, 247, 247),
        (253, 219, 199),
        (244, 165, 130),
        (214, 96, 77),
        (178, 24, 43),
        (103, 0, 31),
    ]
)


def stretch(grid: Tensor, height: int, width: int) -> Tensor:
    """A map [h, w] at the image's size [H, W], bilinear between the middles of its cells."""
    size = (height, width)
    return F.interpolate(grid[None, None], size, mode="bilinear", align_corners=False)[0, 0]


def stretched(grid: np.ndarray, height: int, width: int) -> np.ndarray:
    """The same of an array, float32."""
    return stretch(torch.from_numpy(grid), height, width).numpy()


def overlay_png(
    image: np.ndarray, overlay: np.ndarray, opacity: float = 0.6, limit: float | None = None
) -> bytes:
    """A PNG of the image under its signed map: red raises the class, blue lowers it.

    The image is grey: all colour is the map's.

    Args:
        image: uint8 [H, W, C], grey or colour.
        overlay: [H, W], in any unit.
        opacity: of the map, 0 to 1.
        limit: the value, above 0, of the darkest red and, negative, of the darkest blue; None
            takes the map's own largest size.
    """
    mixed = (1 - opacity) * image.mean(2, keepdims=True) + opacity * signed_colours(overlay, limit)
    picture = Image.fromarray(np.round(mixed).astype(np.uint8))
    times = max(1, LARGE // max(picture.size))
    large = picture.resize(
        (times * picture.width, times * picture.height), Image.Resampling.NEAREST
    )
    file = BytesIO()
    large.save(file, "PNG")
    return file.getvalue()


def signed_colours(overlay: np.ndarray, limit: float | None = None) -> np.ndarray:
    """float [H, W, 3], 0 to 255: white at 0, red above, blue below; see `overlay_png`."""
    largest = limit or float(np.abs(overlay).max()) or 1.0
    places = np.linspace(-largest, largest, len(BLUE_TO_RED))
    return np.stack([np.interp(overlay, places, channel) for channel in BLUE_TO_RED.T], axis=-1)
