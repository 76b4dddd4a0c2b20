"""Signed maps as tiles of one picture: each at its true grid, white at 0, red above, blue below."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.montage import CLEAR, LEVELS, as_png

SIDE = 112  # pixels of a tile in the picture: whole cells of 28, 14, 7, 4, 16 and 8
SHOWN = 0.94  # of a tile's pitch; the rest is the gap to the next
NOTHING = "no region raises this class"


class Tile(NamedTuple):
    """A map, and where it stands.

    Attributes:
        numbers: float32 [h, w]; what is no number stays clear.
        limit: value of the darkest red; the darkest blue is as far below 0.
        left, top: in tiles, from the figure's upper left corner.
        about: in words and numbers, on hover.
        hit: what a click on it gives.
    """

    numbers: np.ndarray
    limit: float
    left: float
    top: float
    about: str
    hit: str

    @property
    def is_empty(self) -> bool:
        """No region raises the class."""
        return not (self.numbers > 0).any()


def tile_picture(tiles: Sequence[Tile], columns: float, rows: float) -> dict[str, Any]:
    """Plotly's layout image of all tiles, in coordinates of x from 0 and y from 0 downwards."""
    canvas = np.full((round(rows * SIDE), round(columns * SIDE)), CLEAR, np.uint8)
    side = round(SHOWN * SIDE)
    for tile in tiles:
        top, left = round(tile.top * SIDE), round(tile.left * SIDE)
        down, across = (np.arange(side) * size // side for size in tile.numbers.shape)
        canvas[top : top + side, left : left + side] = _levels(tile)[down][:, across]
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": columns, "sizey": rows}
    return {"source": as_png(canvas), "sizing": "stretch", "layer": "below"} | place


def tile_marks(tiles: Sequence[Tile], pixels: float) -> dict[str, Any]:
    """Squares that cannot be seen: one on each tile, that tells about it and can be hit.

    Args:
        pixels: of a tile on the page.
    """
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [tile.left + SHOWN / 2 for tile in tiles],
        "y": [tile.top + SHOWN / 2 for tile in tiles],
        "marker": {"symbol": "square", "size": round(0.85 * pixels), "opacity": 0},
        "hovertext": [tile.about for tile in tiles],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [tile.hit for tile in tiles],
        "showlegend": False,
        "uid": "marks",
    }


def empty_words(tiles: Sequence[Tile]) -> dict[str, Any]:
    """'none' on the tiles without a region that raises the class."""
    empty = [tile for tile in tiles if tile.is_empty]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [tile.left + SHOWN / 2 for tile in empty],
        "y": [tile.top + SHOWN / 2 for tile in empty],
        "text": ["<b>none</b>"] * len(empty),
        "textfont": {"color": "#000000"},  # tiles are white at 0, on dark pages as well
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "empty",
    }


def frame(
    left: float, top: float, family: str, mode: theme.Mode, *, rows: float = 1.0
) -> dict[str, Any]:
    """A frame in the family's colour around a tile, or around some below each other."""
    edge = (1 - SHOWN) / 2
    return {
        "type": "rect",
        "x0": left - edge,
        "x1": left + SHOWN + edge,
        "y0": top - edge,
        "y1": top + rows - edge,
        "line": {"color": theme.family_colour(family, mode), "width": 3},
    }


def tile_axes(columns: float, rows: float) -> dict[str, Any]:
    """Square tiles from the upper left corner, without lines, words and zoom."""
    axis = {"fixedrange": True, "showgrid": False, "showline": False, "constrain": "domain"}
    edge = 1 - SHOWN
    across = {"range": [-edge, columns], "showticklabels": False, "constraintoward": "left"}
    down = {"range": [rows, -edge], "showticklabels": False, "constraintoward": "top"}
    return {"xaxis": axis | across, "yaxis": axis | down | {"scaleanchor": "x"}}


def _levels(tile: Tile) -> np.ndarray:
    """Place in the palette of every number, on the scale that is centred on 0."""
    share = tile.numbers / (tile.limit or 1.0)
    known = np.isfinite(share)
    place = np.clip(np.where(known, share, 0), -1, 1) * 0.5 + 0.5
    return np.where(known, LEVELS + np.round(place * (LEVELS - 1)), CLEAR).astype(np.uint8)
