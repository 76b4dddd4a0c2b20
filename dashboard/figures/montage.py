"""Many feature maps as one picture, in which all are equally large."""

import io
from base64 import b64encode
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image
from plotly.colors import diverging, sample_colorscale, sequential

LEVELS = 127  # colours of each scale; both and the clear one share the palette of a picture
CLEAR = 255  # the page shines through
SMALLEST, LARGEST, GAP = 28, 64, 2  # pixels of a map in the picture, and between maps


class Strip(NamedTuple):
    """Some maps of one part of a block, side by side and, where they are many, in lines.

    Attributes:
        label: beside it.
        about: the part in words and numbers, on hover.
        address: of the block, 'stages.1.2'.
        part: 'output', 'branch', 'shortcut' or 'sum'.
        channels: int [M], of the maps.
        maps: float32 [M, h, w].
        limits: values of the first and the last colour.
        signed: the colours are centred on 0.
        histogram: counts [B] and edges [B + 1] of all numbers of the part.
        top: where it stands, in heights of a map from the figure's top.
    """

    label: str
    about: str
    address: str
    part: str
    channels: np.ndarray
    maps: np.ndarray
    limits: tuple[float, float]
    signed: bool
    histogram: tuple[np.ndarray, np.ndarray]
    top: float


def montage(strips: list[Strip], columns: int, rows: float) -> np.ndarray:
    """Places in the palette, uint8 [height, width]: every map as large as the others."""
    sides = [max(strip.maps.shape[1:]) for strip in strips]
    side = int(np.clip(max(sides, default=0), SMALLEST, LARGEST))
    pitch = side + GAP
    canvas = np.full((round(rows * pitch), columns * pitch), CLEAR, np.uint8)
    for strip in strips:
        down, across = (np.arange(side) * size // side for size in strip.maps.shape[1:])
        for place, tile in enumerate(_levels(strip)[:, down][:, :, across]):
            line, column = divmod(place, columns)
            top, left = round((strip.top + line) * pitch), column * pitch
            canvas[top : top + side, left : left + side] = tile
    return canvas


def as_png(levels: np.ndarray) -> str:
    """The picture as a data URI: places in the palette [height, width]."""
    image = Image.fromarray(levels)
    image.putpalette(_palette())
    file = io.BytesIO()
    image.save(file, "PNG", transparency=CLEAR, compress_level=1)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _levels(strip: Strip) -> np.ndarray:
    """Place in the palette of every number; what is no number stays clear."""
    low, high = strip.limits
    share = (strip.maps - low) / ((high - low) or 1.0)
    known = np.isfinite(share)
    levels = np.round(np.clip(np.where(known, share, 0), 0, 1) * (LEVELS - 1)) + (
        LEVELS if strip.signed else 0
    )
    return np.where(known, levels, CLEAR).astype(np.uint8)


@cache
def _palette() -> list[int]:
    """Red, green, blue of 256 colours: the one scale, the other, and what is clear."""
    scales = (sequential.Cividis, diverging.RdBu_r)
    places = np.linspace(0, 1, LEVELS).tolist()
    colours = [sample_colorscale(scale, places, colortype="tuple") for scale in scales]
    unused = np.zeros((256 - 2 * LEVELS, 3))
    palette = np.concatenate([*(255 * np.array(scale) for scale in colours), unused])
    return palette.round().astype(int).ravel().tolist()
