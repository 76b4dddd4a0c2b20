"""The paper's headline as two slopes: what more layers do to a plain and to a residual net."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence
from dashboard.figures.series import family_order

EMPTY = "No errors are listed"
NARROW = 420  # pixels: then labels need a larger share of the width
BESIDE, ABOVE = 12, 9  # pixels from a mark to its label


def published_depth(printed: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """A line a family from its shallowest to its deepest net, each end labelled as printed.

    Args:
        printed: columns family, depth, error (top-1, %), text as the paper prints it.
    """
    rows = printed.assign(
        layers=pd.to_numeric(printed["depth"]), top1=pd.to_numeric(printed["error"])
    ).sort_values("layers")
    families = {one: rows[rows["family"] == one] for one in family_order(rows["family"])}
    traces, labels = [], []
    for family, own in families.items():
        colour = theme.family_colour(family, mode)
        first, last = own.iloc[0], own.iloc[-1]
        upper = first["top1"] >= rows.loc[rows["layers"] == first["layers"], "top1"].max()
        traces.append(_line(own, family, colour))
        labels += [
            _label(first, first["error"], colour, left=True, yshift=ABOVE if upper else -ABOVE),
            _label(last, f"{theme.family_word(family)} {last['error']}", colour, left=False),
        ]
    layout = _layout(rows) | {"annotations": labels or [sentence(EMPTY)]}
    narrow = {"below": NARROW, "layout": {"xaxis": {"range": _across(rows, 0.55, 1.05)}}}
    return theme.dress(traces, layout, mode, alt=_in_words(families), narrow=narrow)


def _in_words(families: dict[str, pd.DataFrame]) -> str:
    ends = [(theme.family_word(one), own.iloc[0], own.iloc[-1]) for one, own in families.items()]
    parts = [
        f"{word} nets go from {first['error']} % with {first['depth']} layers to"
        f" {last['error']} % with {last['depth']}"
        for word, first, last in ends
    ]
    return f"Top-1 error on ImageNet: {'; '.join(parts) or 'nothing is listed'}."


def _line(own: pd.DataFrame, family: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": own["layers"],
        "y": own["top1"],
        "text": [theme.net_word(family, depth) for depth in own["layers"]],
        "mode": "lines+markers",
        "line": {"color": colour, **theme.SPLIT_LINES["test"]},
        "marker": {"symbol": "diamond", "size": theme.DOT_SIZES["test"]},
        "hovertemplate": "<b>%{text}</b>, published<br>top-1 error %{y} %<extra></extra>",
        "showlegend": False,
        "uid": family,
    }


def _label(end: pd.Series, text: str, colour: str, *, left: bool, yshift: int = 0) -> dict:
    return {
        "x": end["layers"],
        "y": end["top1"],
        "text": f"<b>{text}</b>",
        "font": {"color": colour},
        "xanchor": "right" if left else "left",
        "xshift": -BESIDE if left else BESIDE,
        "yshift": yshift,
    }


def _layout(rows: pd.DataFrame) -> dict[str, Any]:
    depths, errors = sorted(set(rows["layers"])), rows["top1"]
    room = 0.15 * (errors.max() - errors.min()) if len(rows) else 0
    return {
        "uirevision": "published-depth",
        "margin": {"t": 12},
        "xaxis": {
            "title": {"text": "depth (layers)"},
            "tickvals": depths,
            "range": _across(rows, 0.35, 0.55),
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"text": "top-1 error (%)"},
            "range": [errors.min() - room, errors.max() + room] if depths else [0, 100],
            "fixedrange": True,
        },
    }


def _across(rows: pd.DataFrame, left: float, right: float) -> list[float]:
    """The axis of depth, with room for labels in shares of what lies between the depths."""
    if rows.empty:
        return [0, 1]
    first, last = int(rows["layers"].min()), int(rows["layers"].max())
    return [first - left * (last - first), last + right * (last - first)]
