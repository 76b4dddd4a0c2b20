"""The first images of a batch, each with a line of words below it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.image_sheet import as_uri, sheet

COLUMNS = 4
FOOT, GAP = 0.26, 0.06  # heights of the words and of the space between images, in images
SHARPEST = 96  # pixels of an image in the picture, at least
WIDTH = 260  # pixels of the figure, at most, in its column on a page of 1280
NARROW = {"below": 260, "layout": {"font": {"size": 9}}}


def batch_height(images: int) -> int:
    """Pixels of a figure of WIDTH whose images are square."""
    return round(_lines(images) * (1 + FOOT) * WIDTH / COLUMNS) + 8


def batch_images(
    images: np.ndarray,
    captions: Sequence[str],
    about: Sequence[str],
    nets: Sequence[tuple[str, int]],
    *,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """Images equally large with hard pixels, in lines of COLUMNS.

    Args:
        images: uint8 [N, h, w, C].
        captions: below each, in the colours of `nets` (family and depth) or in none.
        about: on hover, one an image.
    """
    height = _lines(len(images)) * (1 + FOOT)
    axis = {"fixedrange": True, "visible": False, "constrain": "domain"}
    layout = {
        "uirevision": "batch-images",
        "dragmode": False,
        "font": {"size": 11},
        "margin": dict.fromkeys("lrtb", 4),
        "images": [_picture(image, place) for place, image in enumerate(images)],
        "xaxis": axis | {"range": [0, COLUMNS]},
        "yaxis": axis | {"range": [height, 0], "scaleanchor": "x", "constraintoward": "top"},
    }
    alt = f"The first {len(images)} images of the batch: {'; '.join(about)}."
    traces = [_captions(captions), _marks(about)]
    plain = alt.replace("<br>", ", ").replace("<b>", "").replace("</b>", "")
    return theme.dress(traces, layout, mode, nets, alt=plain, narrow=NARROW)


def _picture(image: np.ndarray, place: int) -> dict[str, Any]:
    """By itself: words stand between the lines."""
    times = max(1, -(-SHARPEST // image.shape[0]))
    left, top = _corner(place)
    return {
        "source": as_uri(sheet(image[None], 1, times=times)),
        "xref": "x",
        "yref": "y",
        "x": left + GAP / 2,
        "y": top,
        "sizex": 1 - GAP,
        "sizey": 1 - GAP,
        "layer": "below",
    }


def _captions(captions: Sequence[str]) -> dict[str, Any]:
    return _trace("captions", captions, 1 - GAP / 2 + FOOT / 2) | {
        "mode": "text",
        "text": list(captions),
        "hoverinfo": "skip",
    }


def _marks(about: Sequence[str]) -> dict[str, Any]:
    """Squares that cannot be seen: one on each image."""
    return _trace("marks", about, 0.5) | {
        "mode": "markers",
        "marker": {"symbol": "square", "size": WIDTH // COLUMNS - 8, "opacity": 0},
        "hovertext": list(about),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _trace(uid: str, words: Sequence[str], down: float) -> dict[str, Any]:
    corners = [_corner(place) for place in range(len(words))]
    return {
        "type": "scatter",
        "x": [left + 0.5 for left, _ in corners],
        "y": [top + down for _, top in corners],
        "showlegend": False,
        "uid": uid,
    }


def _corner(place: int) -> tuple[float, float]:
    line, column = divmod(place, COLUMNS)
    return float(column), line * (1 + FOOT)


def _lines(images: int) -> int:
    return max(1, -(-images // COLUMNS))
