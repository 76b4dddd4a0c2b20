"""The error of nets in every class."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Nothing is measured yet"
SYMBOLS = ("circle", "diamond")  # tell one net at two times apart


def class_errors(
    table: pd.DataFrame, *, lit: str | None = None, mode: theme.Mode = "light"
) -> theme.Figure:
    """A row a class, the hardest on top; a mark a net, and a line between the nets' marks.

    Args:
        table: columns net, run_id, family, depth, class (name), error (%; NaN: no such images).
        lit: run that stands out.
    """
    means = table.groupby("class", sort=False)["error"].mean()
    classes = means.sort_values(kind="stable").index.tolist()
    nets = list(table.groupby("net", sort=False))
    faded = lit in set(table["run_id"])
    traces = [_between(table, classes)] if len(nets) > 1 else []
    for place, (net, own) in enumerate(nets):
        opacity = theme.FADED if faded and own["run_id"].iloc[0] != lit else 1.0
        traces.append(_marks(str(net), own, place, opacity, mode))
    layout = {
        "uirevision": "class-errors",
        "margin": {"t": 32},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom"},
        "annotations": [] if nets else [sentence(EMPTY)],
        "xaxis": {"title": {"text": "wrong answers (% of the class)"}, "rangemode": "tozero"},
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": classes,
            "showgrid": True,
        },
    }
    shades = [(own["family"].iloc[0], int(own["depth"].iloc[0])) for _, own in nets]
    return theme.dress(traces, layout, mode, shades, alt=_in_words(nets))


def _marks(
    net: str, own: pd.DataFrame, place: int, opacity: float, mode: theme.Mode
) -> dict[str, Any]:
    colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
    known = own[own["error"].notna()]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": net,
        "x": known["error"].to_numpy(),
        "y": known["class"].tolist(),
        "marker": {"size": 11, "symbol": SYMBOLS[place % 2], "color": colour},
        "opacity": opacity,
        "cliponaxis": False,
        "customdata": known["run_id"].tolist(),
        "hovertemplate": f"<b>{net}</b>, %{{y}}<br>%{{x:.1f}} % wrong<extra></extra>",
        "uid": f"errors-{place}",
    }


def _between(table: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    """All lines in one trace, with gaps."""
    errors = table.groupby("class")["error"].agg(["min", "max"]).loc[classes].dropna()
    x = np.column_stack((errors["min"], errors["max"], errors["max"])).ravel().tolist()
    y = np.repeat(errors.index.to_numpy(object), 3).tolist()
    x[2::3] = y[2::3] = [None] * len(errors)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.NEUTRAL, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "between",
    }


def _in_words(nets: list[tuple[Any, pd.DataFrame]]) -> str:
    parts = []
    for net, own in nets:
        known = own[own["error"].notna()].sort_values("error")
        if len(known):
            (easy, least), (hard, most) = known[["class", "error"]].to_numpy()[[0, -1]]
            parts.append(f"{net} from {least:.1f} % ({easy}) to {most:.1f} % ({hard})")
    return f"Error by class: {'; '.join(parts) or 'nothing is measured yet'}."
