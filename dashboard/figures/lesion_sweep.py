"""What a net loses when each of its blocks is deleted singly."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import End, end_labels, sentence

EMPTY = "Nothing is measured yet"
TOP = 100.0  # %
NARROW = {"below": 480, "layout": {"font": {"size": 11}}}


def lesion_sweep(table: pd.DataFrame, chance: float, *, mode: theme.Mode = "light") -> theme.Figure:
    """Error after deleting each block singly, a line a net; dotted its error with all blocks.

    Equally deep nets are read against the block's number, others against their depth in %.

    Args:
        table: columns net, family, depth, block (words), address, number (from 1), share (% of
            the net's depth), changes (the shape), error (%), baseline (%); in order.
        chance: error of guessing (%).
    """
    x, title = _across(table)
    traces, ends = [], []
    for place, (net, own) in enumerate(table.groupby("net", sort=False)):
        colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
        traces += [_baseline(own, x, colour, place), _line(str(net), own, x, colour, place)]
        last = own.iloc[-1]
        ends.append(End(float(last[x]), float(last["error"]), str(net), colour, gap=8))
    if ends:
        traces += [_key(words, look) for words, look in KEYS.items()]
    traces.append(guessing(chance, ends))
    return theme.dress(
        traces,
        error_axes(ends, title),
        mode,
        nets_of(table),
        alt=_in_words(table, chance),
        narrow=NARROW,
    )


def error_axes(ends: list[End], title: str) -> dict[str, Any]:
    """The layout of a figure of errors (%), with the names of the nets where their lines end.

    Args:
        title: of the axis across.
    """
    last = max((end.x for end in ends), default=1.0)
    return {
        "uirevision": f"lesion {title}",
        "margin": {"t": 32, "r": 100 if ends else None},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom"},
        "annotations": end_labels(ends, TOP) if ends else [sentence(EMPTY)],
        "xaxis": {"title": {"text": title}, "range": [-0.02 * last, 1.02 * last]},
        "yaxis": {"title": {"text": "test error (%)"}, "range": [0, TOP]},
    }


def _across(table: pd.DataFrame) -> tuple[str, str]:
    if table.groupby("net")["number"].max().nunique() > 1:
        return "share", "depth of the deleted block (% of the net)"
    return "number", "deleted block, from input to output"


def _line(net: str, own: pd.DataFrame, x: str, colour: str, place: int) -> dict[str, Any]:
    names = own["block"] + " (" + own["address"] + ")"
    cost = (own["error"] - own["baseline"]).to_numpy()
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": own[x].to_numpy(),
        "y": own["error"].to_numpy(),
        "line": {"color": colour, "width": 2},
        "marker": {
            "opacity": 1,  # else marks of unlike sizes let each other shine through
            "size": [10 if changes else 6 for changes in own["changes"]],
            "symbol": ["diamond" if changes else "circle" for changes in own["changes"]],
            "color": colour,
        },
        "hovertext": [
            f"{name}<br>{more:+.1f} points" for name, more in zip(names, cost, strict=True)
        ],
        "hovertemplate": f"<b>{net}</b> without %{{hovertext}}, %{{y:.1f}} %<extra></extra>",
        "showlegend": False,
        "uid": f"sweep-{place}",
    }


def _baseline(own: pd.DataFrame, x: str, colour: str, place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": own[x].iloc[[0, -1]].to_numpy(),
        "y": own["baseline"].iloc[[0, -1]].to_numpy(),
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": f"baseline-{place}",
    }


def _key(words: str, look: dict[str, Any]) -> dict[str, Any]:
    """An entry of the legend."""
    trace = {"type": "scatter", "x": [None], "y": [None], "name": words, "hoverinfo": "skip"}
    return trace | {"uid": f"key-{words}"} | look


def guessing(chance: float, ends: list[End]) -> dict[str, Any]:
    """The line of guessing (%), as far as the lines go."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, max(end.x for end in ends)] if ends else [],
        "y": [chance, chance] if ends else [],
        "line": {"color": theme.NEUTRAL, "width": 1.5, "dash": "dash"},
        "hoverinfo": "skip",
        "name": f"guessing: {theme.percent(chance)}",
        "uid": "guessing",
    }


def nets_of(table: pd.DataFrame) -> list[tuple[str, int]]:
    """Families and depths, for `theme.dress`."""
    nets = table[["family", "depth"]].drop_duplicates().to_numpy()
    return [(family, int(depth)) for family, depth in nets]


def _in_words(table: pd.DataFrame, chance: float) -> str:
    parts = [
        f"{net} from {own['error'].min():.1f} to {own['error'].max():.1f} %, with all blocks"
        f" {own['baseline'].iloc[0]:.1f} %"
        for net, own in table.groupby("net", sort=False)
    ]
    if not parts:
        return "Test error after deleting each block: nothing is measured yet."
    return (
        f"Test error after deleting each block singly: {'; '.join(parts)}; guessing {chance:.1f} %."
    )


KEYS: dict[str, dict[str, Any]] = {
    "block that changes the shape": {
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 10, "color": theme.NEUTRAL},
    },
    "with all its blocks": {"mode": "lines", "line": {"color": theme.NEUTRAL, "dash": "dot"}},
}
