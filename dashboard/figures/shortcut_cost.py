"""What the shortcut options B and C add to a residual net in parameters."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "No nets are listed"
NARROW = {  # more room for the numbers at both ends
    "below": 560,
    "layout": {"font": {"size": 10}, "xaxis": {"range": [1.8, 10.2], "dtick": 2}},
}


def shortcut_cost(table: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """A row a net, a dot an option, on a logarithmic scale. Option A adds none and has no dot.

    Args:
        table: columns net, family, option ('A', 'B' or 'C'), added (parameters more than with
            option A), share (% of the net with option A).
    """
    nets = list(dict.fromkeys(table["net"]))
    drawn = table[table["added"] > 0]
    traces = [
        _dots(
            drawn[(drawn["option"] == option) & (drawn["family"] == family)], option, family, mode
        )
        for option in SYMBOLS
        for family in dict.fromkeys(drawn["family"])
    ]
    traces += [_legend(option, bool(nets)) for option in SYMBOLS]
    layout = {
        "uirevision": "shortcut-cost",
        "margin": {"t": 36},
        "legend": {"x": 0, "y": 1.01, "yanchor": "bottom"},
        "annotations": [] if nets else [sentence(EMPTY)],
        "xaxis": {
            "type": "log",
            "title": {"text": "added parameters (log scale)"},
            "tickformat": "~s",
            "dtick": 1,
            "showgrid": True,
            "range": [2.7, 9],
            "fixedrange": True,
        },
        "yaxis": {
            "visible": bool(nets),
            "categoryorder": "array",
            "categoryarray": [_tick(net) for net in nets[::-1]],
            "fixedrange": True,
        },
    }
    return theme.dress(
        traces,
        layout,
        mode,
        alt=_in_words(drawn),
        narrow=NARROW,
    )


def _tick(net: str) -> str:
    """'CIFAR, residual-20' in two lines."""
    return net.replace(", ", "<br>")


def _dots(own: pd.DataFrame, option: str, family: str, mode: theme.Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": own["added"].to_numpy(float),
        "y": [_tick(net) for net in own["net"]],
        "text": [f"+{added:,}" for added in own["added"]],
        "textposition": "middle left" if option == "B" else "middle right",
        "hovertext": [
            f"<b>{row.net}</b>, option {option}"
            f"<br>+{row.added:,} parameters, {row.share:.1f} % more"
            for row in own.itertuples()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "color": theme.family_colour(family, mode),
            "size": 11,
            "symbol": SYMBOLS[option],
        },
        "showlegend": False,
        "legendgroup": option,
        "uid": f"{family}/{option}",
    }


def _legend(option: str, shown: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None] if shown else [],
        "y": [None],
        "marker": {"color": theme.NEUTRAL, "size": 11, "symbol": SYMBOLS[option]},
        "name": OPTIONS[option],
        "legendgroup": option,
        "uid": f"key/{option}",
    }


def _in_words(drawn: pd.DataFrame) -> str:
    if drawn.empty:
        return "Parameters that shortcuts add: none."
    parts = [f"{row.net} with {row.option} {row.added:,}" for row in drawn.itertuples()]
    return f"Parameters that shortcut options add; A adds none: {'; '.join(parts)}."


SYMBOLS = {"B": "circle", "C": "square"}
OPTIONS = {"B": "B: 1x1 where the shape changes", "C": "C: 1x1 on every shortcut"}
