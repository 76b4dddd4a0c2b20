"""Small images in lines, words below each: a click on one gives what it carries."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from dashboard import theme

COLUMNS = 8
SIDE, GAP = 112, 0.06  # pixels of an image in the picture; between images, in images
FOOT = 0.44  # height of the words, in images
WIDTH = 960  # pixels of the figure in a dialog on a page of 1280


class Picture(NamedTuple):
    """An image [H, W, C] of uint8, what a click gives, words below it and on hover."""

    pixels: np.ndarray
    hit: str
    caption: str
    about: str


def height_of(pictures: int) -> int:
    """Pixels of a figure whose images are square in a wide dialog."""
    return round(-(-pictures // COLUMNS) * (1 + FOOT) * WIDTH / COLUMNS) + 12


def image_gallery(pictures: Sequence[Picture], *, mode: theme.Mode = "light") -> theme.Figure:
    """One picture of all images, in lines of COLUMNS."""
    lines = -(-len(pictures) // COLUMNS)
    axis = {"fixedrange": True, "visible": False, "constrain": "domain"}
    height = lines * (1 + FOOT)
    layout = {
        "uirevision": "image-gallery",
        "dragmode": False,
        "font": {"size": 12},
        "images": [_picture(pictures, height)] if pictures else [],
        "xaxis": axis | {"range": [0, COLUMNS], "constraintoward": "left"},
        "yaxis": axis | {"range": [height or 1, 0], "scaleanchor": "x", "constraintoward": "top"},
    }
    alt = f"Test images, their class, and a mark a net: {_in_words(pictures)}."
    narrow = {"below": 480, "layout": {"font": {"size": 7}}}
    return theme.dress([_words(pictures), _marks(pictures)], layout, mode, alt=alt, narrow=narrow)


def _corner(place: int) -> tuple[float, float]:
    line, column = divmod(place, COLUMNS)
    return float(column), line * (1 + FOOT)


def _picture(pictures: Sequence[Picture], height: float) -> dict[str, Any]:
    """All images as one PNG in a data URI; the page shines through between them."""
    canvas = np.zeros((round(height * SIDE), COLUMNS * SIDE, 4), np.uint8)
    size = round((1 - GAP) * SIDE)
    for place, one in enumerate(pictures):
        left, top = (round(SIDE * value) for value in _corner(place))
        down, across = (np.arange(size) * pixels // size for pixels in one.pixels.shape[:2])
        tile = canvas[top : top + size, left : left + size]
        tile[:, :, :3] = one.pixels[down][:, across]
        tile[:, :, 3] = 255
    file = BytesIO()
    Image.fromarray(canvas).save(file, "PNG", compress_level=1)
    source = f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": COLUMNS, "sizey": height}
    return place | {"source": source, "sizing": "stretch", "layer": "below"}


def _words(pictures: Sequence[Picture]) -> dict[str, Any]:
    corners = [_corner(place) for place in range(len(pictures))]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [left + (1 - GAP) / 2 for left, _ in corners],
        "y": [top + 1 - GAP for _, top in corners],
        "text": [one.caption for one in pictures],
        "textposition": "bottom center",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "words",
    }


def _marks(pictures: Sequence[Picture]) -> dict[str, Any]:
    """Squares that cannot be seen: one on each image."""
    corners = [_corner(place) for place in range(len(pictures))]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [left + (1 - GAP) / 2 for left, _ in corners],
        "y": [top + (1 - GAP) / 2 for _, top in corners],
        "marker": {"symbol": "square", "size": round(0.85 * WIDTH / COLUMNS), "opacity": 0},
        "hovertext": [one.about for one in pictures],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [one.hit for one in pictures],
        "showlegend": False,
        "uid": "marks",
    }


def _in_words(pictures: Sequence[Picture]) -> str:
    return "; ".join(f"{one.hit}, {one.caption.replace('<br>', ' ')}" for one in pictures)
