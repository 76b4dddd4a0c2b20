"""Images in lines: each tells about itself, may have a frame inside, and can be hit."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.image_sheet import as_uri, sheet

SHARPEST, GAP = 96, 9  # pixels of an image in the picture, at least; between images
WIDTH = 300  # pixels

Box = tuple[int, int, int, int]  # top, left, bottom, right, in pixels; the last two behind it


class Tile(NamedTuple):
    """One image.

    Attributes:
        about: on hover.
        hit: what a click gives; None where a click does nothing.
        box: a part of the image that gets a frame; None for none.
    """

    about: str
    hit: str | None = None
    box: Box | None = None


def square(count: int) -> int:
    """Columns with which so many images make about a square."""
    return max(1, math.ceil(math.sqrt(count)))


def grid_height(count: int, columns: int) -> int:
    """Pixels of a figure whose images are square in a third of a page of 1280."""
    return round(WIDTH * -(-count // columns) / columns) + 8


def image_grid(
    images: np.ndarray,
    tiles: Sequence[Tile],
    columns: int,
    *,
    alt: str,
    net: tuple[str, int],
    lit: int | None = None,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """All images equally large, with hard pixels.

    Args:
        images: uint8 [N, h, w, C], one a tile.
        columns: images in a line.
        net: family and depth; frames have its colour.
        lit: place of the image with a frame around it.
    """
    colour = theme.shade(*net, mode)
    lines = max(1, -(-len(tiles) // columns))
    axis = {"fixedrange": True, "visible": False, "constrain": "domain"}
    layout = {
        "uirevision": "image-grid",
        "dragmode": False,
        "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
        "images": [_picture(images, columns, lines)] if len(images) else [],
        "shapes": [_frame(colour, *edges) for edges in _edges(images, tiles, columns, lit)],
        "xaxis": axis | {"range": [-0.03, columns], "constraintoward": "left"},
        "yaxis": axis | {"range": [lines, -0.03], "scaleanchor": "x", "constraintoward": "top"},
    }
    return theme.dress([_marks(tiles, columns)], layout, mode, [net], alt=alt)


def _picture(images: np.ndarray, columns: int, lines: int) -> dict[str, Any]:
    picture = sheet(images, columns, gap=GAP, times=_times(images))
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": columns, "sizey": lines}
    return place | {"source": as_uri(picture), "sizing": "stretch", "layer": "below"}


def _times(images: np.ndarray) -> int:
    return max(1, -(-SHARPEST // images.shape[1]))


def _filled(images: np.ndarray) -> float:
    """Share of a place that its image fills; the rest is the gap."""
    side = images.shape[1] * _times(images)
    return side / (side + GAP)


def _edges(
    images: np.ndarray, tiles: Sequence[Tile], columns: int, lit: int | None
) -> Iterator[tuple[float, float, float, float]]:
    """Left, right, top, bottom of every frame, in places."""
    height, width = images.shape[1:3]
    filled = _filled(images)
    for place, tile in enumerate(tiles):
        line, column = divmod(place, columns)
        whole = (0, 0, height, width) if place == lit else None
        for top, left, bottom, right in filter(None, (tile.box, whole)):
            across = (column + filled * edge / width for edge in (left, right))
            down = (line + filled * edge / height for edge in (top, bottom))
            yield *across, *down


def _frame(colour: str, left: float, right: float, top: float, bottom: float) -> dict[str, Any]:
    edges = {"x0": left, "x1": right, "y0": top, "y1": bottom}
    return {"type": "rect", **edges, "line": {"color": colour, "width": 2.5}}


def _marks(tiles: Sequence[Tile], columns: int) -> dict[str, Any]:
    """Squares that cannot be seen: one on each image."""
    places = [divmod(place, columns) for place in range(len(tiles))]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [column + 0.5 for _, column in places],
        "y": [line + 0.5 for line, _ in places],
        "marker": {"symbol": "square", "size": 300 // columns, "opacity": 0},
        "hovertext": [tile.about for tile in tiles],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [tile.hit for tile in tiles],
        "showlegend": False,
        "uid": "marks",
    }
