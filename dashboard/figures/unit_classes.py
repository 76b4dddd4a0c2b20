"""What one channel answers to the images of each class, and which class needs it."""

from typing import Any

import numpy as np
import pandas as pd
from plotly.colors import make_colorscale, sequential

from dashboard import theme
from dashboard.figures.block_heatmap import matrix

ROW, FRAME = 26, 76  # pixels of a class, and of what stands around them


def height_of(classes: int) -> int:
    """Pixels of a figure with a row a class."""
    return classes * ROW + FRAME


def class_histogram(
    shares: np.ndarray,
    edges: np.ndarray,
    classes: list[str],
    *,
    answer: str,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A row a class: how many of its images get which answer.

    Args:
        shares: float [classes, bins], % of the class's images.
        edges: float [bins + 1], of the answers.
        classes: names, from top to bottom.
        answer: what the answer is, on the axis.
    """
    trace = {
        "type": "heatmap",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": classes,
        "z": matrix(shares, "f4"),
        "zmin": 0,
        "colorscale": make_colorscale(sequential.Cividis),
        "colorbar": {
            "thickness": 10,
            "outlinewidth": 0,
            "ticks": "",
            "title": {"text": "% of<br>class", "font": {"size": 11}},
        },
        "hovertemplate": "%{y}: %{z:.0f} % of its images<br>answer about %{x:.3g}<extra></extra>",
        "uid": "histogram",
    }
    layout = {
        "uirevision": "class-histogram",
        "xaxis": {"title": {"text": answer}},
        "yaxis": _rows(classes) | {"showgrid": False},
    }
    return theme.dress([trace], layout, mode, alt=alt)


def removal_cost(
    table: pd.DataFrame, net: tuple[str, int], *, alt: str, mode: theme.Mode = "light"
) -> theme.Figure:
    """A row a class: its error with the channel (hollow) and without (filled).

    Args:
        table: columns class (name), before and after (error, %), from top to bottom.
        net: family and depth.
    """
    colour = theme.shade(*net, mode)
    classes = table["class"].tolist()
    layout = {
        "uirevision": "removal-cost",
        "margin": {"t": 30},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom"},
        "xaxis": {"title": {"text": "wrong answers (% of the class)"}, "rangemode": "tozero"},
        "yaxis": _rows(classes),
    }
    traces = [
        _between(table, colour),
        _marks(table, "before", "with the channel", "circle-open", theme.NEUTRAL),
        _marks(table, "after", "without it", "circle", colour),
    ]
    return theme.dress(traces, layout, mode, [net], alt=alt)


def _rows(classes: list[str]) -> dict[str, Any]:
    order = {"categoryorder": "array", "categoryarray": classes[::-1]}
    return {"type": "category", **order, "range": [-0.5, len(classes) - 0.5]}


def _marks(table: pd.DataFrame, column: str, name: str, symbol: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": table[column].to_numpy(),
        "y": table["class"].tolist(),
        "marker": {"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2}},
        "hovertemplate": f"%{{y}}, {name}: %{{x:.1f}} % wrong<extra></extra>",
        "uid": column,
    }


def _between(table: pd.DataFrame, colour: str) -> dict[str, Any]:
    """A line a class, from the one mark to the other."""
    gaps = np.full(len(table), np.nan)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.column_stack((table["before"], table["after"], gaps)).ravel(),
        "y": [name for name in table["class"] for _ in range(3)],
        "line": {"color": colour, "width": 3},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "between",
    }
