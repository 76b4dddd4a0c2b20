"""Maps of what nets look at as one picture: a row a method or a stage, a column a net."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from plotly.colors import diverging, make_colorscale

from dashboard import theme
from dashboard.figures.attribution_tiles import (
    GAP,
    Column,
    Row,
    enlarged,
    paint,
    tiles_of,
)
from dashboard.figures.block_heatmap import matrix
from dashboard.figures.end_labels import sentence

EMPTY = "There is no map yet"
TILE_PIXELS, FRAME_PIXELS = 92, 74  # of a map on the page; of headings and colour bar
BAR = ("lowers the class", "0", "raises it")


def height_of(rows: int) -> int:
    """Pixels of a figure of so many rows of maps, and one of images."""
    return FRAME_PIXELS + (rows + 1) * TILE_PIXELS


def attribution_grid(
    rows: Sequence[Row], columns: Sequence[Column], *, alt: str, mode: theme.Mode = "light"
) -> theme.Figure:
    """The image above each net's maps; red raises the class, blue lowers it, white does neither.

    Args:
        alt: what is seen, in words.
    """
    drawn = bool(rows and columns)
    layout = {
        "uirevision": f"attribution {len(rows)} x {len(columns)}",
        "dragmode": False,
        "margin": {"t": 28, "b": 36},
        "images": [_picture(column.image, place) for place, column in enumerate(columns)],
        "annotations": [_heading(*one, mode) for one in enumerate(columns)]
        if drawn
        else [sentence(EMPTY)],
        "xaxis": _axis([0, max(len(columns), 1)])
        | {"visible": False, "constrain": "domain", "constraintoward": "left"},
        "yaxis": row_axis([label for label, _ in rows])
        | {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"},
    }
    traces = [_maps(rows, len(columns)), _marks(rows)] if drawn else []
    nets = [(column.family, column.depth) for column in columns]
    return theme.dress(traces, layout, mode, nets, alt=alt)


def row_axis(labels: Sequence[str]) -> dict[str, Any]:
    """Rows from the top, the images' above them; so two figures beside each other are aligned."""
    return _axis([len(labels), -1]) | {
        "tickvals": [row - 0.5 for row in range(len(labels) + 1)],
        "ticktext": ["image", *labels],
        "tickfont": {"size": 12},
        "ticklabelstandoff": 6,
    }


def _axis(reach: list[float]) -> dict[str, Any]:
    return {"range": reach, "fixedrange": True, "showgrid": False, "showline": False}


def _maps(rows: Sequence[Row], columns: int) -> dict[str, Any]:
    """One heatmap of all, from -1 to 1 in shares of each map's limit."""
    canvas = paint(rows, columns)
    height, width = canvas.shape
    return {
        "type": "heatmap",
        "x": (np.arange(width) + 0.5) * columns / width,
        "y": (np.arange(height) + 0.5) * len(rows) / height,
        "z": matrix(canvas, "f4"),
        "zmin": -1,
        "zmax": 1,
        "colorscale": make_colorscale(diverging.RdBu_r),
        "colorbar": _colour_bar(columns),
        "hoverinfo": "skip",
        "hoverongaps": False,
        "uid": "maps",
    }


def _colour_bar(columns: int) -> dict[str, Any]:
    return {
        "orientation": "h",
        "lenmode": "pixels",
        "len": max(columns, 2) * TILE_PIXELS,
        "x": 0,
        "xanchor": "left",
        "xpad": 0,
        "y": 0,
        "yanchor": "top",
        "ypad": 4,
        "thickness": 8,
        "outlinewidth": 0,
        "ticks": "",
        "tickvals": [-0.8, 0, 0.8],
        "ticktext": list(BAR),
    }


def _marks(rows: Sequence[Row]) -> dict[str, Any]:
    """Squares that cannot be seen: one on each map tells about it."""
    found = list(tiles_of(rows))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [column + 0.47 for _, column, _ in found],
        "y": [row + 0.47 for row, _, _ in found],
        "marker": {"symbol": "square", "size": 0.9 * TILE_PIXELS, "opacity": 0},
        "hovertext": [tile.about for _, _, tile in found],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
        "uid": "marks",
    }


def _heading(place: int, column: Column, mode: theme.Mode) -> dict[str, Any]:
    colour = theme.shade(column.family, column.depth, mode)
    where = {"x": place + 0.47, "y": 1.0, "yref": "paper", "yanchor": "bottom"}
    return where | {"text": f"<b>{column.name}</b>", "font": {"color": colour, "size": 12}}


def _picture(image: np.ndarray, column: int) -> dict[str, Any]:
    """The image above the maps of a net."""
    size = 1 / (1 + GAP)
    place = {"xref": "x", "yref": "y", "x": column, "y": -1, "sizex": size, "sizey": size}
    return {"source": enlarged(image, 2 * TILE_PIXELS)} | place
