"""Where a net first knows the class: a linear readout of every block, and its guesses."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import End, end_labels, sentence

EMPTY = "Nothing is measured yet"
TOP = 100.0  # %
SYMBOLS = {"right": "circle", "wrong": "x-thin"}
APART = 0.14  # of two nets' marks in one row


def block_accuracy(
    table: pd.DataFrame, chance: float, *, lit: str | None = None, mode: theme.Mode = "light"
) -> theme.Figure:
    """Accuracy of a readout by block, a line a net, above the line of chance.

    Equally deep nets are read against the block's number, others against their depth in %.

    Args:
        table: columns net, run_id, family, depth, block (words), address, number (0: the stem),
            share (% of the net's depth), accuracy (%); in the order of the signal.
        chance: accuracy of guessing (%).
        lit: run that stands out.
    """
    x, title = _across(table)
    traces, ends = [], []
    for place, (net, own) in enumerate(table.groupby("net", sort=False)):
        colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
        traces.append(_line(str(net), own, x, colour, place, _opacity(own, lit, table)))
        last = own.iloc[-1]
        ends.append(End(float(last[x]), float(last["accuracy"]), str(net), colour))
    notes = [*end_labels(ends, TOP), _chance_label(chance)] if traces else [sentence(EMPTY)]
    layout = {
        "uirevision": "block-accuracy",
        "margin": {"t": 16, "r": 100 if traces else None},
        "annotations": notes,
        "shapes": [_chance_line(chance)] if traces else [],
        "xaxis": {"title": {"text": title}, "range": _reach(table, x)},
        "yaxis": {"title": {"text": "right answers (%)"}, "range": [0, TOP]},
    }
    narrow = {"below": 480, "layout": {"font": {"size": 11}}}
    return theme.dress(traces, layout, mode, _nets(table), alt=_in_words(table), narrow=narrow)


def block_guesses(
    table: pd.DataFrame, label: str | None, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """What the readouts guess for one image, block by block: dots are right, crosses wrong.

    Args:
        table: as for `block_accuracy`, and guess (class name).
        label: the true class; None where nobody knows it: then all marks are dots.
    """
    x, title = _across(table)
    classes = sorted(set(table["guess"]) - {label}, reverse=True) + ([label] if label else [])
    nets = list(table.groupby("net", sort=False))
    traces = []
    for place, (net, own) in enumerate(nets):
        colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
        shift = APART * (len(nets) - 1 - 2 * place)
        traces.append(_guesses(str(net), own, x, colour, classes, shift, label))
        traces.append(_key(str(net), "square", colour))
    if label and nets:
        traces += [_key(word, symbol, theme.NEUTRAL) for word, symbol in SYMBOLS.items()]
    rows = [f"<b>{name} (true)</b>" if name == label else name for name in classes]
    layout = {
        "uirevision": "block-guesses",
        "margin": {"t": 32},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom"},
        "annotations": [] if traces else [sentence(EMPTY)],
        "xaxis": {"title": {"text": title}, "range": _reach(table, x)},
        "yaxis": {
            "tickvals": list(range(len(classes))),
            "ticktext": rows,
            "range": [-0.6, len(classes) - 0.4],
        },
    }
    alt = "; ".join(f"{net}: {', '.join(own['guess'])}" for net, own in nets)
    return theme.dress(traces, layout, mode, _nets(table), alt=f"Guesses by block. {alt}.")


def _across(table: pd.DataFrame) -> tuple[str, str]:
    if table.groupby("net")["number"].max().nunique() > 1:
        return "share", "depth of the block (% of the net, 0: the stem)"
    return "number", "block (0: the stem)"


def _reach(table: pd.DataFrame, x: str) -> list[float] | None:
    most = float(table[x].max()) if len(table) else 0.0
    return [-0.02 * most, 1.02 * most] if most else None


def _line(
    net: str, own: pd.DataFrame, x: str, colour: str, place: int, opacity: float
) -> dict[str, Any]:
    symbols = ("circle", "diamond")  # tells one net at two times apart
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": own[x].to_numpy(),
        "y": own["accuracy"].to_numpy(),
        "line": {"color": colour, "width": 2.5},
        "marker": {"size": 6, "symbol": symbols[place % 2], "color": colour},
        "opacity": opacity,
        "hovertext": (own["block"] + " (" + own["address"] + ")").tolist(),
        "hovertemplate": f"<b>{net}</b>, %{{hovertext}}<br>%{{y:.1f}} % right<extra></extra>",
        "customdata": own["run_id"].tolist(),
        "showlegend": False,
        "uid": f"accuracy-{place}",
    }


def _guesses(
    net: str,
    own: pd.DataFrame,
    x: str,
    colour: str,
    classes: Sequence[str],
    shift: float,
    label: str | None,
) -> dict[str, Any]:
    right = [guess == label or label is None for guess in own["guess"]]
    words = ["" if label is None else ", right" if one else ", wrong" for one in right]
    texts = own["block"] + " (" + own["address"] + ")<br>" + own["guess"] + words
    return {
        "type": "scatter",
        "mode": "markers",
        "x": own[x].to_numpy(),
        "y": np.array([classes.index(guess) + shift for guess in own["guess"]]),
        "marker": {
            "symbol": [SYMBOLS["right" if one else "wrong"] for one in right],
            "size": 9,
            "color": colour,
            "line": {"color": colour, "width": [0 if one else 2 for one in right]},
        },
        "hovertext": texts.tolist(),
        "hovertemplate": f"<b>{net}</b>, %{{hovertext}}<extra></extra>",
        "showlegend": False,
        "uid": f"guesses-{net}",
    }


def _key(name: str, symbol: str, colour: str) -> dict[str, Any]:
    """An entry of the legend."""
    marker = {"symbol": symbol, "size": 9, "color": colour, "line": {"color": colour, "width": 2}}
    trace = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "marker": marker}
    return trace | {"name": name, "hoverinfo": "skip", "uid": f"key-{name}"}


def _opacity(own: pd.DataFrame, lit: str | None, table: pd.DataFrame) -> float:
    run = own["run_id"].iloc[0]
    return theme.FADED if lit in set(table["run_id"]) - {run} else 1.0


def _chance_line(chance: float) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "width": 1.25, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": chance, "y1": chance} | {
        "line": line
    }


def _chance_label(chance: float) -> dict[str, Any]:
    text = f"guessing: {theme.percent(chance)}"
    place = {"xref": "paper", "x": 0.01, "xanchor": "left", "y": chance, "yanchor": "bottom"}
    return place | {"text": text, "font": {"color": theme.NEUTRAL, "size": 12}}


def _nets(table: pd.DataFrame) -> list[tuple[str, int]]:
    nets = table[["family", "depth"]].drop_duplicates().to_numpy()
    return [(family, int(depth)) for family, depth in nets]


def _in_words(table: pd.DataFrame) -> str:
    if table.empty:
        return "Accuracy by block: nothing is measured yet."
    parts = []
    for net, own in table.groupby("net", sort=False):
        first, last = own["accuracy"].iloc[[0, -1]]
        parts.append(f"{net} from {first:.1f} % at the stem to {last:.1f} % at the last block")
    return f"Accuracy of a linear readout by block: {'; '.join(parts)}."
