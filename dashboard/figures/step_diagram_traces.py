"""The kinds of traces that the step diagram is made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.step_diagram_shapes import outlines

Note = tuple[float, float, str]  # x, y, text
Trace = dict[str, Any]


def area(uid: str, shapes: Sequence[np.ndarray], colour: str, opacity: float = 1.0) -> Trace:
    """Filled outlines."""
    x, y = outlines(shapes)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": colour,
        "opacity": opacity,
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": uid,
    }


def frames(uid: str, shapes: Sequence[np.ndarray], fill: str, colour: str, width: float) -> Trace:
    """Outlines with a line around them."""
    return area(uid, shapes, fill) | {"line": {"width": width, "color": colour}}


def texts(uid: str, notes: Sequence[Note], position: str = "middle center") -> Trace:
    """Words at places; the font is the figure's, so that it shrinks on a narrow page."""
    return _points(uid, notes) | {
        "mode": "text",
        "textposition": position,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def sums(uid: str, places: Sequence[tuple[float, float]], mode: theme.Mode) -> Trace:
    """Circles with a plus where two ways come together."""
    marker = {
        "size": 12,
        "color": theme.BACKGROUND[mode],
        "line": {"width": 1, "color": theme.NEUTRAL},
    }
    points = _points(uid, [(*place, "+") for place in places])
    return points | {"mode": "markers+text", "marker": marker, "hoverinfo": "skip"}


def arrows(uid: str, places: Sequence[tuple[float, float]], symbol: str, mode: theme.Mode) -> Trace:
    """Triangles on ribbons."""
    marker = {
        "symbol": symbol,
        "size": 7,
        "color": theme.BACKGROUND[mode],
        "line": {"width": 1, "color": theme.NEUTRAL},
    }
    points = _points(uid, [(*place, "") for place in places])
    return points | {"mode": "markers", "marker": marker, "hoverinfo": "skip"}


def told(uid: str, notes: Sequence[Note]) -> Trace:
    """Squares that cannot be seen, with words on hover."""
    points = _points(uid, notes)
    return points | {
        "mode": "markers",
        "marker": {"symbol": "square", "size": 26, "opacity": 0},
        "hovertext": points.pop("text"),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _points(uid: str, notes: Sequence[Note]) -> Trace:
    x, y, text = zip(*notes, strict=True) if notes else ((), (), ())
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "text": text,
        "showlegend": False,
        "uid": uid,
    }
