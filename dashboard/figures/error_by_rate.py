"""Error against learning rate: is the deep net just badly tuned?"""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import End, end_labels, sentence
from dashboard.figures.series import family_order
from dashboard.figures.spread_lines import (
    Means,
    Rows,
    dots,
    mean_and_range,
    mean_line,
    measured,
    rows_of,
    split_key,
)

EMPTY = "Press Start: a line a net,<br>a ring at its best learning rate"
RATES = (0.01, 0.1, 1.0)  # ticks while there are no nets
FINAL = ["run_id", "label", "family", "depth", "seed", "learning_rate", "split", "error", "status"]


def error_by_rate(
    final: pd.DataFrame, *, mode: theme.Mode = "light", highlighted: str | None = None
) -> theme.Figure:
    """A line a net and split through the mean over seeds; a ring marks each net's best test error.

    Args:
        final: columns run_id, label, family, depth, seed, learning_rate, split ('train' or
            'test'), error (%), status; one row a run and split, the latest measurement of each.
        highlighted: a run; all others fade.
    """
    runs = measured(final, FINAL)
    lit = highlighted if highlighted in set(runs["run_id"]) else None
    top = 1.08 * max([10.0, *runs["error"]])
    traces, ends = split_key(), []
    for family, depth in _nets(runs):
        for split in theme.SPLIT_LINES:
            own = rows_of(runs, family=family, depth=depth, split=split)
            traces += _line_and_dots(own, family, depth, split, mode, lit)
        test = mean_and_range(
            rows_of(runs, family=family, depth=depth, split="test"), "learning_rate"
        )
        if len(test.x):
            net, colour = theme.net_word(family, depth), theme.shade(family, depth, mode)
            traces.append(_ring(test, colour, net))
            end = float(np.log10(test.x[-1])), float(test.mean[-1])
            ends.append(End(*end, net, colour, gap=14))
    layout = _layout(set(runs["learning_rate"]), top)
    layout["annotations"] = end_labels(ends, top) if len(runs["error"]) else [sentence(EMPTY)]
    alt = _in_words(best_rates(rows_of(runs, split="test")))
    return theme.dress(traces, layout, mode, _nets(runs), alt=alt)


def best_rates(test: Rows) -> list[tuple[str, int, float, float]]:
    """Family, depth, learning rate and error (%) of each net at its lowest mean test error."""
    best = []
    for family, depth in _nets(test):
        means = mean_and_range(rows_of(test, family=family, depth=depth), "learning_rate")
        lowest = means.mean.argmin()
        best.append((family, depth, float(means.x[lowest]), float(means.mean[lowest])))
    return best


def _in_words(best: list[tuple[str, int, float, float]]) -> str:
    if not best:
        return "Error by learning rate: nothing is recorded yet."
    parts = [
        f"{theme.net_word(family, depth)} {theme.percent(error)} at {rate:g}"
        for family, depth, rate, error in best
    ]
    return f"Test error of each net at its best learning rate: {'; '.join(parts)}."


def _line_and_dots(
    own: Rows, family: str, depth: int, split: str, mode: theme.Mode, lit: str | None
) -> list[dict[str, Any]]:
    net, word = theme.net_word(family, depth), theme.SPLIT_WORDS[split]
    style = theme.line_style(family, depth, split, mode)
    opacity = 1.0 if lit is None or lit in set(own["run_id"]) else theme.FADED
    means = mean_and_range(own, "learning_rate")
    return [
        mean_line(means, style, opacity=opacity, uid=f"{net}/{split}/line", legendgroup=split),
        dots(
            own,
            "learning_rate",
            split,
            lit,
            marker={
                "color": style["color"],
                "line": {"color": theme.BACKGROUND[mode], "width": 1},
            },
            hovertemplate=(
                f"<b>{net}</b>, learning rate %{{x:g}}<br>{word} error %{{y:.1f}} %<extra></extra>"
            ),
            uid=f"{net}/{split}/dots",
        ),
    ]


def _ring(means: Means, colour: str, net: str) -> dict[str, Any]:
    best = means.mean.argmin()
    return {
        "type": "scatter",
        "x": means.x[[best]],
        "y": means.mean[[best]],
        "mode": "markers",
        "marker": {"color": colour, "size": 20, "symbol": "circle-open", "line": {"width": 2}},
        "hoverinfo": "skip",
        "uid": f"{net}/best",
        "legendgroup": "test",
        "showlegend": False,
    }


def _nets(runs: Rows) -> list[tuple[str, int]]:
    nets = set(zip(runs["family"], map(int, runs["depth"]), strict=True))
    order = family_order(runs["family"])
    return sorted(nets, key=lambda net: (order.index(net[0]), net[1]))


def _layout(rates: set[float], top: float) -> dict[str, Any]:
    shown = sorted(rates) or list(RATES)
    low, high = shown[0] / 1.3, shown[-1] * 1.3
    return {
        "uirevision": "error-by-rate",
        "margin": {"r": 88, "t": 36},
        "legend": {"x": 0, "y": 1.01, "yanchor": "bottom"},
        "xaxis": {
            "type": "log",
            "title": {"text": "learning rate"},
            "tickvals": shown,
            "ticktext": [f"{rate:g}" for rate in shown],
            "autorangeoptions": {"include": [low, high]},
            "range": None if rates else [np.log10(low), np.log10(high)],
        },
        "yaxis": {
            "title": {"text": "error (%)"},
            "rangemode": "tozero",
            "autorangeoptions": {"include": [0, top]},
            "range": None if rates else [0, 100],
        },
    }
