"""Which classes a net takes for which: a square for every pair of classes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from plotly.colors import diverging, make_colorscale, sequential

from dashboard import theme
from dashboard.figures.block_heatmap import matrix

MOST_WRITTEN = 12  # classes up to which the numbers stand in the squares
LEAST_WRITTEN = 9.5  # points of difference; all are in the hover
MOST_NAMED = 24  # classes up to which all names stand at the axes
SAYS = "true class %{y}, the net says %{x}"


def confusion(
    shares: np.ndarray, class_names: Sequence[str], name: str, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """A heatmap from 0 to 100 %, a row a true class, a column a guess; right on the diagonal.

    A square's `customdata` is its number, row by row.

    Args:
        shares: float [K, K], % of the true class's images; a row of NaN stays blank.
        name: of the net on screen.
    """
    cells = {
        **_cells(shares, class_names),
        "zmin": 0,
        "zmax": 100,
        "colorscale": make_colorscale(sequential.Cividis),
        "colorbar": _colour_bar([0, 50, 100], ["0 %", "50", "100"]),
        "hovertemplate": f"<b>{name}</b><br>{SAYS}:<br>%{{z:.1f}} % of the class<extra></extra>",
        "text": _written(shares, 0.5),
    }
    right = np.diagonal(shares)
    alt = f"Confusion of {name}: there is none to show."
    if np.isfinite(right).any():
        worst, best = int(np.nanargmin(right)), int(np.nanargmax(right))
        alt = (
            f"Confusion of {name}: right on {right[worst]:.0f} % of {class_names[worst]}, its"
            f" worst class, and {right[best]:.0f} % of {class_names[best]}, its best."
        )
    return theme.dress([cells], _layout("confusion", class_names), mode, alt=alt)


def confusion_difference(
    shares: np.ndarray,
    others: np.ndarray,
    class_names: Sequence[str],
    names: tuple[str, str],
    *,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """The second net's shares less the first's, in points: red where the second says it more.

    Args:
        shares: of the first net, as for `confusion`; so `others` of the second.
    """
    more = others - shares
    known = np.abs(more[np.isfinite(more)])
    reach = max(float(known.max()) if len(known) else 0.0, 1.0)
    cells = {
        **_cells(more, class_names),
        "zmin": -reach,
        "zmax": reach,
        "colorscale": make_colorscale(diverging.RdBu_r),
        "colorbar": _colour_bar([-reach, 0, reach], [f"−{reach:.0f}", "0", f"+{reach:.0f}"]),
        "hovertemplate": f"{SAYS}:<br>{names[1]} %{{z:+.1f}} points<extra></extra>",
        "text": _written(more, LEAST_WRITTEN),
        "textfont": {"size": 9},
    }
    gained = int((np.diagonal(more) > 0).sum())
    alt = (
        f"Confusion of {names[1]} less that of {names[0]}, from {-reach:.0f} to {reach:.0f} points:"
        f" {names[1]} is right more often in {gained} of {len(class_names)} classes."
    )
    return theme.dress([cells], _layout("difference", class_names), mode, alt=alt)


def _cells(values: np.ndarray, class_names: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": list(class_names),
        "y": list(class_names),
        "z": matrix(values, "f4"),
        "customdata": matrix(np.arange(values.size).reshape(values.shape), "i4"),
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "uid": "cells",
    }


def _written(values: np.ndarray, least: float) -> list[list[str]]:
    """The numbers in the squares, but for those that are nearer to 0 than `least`."""
    if len(values) > MOST_WRITTEN:
        return []
    return [
        [f"{value:.0f}".replace("-", "−") if abs(value) > least else "" for value in row]
        for row in values.tolist()
    ]


def _layout(name: str, class_names: Sequence[str]) -> dict[str, Any]:
    every = 1 if len(class_names) <= MOST_NAMED else None
    axis = {
        "type": "category",
        "dtick": every,
        "tickfont": {"size": 11},
        "showgrid": False,
        "showline": False,
    }
    return {
        "uirevision": f"{name} {len(class_names)}",
        "margin": {"t": 4, "r": 16},
        "xaxis": axis | {"title": {"text": "what the net says"}, "tickangle": -60},
        "yaxis": axis | {"title": {"text": "true class"}, "autorange": "reversed"},
    }


def _colour_bar(values: list[float], words: list[str]) -> dict[str, Any]:
    return {
        "orientation": "h",
        "y": 1.0,
        "ypad": 4,
        "yanchor": "bottom",
        "thickness": 8,
        "outlinewidth": 0,
        "ticks": "",
        "tickvals": values,
        "ticktext": words,
    }
