"""Risk against the number of features: error, squared risk and the norm of the weights."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Nothing is measured yet"
NET = ("random features", 20)  # no family of nets: one of the further hues
FLOOR = 1e-12  # squared risks below it are drawn at it
EXACT = 1e-10  # squared training risk below which nothing is left to learn
PANELS = {"y": (0.57, 1.0), "y2": (0.25, 0.51), "y3": (0.0, 0.19)}
SPLITS = ("train", "test")
NARROW = {"below": 560, "layout": {"font": {"size": 11}}}


def descent_risk(
    curve: pd.DataFrame,
    *,
    reach: tuple[int, int],
    threshold: int | None,
    chance: float,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """Three panels on one axis of N: thin dashes for training, bold for the test.

    Args:
        curve: columns width, train_error and test_error (%), train_squared, test_squared, norm, by
            rising width.
        reach: smallest and largest N, measured or not.
        threshold: the smallest N with an exact fit, as measured; None if there is none.
        chance: error of guessing, %.
    """
    traces = [
        *(_line(curve, f"{split}_error", split, "y", mode) for split in SPLITS),
        *(_line(curve, f"{split}_squared", split, "y2", mode) for split in SPLITS),
        _line(curve, "norm", "test", "y3", mode),
        *([] if threshold is None else [_ring(curve, threshold, mode)]),
    ]
    layout = _layout(curve, reach) | {
        "shapes": [
            _level(chance, "y"),
            _level(EXACT, "y2"),
            *([] if threshold is None else [_upright(threshold)]),
        ],
        "annotations": [
            _above(reach[1], chance, "y", f"guessing {chance:.0f} %"),
            _above(reach[0], np.log10(EXACT), "y2", "exact below this line", anchor="left"),
            *([] if threshold is None else [_head(threshold)]),
            *([sentence(EMPTY)] if curve.empty else []),
        ],
    }
    alt = _in_words(curve, threshold)
    return theme.dress(traces, layout, mode, [NET], alt=alt, narrow=NARROW)


def _line(
    curve: pd.DataFrame, column: str, split: str, axis: str, mode: theme.Mode
) -> dict[str, Any]:
    words, unit = NAMES[column]
    values = curve[column].to_numpy(float)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": curve["width"].to_numpy(float),
        "y": np.maximum(values, FLOOR) if axis == "y2" else values,
        "yaxis": axis,
        "customdata": [f"{value:{unit}}" for value in values],
        "line": {"color": theme.family_colour(NET[0], mode)} | theme.SPLIT_LINES[split],
        "marker": {"size": 7 if split == "test" else 4},
        "name": theme.SPLIT_WORDS[split],
        "legendgroup": split,
        "showlegend": axis == "y",
        "hovertemplate": f"<b>N = %{{x:,}}</b><br>{words} %{{customdata}}<extra></extra>",
        "uid": column,
    }


def _ring(curve: pd.DataFrame, threshold: int, mode: theme.Mode) -> dict[str, Any]:
    """Around the first point that lies below the line of an exact fit."""
    found = curve.loc[curve["width"] == threshold, "train_squared"].to_numpy(float)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.full(len(found), float(threshold)),
        "y": np.maximum(found, FLOOR),
        "yaxis": "y2",
        "marker": {
            "symbol": "circle-open",
            "size": 15,
            "color": theme.family_colour(NET[0], mode),
            "line": {"width": 2.5},
        },
        "showlegend": False,
        "hoverinfo": "skip",
        "uid": "threshold",
    }


def _layout(curve: pd.DataFrame, reach: tuple[int, int]) -> dict[str, Any]:
    low, high = np.log10(reach[0]), np.log10(reach[1])
    room = 0.04 * (high - low)
    highest = max([1.0, *curve["train_squared"], *curve["test_squared"]])
    return {
        "uirevision": f"descent-risk-{reach}",
        "margin": {"t": 50},
        "legend": {"x": 0, "y": -0.09, "yanchor": "top"},
        "xaxis": {
            "type": "log",
            "title": {"text": "number of features N (log scale)"},
            "range": [float(low - room), float(high + room)],
            "dtick": 1,
            "tickformat": ",",
            "anchor": "y3",
        },
        "yaxis": _axis("error (%)", "y") | {"range": [-3, 103]},
        "yaxis2": _axis("squared risk", "y2")
        | POWERS
        | {"type": "log", "range": [float(np.log10(FLOOR)) - 1.5, float(np.log10(highest)) + 0.7]},
        "yaxis3": _axis("norm of weights", "y3") | {"type": "log", "dtick": 1},
    }


def _axis(title: str, panel: str) -> dict[str, Any]:
    return {"title": {"text": title}, "domain": list(PANELS[panel])}


def _level(at: float, axis: str) -> dict[str, Any]:
    """A thin line across a panel."""
    line = {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}
    ends = {"xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": at, "y1": at}
    return {"type": "line", "line": line, "layer": "below"} | ends


def _upright(threshold: int) -> dict[str, Any]:
    """A thin line down all panels, where the threshold was found."""
    line = {"color": theme.NEUTRAL, "width": 1.25}
    ends = {"xref": "x", "x0": threshold, "x1": threshold, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", "line": line, "layer": "below"} | ends


def _above(width: int, at: float, axis: str, text: str, anchor: str = "right") -> dict[str, Any]:
    """Words on a line, at one end of the axis; `at` is a logarithm where the axis is one."""
    place = {"x": float(np.log10(width)), "y": float(at), "xref": "x", "yref": axis}
    style = {"font": {"size": 11, "color": theme.NEUTRAL}, "yanchor": "bottom"}
    return {"text": text, "xanchor": anchor} | place | style


def _head(threshold: int) -> dict[str, Any]:
    return {
        "text": f"exact fit from<br><b>N = {threshold:,}</b>",
        "x": float(np.log10(threshold)),
        "xref": "x",
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
    }


def _in_words(curve: pd.DataFrame, threshold: int | None) -> str:
    if curve.empty:
        return f"Risk by the number of random features: {EMPTY.lower()}."
    parts = [f"N {row.width:,}: {row.test_error:.1f} %" for row in curve.itertuples()]
    found = "no N fits the training images exactly"
    if threshold is not None:
        found = f"from N = {threshold:,} on the training images are fitted exactly"
    return f"Test error by the number of random features: {'; '.join(parts)}; {found}."


POWERS: dict[str, Any] = {  # plotly writes powers of ten larger than other numbers
    "tickvals": [1e-12, 1e-8, 1e-4, 1, 1e4, 1e8],
    "ticktext": ["10⁻¹²", "10⁻⁸", "10⁻⁴", "1", "10⁴", "10⁸"],
}
NAMES = {  # in the hover, with the form of the number
    "train_error": ("training error", ".1f"),
    "test_error": ("test error", ".1f"),
    "train_squared": ("squared training risk", ".3g"),
    "test_squared": ("squared test risk", ".3g"),
    "norm": ("norm of the weights", ".3g"),
}
