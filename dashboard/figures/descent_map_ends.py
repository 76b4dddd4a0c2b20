"""Training and test error of one small net at the end of its training, by its width."""

import math
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.descent_map import NARROW, width_axis
from dashboard.figures.end_labels import sentence
from dashboard.figures.spread_lines import split_key

EMPTY = "Each width becomes a dot<br>that moves while it learns"


def descent_map_ends(
    ends: pd.DataFrame,
    threshold: int | None,
    noise: float,
    *,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A bold line for the test error, a thin dashed one for the training error.

    Args:
        ends: columns run_id, family, depth, width, parameters, train, test (errors, %), epoch.
        threshold: the smallest width that knows its labels; a line stands there.
        noise: share of wrong labels (%); whoever learns none of them errs on as many.
    """
    if ends.empty:
        return theme.dress(
            [],
            _layout([], 100.0) | {"annotations": [sentence(EMPTY)]},
            mode,
            alt="Error by width: nothing is recorded yet.",
        )
    net = str(ends["family"].iloc[0]), int(ends["depth"].iloc[0])
    top = 1.15 * max(ends["test"].max(), ends["train"].max(), noise)
    layout = _layout(ends["width"].tolist(), float(top))
    layout |= _marks(threshold, noise)
    traces = [*split_key(), *(_line(ends, split, net, mode) for split in theme.SPLIT_LINES)]
    alt = _in_words(ends, threshold)
    return theme.dress(traces, layout, mode, [net], alt=alt, narrow=NARROW)


def _line(ends: pd.DataFrame, split: str, net: tuple[str, int], mode: theme.Mode) -> dict[str, Any]:
    style = theme.line_style(*net, split, mode)
    told = zip(ends["width"], ends["parameters"], ends["epoch"], strict=True)
    return {
        "type": "scatter",
        "x": ends["width"].to_numpy(),
        "y": ends[split].to_numpy(),
        "customdata": ends["run_id"].tolist(),
        "mode": "lines+markers",
        "line": style,
        "marker": {"color": style["color"], "size": theme.DOT_SIZES[split]},
        "hovertext": [
            f"<b>{theme.net_word(*net)}, width {width}</b>, {count:,} parameters<br>epoch {at:.0f}"
            for width, count, at in told
        ],
        "hovertemplate": f"%{{hovertext}}: {theme.SPLIT_WORDS[split]} error %{{y:.1f}} %"
        "<extra></extra>",
        "showlegend": False,
        "legendgroup": split,
        "uid": split,
    }


def _marks(threshold: int | None, noise: float) -> dict[str, Any]:
    """Where the labels are known, and the error of a net that learns no wrong one."""
    line = {"type": "line", "line": {"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"}}
    small = {"font": {"size": 12, "color": theme.NEUTRAL}}
    shapes, notes = [], []
    if noise:
        shapes.append(line | {"xref": "paper", "x0": 0, "x1": 1, "y0": noise, "y1": noise})
        notes.append(
            small
            | {"xref": "paper", "x": 1, "xanchor": "right", "y": noise, "yanchor": "bottom"}
            | {"text": f"{noise:.0f} % wrong labels"}
        )
    if threshold is not None:
        shapes.append(line | {"yref": "paper", "x0": threshold, "x1": threshold, "y0": 0, "y1": 1})
        notes.append(
            small
            | {"x": math.log10(threshold), "yref": "paper", "y": 1, "xanchor": "left", "xshift": 4}
            | {"yanchor": "top", "text": "knows its labels →"}
        )
    return {"shapes": shapes, "annotations": notes}


def _layout(widths: list[float], top: float) -> dict[str, Any]:
    return {
        "uirevision": "descent-map-ends",
        "margin": {"t": 36},
        "legend": {"x": 0, "y": 1.01, "yanchor": "bottom"},
        "xaxis": width_axis(widths),
        "yaxis": {"title": {"text": "error (%)"}, "range": [0, top]},
    }


def _in_words(ends: pd.DataFrame, threshold: int | None) -> str:
    errors = ", ".join(
        f"{theme.percent(error)} at width {width}"
        for width, error in zip(ends["width"], ends["test"], strict=True)
    )
    known = (
        "no width knows its training labels"
        if threshold is None
        else f"from width {threshold} on the training labels are known"
    )
    return f"Test error by width: {errors}; {known}."
