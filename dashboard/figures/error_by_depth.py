"""Error against depth: the board on which a race is read."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import End, end_labels, sentence
from dashboard.figures.series import family_order
from dashboard.figures.spread_lines import (
    Means,
    Rows,
    band,
    dots,
    mean_and_range,
    mean_line,
    measured,
    rows_of,
    split_key,
)

EMPTY = "Press Start: a dot a net<br>appears and moves while it learns"
DEPTHS = (8, 20, 32, 44, 56, 110)  # ticks while there are no nets
DEEPEST_PUBLISHED = 110  # 1202 layers would press all others together
TICKS_APART = 0.05  # of the axis
FINAL = ["run_id", "label", "family", "depth", "seed", "split", "error", "status"]
PUBLISHED = ["family", "depth", "split", "error", "source"]


def error_by_depth(
    final: pd.DataFrame,
    published: pd.DataFrame | None = None,
    *,
    mode: theme.Mode = "light",
    highlighted: str | None = None,
) -> theme.Figure:
    """A dot a run, a line through the mean of each family and split, a band over seeds.

    The axis of depth is logarithmic: 8, 20, 32, 44, 56 and 110 layers stand far enough apart to
    read, and equal steps are equal ratios. Bands go from the smallest to the largest error.

    Args:
        final: columns run_id, label, family, depth, seed, split ('train' or 'test'), error (%),
            status; one row a run and split, the latest measurement of each.
        published: columns family, depth, split, error (%), source; drawn as hollow marks up to
            110 layers.
        highlighted: a run; all others fade.
    """
    runs = measured(final, FINAL)
    quoted = measured(_drawn_of(published), PUBLISHED)
    lit = highlighted if highlighted in set(runs["run_id"]) else None
    top = 1.08 * max([10.0, *runs["error"], *quoted["error"]])
    traces, ends = split_key(), []
    for family in family_order([*runs["family"], *quoted["family"]]):
        colour = theme.family_colour(family, mode)
        for split in theme.SPLIT_LINES:
            own = rows_of(runs, family=family, split=split)
            means = mean_and_range(own, "depth")
            traces += _mean_and_band(means, family, split, colour, faded=lit is not None)
            traces.append(_dots(own, family, split, mode, lit))
            traces.append(_hollow(rows_of(quoted, family=family, split=split), family, split, mode))
            if split == "test" and len(means.x):
                end = float(np.log10(means.x[-1])), float(means.mean[-1])
                ends.append(End(*end, theme.family_word(family), colour, gap=9))
    layout = _layout({*runs["depth"], *quoted["depth"]}, top)
    layout["annotations"] = end_labels(ends, top) if len(runs["error"]) else [sentence(EMPTY)]
    nets = zip(runs["family"], runs["depth"], strict=True)
    return theme.dress(traces, layout, mode, nets, alt=_in_words(rows_of(runs, split="test")))


def _in_words(test: Rows) -> str:
    """Each family's mean test error at its ends of depth."""
    if not len(test["error"]):
        return "Error by depth: nothing is recorded yet."
    parts = []
    for family in family_order(test["family"]):
        means = mean_and_range(rows_of(test, family=family), "depth")
        numbers = [
            f"{theme.percent(means.mean[end])} at depth {means.x[end]}"
            for end in (0, -1)[: len(means.x)]
        ]
        parts.append(f"{theme.family_word(family)} nets {' and '.join(numbers)}")
    return f"Test error by depth: {'; '.join(parts)}."


def _drawn_of(published: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if published is None else published.query("depth <= @DEEPEST_PUBLISHED")


def _mean_and_band(
    means: Means, family: str, split: str, colour: str, *, faded: bool
) -> list[dict[str, Any]]:
    shown = None if (means.runs > 1).any() and not faded else 0
    x, low, high = means.x[:shown], means.low[:shown], means.high[:shown]
    style = {"color": colour, **theme.SPLIT_LINES[split]}
    opacity = theme.FADED if faded else 1.0
    uid, group = f"{family}/{split}", {"legendgroup": split}
    return [
        band(x, low, high, colour, uid=f"{uid}/band", **group),
        mean_line(means, style, uid=f"{uid}/line", opacity=opacity, **group),
    ]


def _dots(own: Rows, family: str, split: str, mode: theme.Mode, lit: str | None) -> dict[str, Any]:
    return dots(
        own,
        "depth",
        split,
        lit,
        text=[
            f"<b>{theme.net_word(family, depth)}</b>, seed {seed}, {status}"
            for depth, seed, status in zip(own["depth"], own["seed"], own["status"], strict=True)
        ],
        marker={
            "color": [theme.shade(family, depth, mode) for depth in own["depth"]],
            "symbol": [SYMBOLS.get(status, "circle") for status in own["status"]],
            "line": {"color": theme.BACKGROUND[mode], "width": 1},
        },
        hovertemplate=f"%{{text}}<br>{theme.SPLIT_WORDS[split]} error %{{y:.1f}} %<extra></extra>",
        uid=f"{family}/{split}/dots",
    )


def _hollow(own: Rows, family: str, split: str, mode: theme.Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": own["depth"],
        "y": own["error"],
        "text": list(own["source"]),
        "mode": "markers",
        "marker": {
            "color": theme.family_colour(family, mode),
            "size": theme.DOT_SIZES[split],
            "symbol": "diamond-open",
            "line": {"width": 1.5},
        },
        "hovertemplate": (
            f"<b>{theme.family_word(family)}-%{{x}}</b>, published"
            f"<br>{theme.SPLIT_WORDS[split]} error %{{y}} %<br>%{{text}}<extra></extra>"
        ),
        "name": " / ".join(dict.fromkeys(own["source"])),
        "uid": f"{family}/{split}/published",
        "showlegend": len(own["error"]) > 0,
    }


def _layout(depths: set[float], top: float) -> dict[str, Any]:
    shown = sorted(depths) or list(DEPTHS)
    low, high = shown[0] / 1.15, shown[-1] * 1.15
    return {
        "uirevision": "error-by-depth",
        "margin": {"r": 72, "t": 36},
        "legend": {"x": 0, "y": 1.01, "yanchor": "bottom"},
        "xaxis": {
            "type": "log",
            "title": {"text": "depth (layers)"},
            "tickvals": ticks_apart(shown),
            "tickformat": "d",
            "autorangeoptions": {"include": [low, high]},
            # around a single depth plotly would leave no room on the left
            "range": None if len(depths) > 1 else [np.log10(low), np.log10(high)],
        },
        "yaxis": {
            "title": {"text": "error (%)"},
            "rangemode": "tozero",
            "autorangeoptions": {"include": [0, top]},
            "range": None if depths else [0, 100],
        },
    }


def ticks_apart(depths: list[float]) -> list[int]:
    """Of rising depths those whose ticks do not run into each other; the deepest is kept."""
    distance = TICKS_APART * np.log10(depths[-1] / depths[0])
    kept: list[int] = []
    for depth in reversed(depths):
        if not kept or np.log10(kept[-1] / depth) >= distance:
            kept.append(int(depth))
    return kept[::-1]


SYMBOLS = {"diverged": "x"}  # every other run is a dot
