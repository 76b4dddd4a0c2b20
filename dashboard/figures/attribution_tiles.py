"""The tiles of a grid of maps, and the pixels that they become."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import Image

FINEST, COARSEST = 64, 32  # pixels of a map, a side, as it travels to the browser
GAP = 1 / 16  # between maps, in widths of a map


class Tile(NamedTuple):
    """One map.

    Attributes:
        numbers: float32 [h, w]; what is no number stays clear.
        limit: value of the last colour; the first is as far below 0.
        about: in words and numbers, on hover.
    """

    numbers: np.ndarray
    limit: float
    about: str


class Column(NamedTuple):
    """A net: its name, its family and depth, the image as it takes it (uint8 [H, W, C])."""

    name: str
    family: str
    depth: int
    image: np.ndarray


Row = tuple[str, Sequence[Tile | None]]  # label, a tile a net that has one


def tiles_of(rows: Sequence[Row]) -> Iterator[tuple[int, int, Tile]]:
    """Row, column and tile, of all that there are."""
    for row, (_, tiles) in enumerate(rows):
        for column, tile in enumerate(tiles):
            if tile is not None:
                yield row, column, tile


def paint(rows: Sequence[Row], columns: int) -> np.ndarray:
    """All maps, float32 [height, width] in shares of their limits; what is no map is no number."""
    found = list(tiles_of(rows))
    largest = min(max(max(tile.numbers.shape) for _, _, tile in found), FINEST)
    side = largest * -(-COARSEST // largest)  # so that each of its numbers gets equally many
    pitch = side + round(GAP * side)
    canvas = np.full((len(rows) * pitch, columns * pitch), np.nan, np.float32)
    for row, column, tile in found:
        down, across = (np.arange(side) * size // side for size in tile.numbers.shape)
        share = tile.numbers[down][:, across] / (tile.limit or 1.0)
        top, left = row * pitch, column * pitch
        canvas[top : top + side, left : left + side] = np.clip(share, -1, 1)
    return canvas


def enlarged(image: np.ndarray, least: int) -> str:
    """A data URI of the image, uint8 [H, W, C], at least so large, its pixels with hard edges."""
    times = -(-least // max(image.shape[:2]))
    large = image.repeat(times, 0).repeat(times, 1)
    file = BytesIO()
    Image.fromarray(large.squeeze()).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
