"""Shattered gradients: how alike the gradients of two near inputs are, by depth."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import PANEL_PIXELS, End, end_labels, sentence
from dashboard.figures.series import family_order

EMPTY = "Choose a family and a depth"
LOW, HIGH = -0.15, 1.08


def first_step_correlation(table: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """Correlation against depth, a line a family.

    Args:
        table: columns net, family, depth, correlation (-1..1, NaN where there is none), of one
            distance between inputs.
    """
    known = table.dropna(subset="correlation").sort_values("depth")
    traces, ends = [], []
    for family in family_order(known["family"]):
        own = known[known["family"] == family]
        traces.append(_line(own, family, mode))
        last = own.iloc[-1]
        at = float(np.log10(last["depth"])), float(last["correlation"]) - LOW
        ends.append(End(*at, theme.family_word(family), traces[-1]["line"]["color"], gap=9))
    labels = end_labels(ends, HIGH - LOW, height=PANEL_PIXELS)
    layout = _layout(sorted(set(known["depth"])))
    layout["annotations"] = [label | {"y": label["y"] + LOW} for label in labels]
    if known.empty:
        layout["annotations"] = [sentence(EMPTY if table.empty else "No correlation can be told")]
    return theme.dress(traces, layout, mode, alt=_in_words(known), narrow=NARROW)


def _line(own: pd.DataFrame, family: str, mode: theme.Mode) -> dict[str, Any]:
    colour = theme.family_colour(family, mode)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": own["depth"].to_numpy(float),
        "y": own["correlation"].to_numpy(float),
        "line": {"color": colour, "width": 2.5},
        "marker": {"color": colour, "size": 8},
        "hovertext": list(own["net"]),
        "hovertemplate": "<b>%{hovertext}</b><br>correlation %{y:.2f}<extra></extra>",
        "showlegend": False,
        "uid": family,
    }


def _layout(depths: list[int]) -> dict[str, Any]:
    ticks = depths or [8, 110]
    return {
        "uirevision": "first-step-correlation",
        "margin": {"t": 12, "r": 100},
        "xaxis": {
            "type": "log",
            "title": {"text": "depth (layers, log scale)"},
            "tickvals": ticks,
            "ticktext": [str(depth) for depth in ticks],
            "range": [np.log10(ticks[0] / 1.1), np.log10(ticks[-1] * 1.1)],
        },
        "yaxis": {"title": {"text": "correlation of gradients"}, "range": [LOW, HIGH]},
    }


def _in_words(known: pd.DataFrame) -> str:
    if known.empty:
        return "Correlation of neighbouring gradients by depth: none is known."
    parts = [f"{row.net} {row.correlation:.2f}" for row in known.itertuples()]
    return f"Correlation of the gradients of neighbouring inputs: {'; '.join(parts)}."


NARROW = {"below": 560, "layout": {"font": {"size": 11}, "margin": {"r": 84}}}
