"""What arrives at each layer of untrained nets: one panel a family, one logarithmic scale."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.colour_scale import log_ticks
from dashboard.figures.end_labels import PANEL_PIXELS, End, end_labels, sentence
from dashboard.figures.first_step_marks import (
    Range,
    is_drawn,
    layer_names,
    marks,
    once_in_legend,
    span_of,
)
from dashboard.figures.panels import place_panels
from dashboard.figures.series import family_order

EMPTY = "Choose a family and a depth"
FEW_DECADES = 2.5
ROOM = 0.11  # of the panel's width, for the depths at the end where the signal arrives


class Arriving(NamedTuple):
    """What a figure shows: its axis, and the layer at which the whole net lies behind it."""

    axis: str
    word: str
    arrives: float  # position of that layer: 0 is the first, 1 the last


def first_step_layers(
    table: pd.DataFrame, measure: str, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """A line a net, from its first layer to its last; zeros and what is not finite are marked.

    Args:
        table: columns net, family, depth, layer (from 1), layers, address, position (0..1) and the
            measure; a row a layer, from input to output.
        measure: one of ARRIVING.
    """
    what, span = ARRIVING[measure], span_of(table[measure].to_numpy(float))
    families = family_order(table["family"])
    traces, notes = [], []
    for panel, family in enumerate(families):
        axes = {"xaxis": _axis("x", panel), "yaxis": _axis("y", panel)}
        ends = []
        for net, own in table[table["family"] == family].groupby("net", sort=False):
            colour = theme.shade(family, int(own["depth"].iloc[0]), mode)
            shared = {**axes, "uid": str(net)}
            traces.append(_line(own, measure, what, colour) | shared)
            traces += [mark | axes for mark in marks(own, measure, span, colour)]
            ends += _end(own, measure, what, span, colour)
        notes += _labels(ends, what, span, xref=axes["xaxis"], yref=axes["yaxis"])
        notes.append(_title(family, panel, what, mode))
    layout = _layout(max(1, len(families)), what, span)
    layout["annotations"] = notes or [sentence(EMPTY)]
    nets = {(str(family), int(depth)) for family, depth in table[["family", "depth"]].to_numpy()}
    alt = _in_words(table, measure)
    return theme.dress(
        once_in_legend(traces), layout, mode, nets, alt=alt, narrow=_narrow(len(families), what)
    )


def _line(own: pd.DataFrame, measure: str, what: Arriving, colour: str) -> dict[str, Any]:
    values = own[measure].to_numpy(float)
    return {
        "type": "scatter",
        "mode": "lines+markers",  # a layer alone between zeros would have no line
        "x": own["position"].to_numpy(float),
        "y": np.where(is_drawn(values), values, np.nan),
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 4},
        "hovertext": layer_names(own),
        "hovertemplate": f"%{{hovertext}}<br>{what.word} %{{y:.3g}}<extra></extra>",
        "showlegend": False,
    }


def _end(own: pd.DataFrame, measure: str, what: Arriving, span: Range, colour: str) -> list[End]:
    """The depth beside the layer where the whole net has been passed, if it can be drawn there."""
    last = own.iloc[-1 if what.arrives else 0]
    value = float(last[measure])
    if not is_drawn(value):
        return []
    height = float(np.log10(value)) - span.low
    return [End(what.arrives, height, str(last["depth"]), colour)]


def _labels(ends: list[End], what: Arriving, span: Range, **axes: str) -> list[dict[str, Any]]:
    notes = end_labels(ends, span.high - span.low, height=PANEL_PIXELS, **axes)
    side = {} if what.arrives else {"xanchor": "right", "xshift": -4}
    return [note | {"y": note["y"] + span.low} | side for note in notes]


def _title(family: str, panel: int, what: Arriving, mode: theme.Mode) -> dict[str, Any]:
    """The family's name in the upper corner of its panel, away from where lines fan out."""
    place = 1 - what.arrives
    return {
        "text": f"<b>{theme.family_word(family)}</b>",
        "font": {"color": theme.family_colour(family, mode), "size": 15},
        "xref": f"{_axis('x', panel)} domain",
        "yref": f"{_axis('y', panel)} domain",
        "x": place,
        "y": 1,
        "xanchor": "right" if place else "left",
        "yanchor": "top",
        "xshift": -6 if place else 6,
    }


def _layout(panels: int, what: Arriving, span: Range) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "uirevision": what.axis,
        "margin": {"t": 28, "r": 12},
        "legend": {"x": 1, "xanchor": "right", "y": 1.01, "yanchor": "bottom"},
    }
    for panel, place in enumerate(place_panels(panels)):
        layout[_axis("xaxis", panel)] = {
            "domain": place.x,
            "anchor": _axis("y", panel),
            "range": [-0.02, 1 + ROOM] if what.arrives else [-ROOM, 1.02],
            "tickvals": [0, 0.5, 1],
            "ticktext": ["first layer", "half way", "last layer"],
            "showticklabels": place.lowest,
        }
        layout[_axis("yaxis", panel)] = {
            "domain": place.y,
            "anchor": _axis("x", panel),
            "type": "log",
            "exponentformat": "power",
            **_ticks(span),
            "title": {"text": what.axis if place.leftmost else None},
            "range": [span.low, span.high],
            "showticklabels": place.leftmost,
            "matches": "y" if panel else None,
        }
    return layout


def _ticks(span: Range) -> dict[str, Any]:
    """Over few powers of ten plain numbers in between; else Plotly's own."""
    if span.high - span.low >= FEW_DECADES:
        return {}
    ticks = log_ticks(10**span.low, 10**span.high)
    return {"tickvals": ticks, "ticktext": [f"{tick:.3g}" for tick in ticks]}


def _narrow(panels: int, what: Arriving) -> dict[str, Any]:
    """On a phone the words and the depths need a larger share of the panel."""
    axis = {
        "ticktext": ["first", "", "last"],
        "range": [-0.05, 1 + 3 * ROOM] if what.arrives else [-3 * ROOM, 1.05],
    }
    axes = {_axis("xaxis", panel): axis for panel in range(panels)}
    return {"below": 620, "layout": {"font": {"size": 11}, **axes}}


def _in_words(table: pd.DataFrame, measure: str) -> str:
    what = ARRIVING[measure]
    if table.empty:
        return f"{what.word.capitalize()} by layer: no net is chosen."
    parts = [
        f"{net} {own[measure].iloc[0]:.2g} and {own[measure].iloc[-1]:.2g}"
        for net, own in table.groupby("net", sort=False)
    ]
    return f"{what.word.capitalize()} in the first and in the last layer: {'; '.join(parts)}."


def _axis(name: str, panel: int) -> str:
    return f"{name}{panel + 1}" if panel else name


ARRIVING = {
    "gradient_norm": Arriving("gradient norm (log scale)", "gradient norm", 0.0),
    "activation_std": Arriving("spread of activations (log scale)", "spread", 1.0),
}
