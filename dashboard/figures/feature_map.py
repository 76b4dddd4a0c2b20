"""One feature map, large."""

from typing import Any

import numpy as np
from plotly.colors import diverging, make_colorscale, sequential

from dashboard import theme
from dashboard.figures.block_heatmap import matrix


def feature_map(
    numbers: np.ndarray,
    limits: tuple[float, float],
    *,
    signed: bool,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """Every number of a map as a square, with the scale of its block.

    Args:
        numbers: float32 [h, w].
        limits: values of the first and the last colour; with `signed` they lie about 0.
    """
    height, width = numbers.shape
    trace = {
        "type": "heatmap",
        "x": np.arange(width),
        "y": np.arange(height),
        "z": matrix(numbers, "f4"),
        "zmin": limits[0],
        "zmax": limits[1],
        "colorscale": make_colorscale(diverging.RdBu_r if signed else sequential.Cividis),
        "colorbar": {"thickness": 12, "outlinewidth": 0, "ticks": ""},
        "hovertemplate": "row %{y}, column %{x}: %{z:.3g}<extra></extra>",
        "uid": "map",
    }
    layout = {
        "uirevision": "feature-map",
        "xaxis": _axis(f"{width} columns", width) | {"constrain": "domain"},
        "yaxis": _axis(f"{height} rows", height)
        | {"autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
    }
    return theme.dress([trace], layout, mode, alt=alt)


def _axis(title: str, numbers: int) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "tickvals": [0, numbers - 1],
        "showgrid": False,
        "showline": False,
    }
