"""A measure from block to block at one step, for one or two runs; sorted by size if asked for."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.block_heatmap import rows
from dashboard.figures.colour_scale import log_ticks
from dashboard.figures.end_labels import sentence
from dashboard.figures.places import named_spans
from dashboard.figures.recording import Recording

EMPTY = "Nothing was recorded yet"
GAP = 0.1  # between the two panels
NARROW = {"font": {"size": 11}}
STACKED = {  # two panels on a phone
    "xaxis": {"domain": [0, 1]},
    "xaxis2": {"domain": [0, 1]},
    "yaxis": {"domain": [0.62, 1]},
    "yaxis2": {"domain": [0, 0.38]},
}


def block_profile(
    shown: Sequence[Recording],
    *,
    title: str,
    unit: str = "",
    log: bool = False,
    ranked: bool = False,
    highlighted: str | None = None,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A line a run over its places, the input on the left, at the step nearest to the slider's.

    Args:
        ranked: beside it the same numbers sorted by size (He et al. 2015, Figure 7, bottom).
        highlighted: id of the run beside which the others fade.
    """
    lit = highlighted if highlighted in {one.run_id for one in shown} else None
    lines = [_line(index, one, shown, lit, mode) for index, one in enumerate(shown)]
    if ranked:
        lines += [_ranked(line) for line in lines]
    for line in lines:
        line["hovertemplate"] = f"<b>%{{text}}</b><br>{title.lower()} %{{y:.3g}}{_after(unit)}"
    nets = {(one.family, one.depth) for one in shown}
    layout = _layout(shown, title, unit, log, ranked)
    narrow = {"below": 560, "layout": NARROW | (STACKED if ranked else {})}
    return theme.dress(lines, layout, mode, nets, alt=_in_words(shown, title, unit), narrow=narrow)


def _line(
    index: int, one: Recording, shown: Sequence[Recording], lit: str | None, mode: theme.Mode
) -> dict[str, Any]:
    """Two lines of one colour are told apart by dots: one net at two times, or of two seeds."""
    before = [other for other in shown[:index] if _net(other) == _net(one)]
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(one.places) < 40 else "lines",
        "x": np.arange(len(one.places)),
        "y": one.profile,
        "text": [f"{one.name}: {row}" for row in rows(one.places)],
        "line": {
            "color": theme.shade(one.family, one.depth, mode),
            "width": 2.5,
            "dash": "dot" if before else "solid",
        },
        "marker": {"size": 6},
        "opacity": 1.0 if lit in (None, one.run_id) else theme.FADED,
        "name": f"{one.name}, step {one.profile_step:,}",
        "meta": {"run_id": one.run_id},
        "uid": f"profile-{index}",
        "legendgroup": f"run-{index}",
    }


def _net(one: Recording) -> tuple[str, int]:
    return one.family, one.depth


def _ranked(line: dict[str, Any]) -> dict[str, Any]:
    order = np.argsort(-line["y"], kind="stable")  # not a number goes last
    return line | {
        "y": line["y"][order],
        "text": [line["text"][place] for place in order],
        "xaxis": "x2",
        "yaxis": "y2",
        "showlegend": False,
        "uid": f"ranked-{line['uid']}",
    }


def _layout(
    shown: Sequence[Recording], title: str, unit: str, log: bool, ranked: bool
) -> dict[str, Any]:
    kind, ticks = _vertical(shown, log)
    vertical = {"type": kind, "domain": [0, 1]} | ticks  # STACKED changes what is there
    name = f"{title.lower()}{f' ({unit})' if unit else ''}{', log scale' if kind == 'log' else ''}"
    width = (1 - GAP) / 2 if ranked else 1.0
    layout = {
        "legend": {"x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"t": 30},
        "xaxis": _horizontal(shown) | {"domain": [0, width], "showgrid": False},
        "yaxis": vertical | {"title": {"text": name}},
        "annotations": [] if shown else [sentence(EMPTY)],
    }
    if ranked:
        by_size = {"title": {"text": "the same, sorted by size"}, "domain": [1 - width, 1]}
        layout["xaxis2"] = by_size | {"anchor": "y2", "rangemode": "tozero"}
        layout["yaxis2"] = vertical | {"anchor": "x2"}
    return layout


def _vertical(shown: Sequence[Recording], log: bool) -> tuple[str, dict[str, Any]]:
    """A logarithm only where all numbers allow it, with ticks in plain digits."""
    numbers = np.concatenate([one.profile for one in shown] or [np.array([])])
    numbers = numbers[np.isfinite(numbers)]
    if not log or not len(numbers) or (numbers <= 0).any():
        return "linear", {}
    ticks = log_ticks(float(numbers.min()), float(numbers.max()))
    return "log", {"tickvals": ticks, "ticktext": [f"{tick:.3g}" for tick in ticks]}


def _horizontal(shown: Sequence[Recording]) -> dict[str, Any]:
    """Stages where the nets have the same places, else places counted from the input."""
    title = "block, from the input (left)"
    if len({one.places for one in shown}) != 1:
        return {"title": {"text": f"{title}, 0 = the first"}, "nticks": 8}
    named = named_spans(shown[0].places)
    return {
        "title": {"text": title},
        "tickvals": [(one.first + one.last) / 2 for one in named],
        "ticktext": [one.name for one in named],
    }


def _after(unit: str) -> str:
    return f"{unit and ' '}{unit}<extra></extra>"


def _in_words(shown: Sequence[Recording], title: str, unit: str) -> str:
    if not shown:
        return f"{title} from block to block: {EMPTY.lower()}."
    space = " " if unit else ""
    parts = [
        f"{one.name} at step {one.profile_step:,} from {one.profile[0]:.3g}{space}{unit} to"
        f" {one.profile[-1]:.3g}{space}{unit}, largest {np.nanmax(one.profile):.3g}{space}{unit}"
        for one in shown
        if np.isfinite(one.profile).any()
    ]
    return f"{title} from block to block, input on the left: {'; '.join(parts) or 'no numbers'}."
