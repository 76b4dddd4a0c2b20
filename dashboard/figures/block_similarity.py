"""How alike the outputs of blocks are: a square for every pair of blocks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from plotly.colors import make_colorscale, sequential

from dashboard import theme
from dashboard.figures.block_heatmap import matrix, rows
from dashboard.figures.places import spans


def block_similarity(
    cka: np.ndarray,
    places: Sequence[str],
    others: Sequence[str],
    names: tuple[str, str],
    *,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A heatmap of two nets' blocks, input at the lower left; lines part the stages.

    Args:
        cka: float32 [A, B], 0 to 1; NaN is left blank.
        places: addresses of the blocks of the first net, input to output.
        others: of the second.
        names: of the nets on screen.
    """
    upwards, across = rows(tuple(places)), rows(tuple(others))
    trace = {
        "type": "heatmap",
        "x": across,
        "y": upwards,
        "z": matrix(cka, "f4"),
        "zmin": 0,
        "zmax": 1,
        "colorscale": make_colorscale(sequential.Cividis),
        "colorbar": _colour_bar(),
        "hovertemplate": (
            f"{names[0]}: %{{y}}<br>{names[1]}: %{{x}}<br>CKA %{{z:.3f}}<extra></extra>"
        ),
        "hoverongaps": False,
        "uid": "similarity",
    }
    layout = {
        "uirevision": f"similarity {len(places)} x {len(others)}",
        "margin": {"t": 4},
        "xaxis": _axis(others, across, names[1]),
        "yaxis": _axis(places, upwards, names[0]) | {"tickangle": -90},
        "shapes": _boundaries(places, others, mode),
    }
    return theme.dress([trace], layout, mode, alt=_in_words(cka, names))


def _axis(places: Sequence[str], words: Sequence[str], title: str) -> dict[str, Any]:
    middles = [(span.name, words[(span.first + span.last) // 2]) for span in spans(places)]
    return {
        "type": "category",
        "title": {"text": title},
        "tickvals": [word for name, word in middles if name != "stem"],
        "ticktext": [name for name, _ in middles if name != "stem"],
        "tickfont": {"size": 11},
        "showgrid": False,
        "showline": False,
    }


def _boundaries(
    places: Sequence[str], others: Sequence[str], mode: theme.Mode
) -> list[dict[str, Any]]:
    """Lines before the first block of each stage; places of a category axis count from 0."""
    line = {"color": theme.BACKGROUND[mode], "width": 1.5}
    lines = []
    for span in spans(others)[1:]:
        ends = {"x0": span.first - 0.5, "x1": span.first - 0.5, "yref": "paper", "y0": 0, "y1": 1}
        lines.append({"type": "line", "line": line} | ends)
    for span in spans(places)[1:]:
        ends = {"y0": span.first - 0.5, "y1": span.first - 0.5, "xref": "paper", "x0": 0, "x1": 1}
        lines.append({"type": "line", "line": line} | ends)
    return lines


def _colour_bar() -> dict[str, Any]:
    return {
        "orientation": "h",
        "y": 1.0,
        "ypad": 4,
        "yanchor": "bottom",
        "thickness": 8,
        "outlinewidth": 0,
        "ticks": "",
        "tickvals": [0, 0.5, 1],
        "ticktext": ["CKA 0", "0.5", "1"],
    }


def _in_words(cka: np.ndarray, names: tuple[str, str]) -> str:
    if not np.isfinite(cka).any():
        return f"Similarity of the blocks of {names[0]} and {names[1]}: there is none to show."
    return (
        f"Similarity (CKA) of {cka.shape[0]} places of {names[0]} with {cka.shape[1]} of"
        f" {names[1]}: from {np.nanmin(cka):.2f} to {np.nanmax(cka):.2f},"
        f" {np.nanmean(cka):.2f} on average."
    )
