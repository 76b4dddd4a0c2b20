"""The gradient in the first block against that in the last, step by step, with what is healthy."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.block_heatmap import BEFORE_TRAINING, step_axis
from dashboard.figures.end_labels import sentence
from dashboard.figures.recording import Recording
from dashboard.figures.series import thin

EMPTY = "No gradients were recorded"
NARROW = {"below": 560, "layout": {"font": {"size": 11}}}


def gradient_ratio(
    shown: Sequence[Recording],
    *,
    healthy: float,
    highlighted: str | None = None,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A line a run: first block over last block, on logarithmic axes; 1 is the dashed line.

    Args:
        healthy: a ratio from 1/healthy to healthy lies in the grey band.
    """
    lit = highlighted if highlighted in {one.run_id for one in shown} else None
    lines = [_line(index, one, shown, lit, mode) for index, one in enumerate(shown)]
    reach = _reach(shown, healthy)
    until = max([int(one.steps[-1]) for one in shown], default=1)
    layout = {
        "uirevision": " ".join(one.run_id for one in shown),
        "margin": {"t": 30},
        "legend": {"x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": step_axis(until),
        "yaxis": {
            "type": "log",
            "title": {"text": "first block / last block, log scale"},
            "dtick": math.ceil(reach / 4),
            "exponentformat": "power" if reach > 4 else "none",
            "range": [-reach, reach],
        },
        "shapes": _shapes(shown, healthy),
        "annotations": [] if shown else [sentence(EMPTY)],
    }
    nets = {(one.family, one.depth) for one in shown}
    return theme.dress(lines, layout, mode, nets, alt=_in_words(shown), narrow=NARROW)


def ratios(one: Recording) -> np.ndarray:
    """[S]: first block over last block at each recorded step; NaN where there is no such number."""
    if not one.way:
        return np.full(len(one.steps), np.nan)
    first, last = (one.values[:, one.way[end]].astype(float) for end in (0, -1))
    return np.divide(first, last, out=np.full(len(first), np.nan), where=last > 0)


def _line(
    index: int, one: Recording, shown: Sequence[Recording], lit: str | None, mode: theme.Mode
) -> dict[str, Any]:
    columns = thin(len(one.steps))
    steps = one.steps[columns]
    same = any((other.family, other.depth) == (one.family, one.depth) for other in shown[:index])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.where(steps, steps, BEFORE_TRAINING),
        "y": ratios(one)[columns],
        "line": {
            "color": theme.shade(one.family, one.depth, mode),
            "width": 2.5,
            "dash": "dot" if same else "solid",
        },
        "opacity": 1.0 if lit in (None, one.run_id) else theme.FADED,
        "name": one.name,
        "hovertemplate": f"<b>{one.name}</b><br>step %{{x:,d}}<br>first / last %{{y:.3g}}"
        "<extra></extra>",
        "meta": {"run_id": one.run_id},
        "uid": f"ratio-{index}",
    }


def _reach(shown: Sequence[Recording], healthy: float) -> float:
    """Powers of ten up and down from 1 that hold the band and every ratio."""
    numbers = np.concatenate([np.array([healthy]), *(ratios(one) for one in shown)])
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    return 0.15 + float(np.abs(np.log10(numbers)).max())


def _shapes(shown: Sequence[Recording], healthy: float) -> list[dict[str, Any]]:
    across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    band = {"type": "rect", "y0": 1 / healthy, "y1": healthy, "line": {"width": 0}}
    one = {"type": "line", "y0": 1, "y1": 1}
    shapes = [
        across | band | {"fillcolor": theme.NEUTRAL, "opacity": theme.BAND},
        across | one | {"line": {"color": theme.NEUTRAL, "width": 1, "dash": "dash"}},
    ]
    for step in sorted({one.step for one in shown}):
        at = {"type": "line", "x0": step or BEFORE_TRAINING, "yref": "paper", "y0": 0, "y1": 1}
        line = {"line": {"color": theme.NEUTRAL, "width": 2}}
        shapes.append(at | line | {"x1": step or BEFORE_TRAINING})
    return shapes


def _in_words(shown: Sequence[Recording]) -> str:
    parts = [
        f"{one.name} from {numbers.min():.2g} to {numbers.max():.2g}"
        for one in shown
        if len(numbers := ratios(one)[np.isfinite(ratios(one))])
    ]
    return f"Gradient of the first block over that of the last: {'; '.join(parts) or 'none'}."
