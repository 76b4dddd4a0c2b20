"""Rows of images as one picture, each row named at its left."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.image_sheet import as_uri, sheet

GAP = 2  # clear pixels between enlarged images
PIXELS = 84  # at least, of an enlarged image
ROW_PIXELS, FRAME_PIXELS = 56, 20


class ImageRow(NamedTuple):
    """Images of one kind.

    Attributes:
        label: at the left; <br> breaks the line.
        images: uint8 [M, h, w, C]; may be none.
        words: of each image, on hover.
        places: of each image; what a click gives.
    """

    label: str
    images: np.ndarray
    words: Sequence[str]
    places: Sequence[int]


def height_of(rows: int) -> int:
    """Pixels of a figure with so many rows."""
    return rows * ROW_PIXELS + FRAME_PIXELS


def image_rows(
    rows: Sequence[ImageRow],
    columns: int,
    *,
    narrow_columns: int,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """All images equally large, with hard pixels, at most `columns` a row; fewer on a phone."""
    axis = {"fixedrange": True, "showgrid": False, "showline": False, "constrain": "domain"}
    layout = {
        "uirevision": "image-rows",
        "dragmode": False,
        "images": [_picture(row, top, columns) for top, row in enumerate(rows) if row.words],
        "xaxis": axis | {"range": [0, columns], "showticklabels": False, "constraintoward": "left"},
        "yaxis": axis
        | {
            "range": [len(rows), 0],
            "scaleanchor": "x",
            "constraintoward": "top",
            "tickvals": [top + 0.5 for top in range(len(rows))],
            "ticktext": [row.label for row in rows],
        },
    }
    small = {"xaxis": {"range": [0, narrow_columns]}, "yaxis": {"tickfont": {"size": 10}}}
    narrow = {"below": 430, "layout": small}
    return theme.dress([_marks(rows, columns)], layout, mode, alt=alt, narrow=narrow)


def _picture(row: ImageRow, top: int, columns: int) -> dict[str, Any]:
    images = row.images[:columns]
    times = -(-PIXELS // images.shape[1])
    picture = as_uri(sheet(images, len(images), gap=GAP, times=times))
    place = {"xref": "x", "yref": "y", "x": 0, "y": top, "sizex": len(images), "sizey": 1}
    return place | {"source": picture, "sizing": "stretch", "layer": "below"}


def _marks(rows: Sequence[ImageRow], columns: int) -> dict[str, Any]:
    """Squares that cannot be seen, one on each image: they tell and can be hit."""
    shown = [
        (place + 0.5, top + 0.5, row.words[place], row.places[place])
        for top, row in enumerate(rows)
        for place in range(min(columns, len(row.words)))
    ]
    x, y, words, places = (list(part) for part in zip(*shown, strict=True)) if shown else [[]] * 4
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {"symbol": "square", "size": 0.8 * ROW_PIXELS, "opacity": 0},
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": places,
        "showlegend": False,
        "uid": "marks",
    }
