"""Values on a logarithmic scale, and marks for those that have no place there."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Range(NamedTuple):
    """Powers of ten that the axis spans; zeros stand at `floor`, what is not finite at `top`."""

    low: float
    high: float
    floor: float
    top: float


def is_drawn(values: Any) -> Any:
    """Which of the values, or whether this one, can be drawn: above 0 and finite."""
    return np.isfinite(values) & (np.asarray(values) > 0)


def span_of(values: np.ndarray) -> Range:
    """A range with room for all values and, outside of them, for the marks."""
    drawn = np.log10(values[is_drawn(values)])
    low, high = (float(drawn.min()), float(drawn.max())) if len(drawn) else (-1.0, 1.0)
    margin = 0.1 + 0.06 * (high - low)
    return Range(low - 2 * margin, high + 2 * margin, low - margin, high + margin)


def marks(own: pd.DataFrame, measure: str, span: Range, colour: str) -> list[dict[str, Any]]:
    """Crosses at the floor where the value is exactly 0, triangles at the top where not finite."""
    values = own[measure].to_numpy(float)
    kinds = ((values == 0, span.floor, *ZERO), (~np.isfinite(values), span.top, *NOT_FINITE))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": own["position"].to_numpy(float)[where],
            "y": np.full(int(where.sum()), 10.0**place),
            "marker": {"symbol": symbol, "size": 7, "color": colour, "line": {"width": 1.5}},
            "hovertext": layer_names(own[where]),
            "hovertemplate": f"%{{hovertext}}<br>{words}<extra></extra>",
            "name": words,
            "legendgroup": words,
            "uid": f"{own['net'].iloc[0]}/{words}",
        }
        for where, place, symbol, words in kinds
    ]


def once_in_legend(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each kind of mark is explained once, by the first trace that has any."""
    told = {""}
    for trace in traces:
        name = trace.get("name", "")
        trace["showlegend"] = bool(len(trace["x"])) and name not in told
        told |= {name} if trace["showlegend"] else set()
    return traces


def layer_names(own: pd.DataFrame) -> list[str]:
    """For the hover: net, layer and address of each row."""
    return [
        f"<b>{row.net}</b>, layer {row.layer} of {row.layers}<br>{row.address}"
        for row in own.itertuples()
    ]


ZERO = ("x-thin-open", "exactly 0")
NOT_FINITE = ("triangle-up", "too large for float32")
