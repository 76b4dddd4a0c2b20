"""Three 3x3 convolutions against one of 7x7: what they cost, and what they see."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Choose a number of channels"
SIDE = 7  # px: the receptive field of both
SEEN = {3: 0.25, 5: 0.2, 7: 0.15}  # px a side of one, two, three 3x3 layers; opacity on top


def kernel_cost(
    table: pd.DataFrame, channels: int | None, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """Parameters over channels, a line a way; dots at the chosen number of channels.

    Args:
        table: columns channels, way ('three 3x3' or 'one 7x7'), parameters; channels rise.
        channels: one of the table's.
    """
    ways = list(dict.fromkeys(table["way"]))
    traces, notes, ends = [], [], []
    for way in ways:
        own, colour = table[table["way"] == way], theme.family_colour(WAYS[way], mode)
        chosen = own[own["channels"] == channels]
        traces += [_line(own, way, colour), _dot(chosen, way, colour)]
        notes.append(_label(own, way, colour))
        ends += [f"{way} {int(value):,}" for value in chosen["parameters"]]
    alt = f"Parameters at {channels} channels: {'; '.join(ends)}." if ends else "No channels."
    layout = {
        "uirevision": "kernel-cost",
        "margin": {"t": 24},
        "annotations": notes or [sentence(EMPTY)],
        "xaxis": {"title": {"text": "channels C"}, "fixedrange": True},
        "yaxis": {
            "title": {"text": "parameters"},
            "rangemode": "tozero",
            "tickformat": "~s",
            "fixedrange": True,
        },
    }
    return theme.dress(traces, layout, mode, alt=alt)


def receptive_field(*, mode: theme.Mode = "light") -> theme.Figure:
    """Which pixels one output pixel depends on: three layers of 3x3 beside one of 7x7."""
    shapes = [
        *(
            _square(0, side, "resnet", opacity, mode)
            for side, opacity in sorted(SEEN.items())[::-1]
        ),
        _square(SIDE + 2, SIDE, "plain", 0.4, mode),
        *_grid(0),
        *_grid(SIDE + 2),
    ]
    notes = [
        *(
            _note(SIDE / 2, (SIDE + side) / 2 - 0.5, f"{words}: {side} x {side}")
            for words, side in zip(("1 layer", "2 layers", "3 layers"), SEEN, strict=True)
        ),
        _note(SIDE + 2 + SIDE / 2, SIDE - 0.5, "1 layer: 7 x 7"),
        _note(SIDE / 2, SIDE + 0.6, "<b>three 3x3</b>"),
        _note(SIDE + 2 + SIDE / 2, SIDE + 0.6, "<b>one 7x7</b>"),
    ]
    axis = {"visible": False, "fixedrange": True}
    layout = {
        "uirevision": "receptive-field",
        "dragmode": False,
        "shapes": shapes,
        "annotations": notes,
        "xaxis": axis | {"range": [-0.3, 2 * SIDE + 2.3]},
        "yaxis": axis | {"range": [-0.3, SIDE + 1.2], "scaleanchor": "x"},
    }
    alt = (
        "Two grids of 7 by 7 pixels. One output pixel of a 3x3 layer sees 3 x 3 pixels, of two"
        " layers 5 x 5, of three layers 7 x 7; one of a 7x7 layer sees 7 x 7 at once."
    )
    return theme.dress([_invisible()], layout, mode, alt=alt)


def _line(own: pd.DataFrame, way: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": own["channels"].to_numpy(),
        "y": own["parameters"].to_numpy(float),
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"<b>{way}</b><br>%{{x}} channels: %{{y:,}} parameters<extra></extra>",
        "showlegend": False,
        "uid": way,
    }


def _dot(chosen: pd.DataFrame, way: str, colour: str) -> dict[str, Any]:
    return _line(chosen, way, colour) | {
        "mode": "markers",
        "marker": {"color": colour, "size": 11},
        "uid": f"{way}/chosen",
    }


def _label(own: pd.DataFrame, way: str, colour: str) -> dict[str, Any]:
    """The way's name beside its line, where there is room: the dearer one's above."""
    row = own.iloc[3 * len(own) // 4]
    above = way == "one 7x7"
    return {
        "x": int(row["channels"]),
        "y": int(row["parameters"]),
        "text": f"<b>{way}</b>",
        "font": {"color": colour},
        "xanchor": "right" if above else "left",
        "yanchor": "bottom" if above else "top",
    }


def _square(
    left: float, side: int, family: str, opacity: float, mode: theme.Mode
) -> dict[str, Any]:
    low = (SIDE - side) / 2
    return {
        "type": "rect",
        "x0": left + low,
        "x1": left + low + side,
        "y0": low,
        "y1": low + side,
        "fillcolor": theme.family_colour(family, mode),
        "opacity": opacity,
        "line": {"width": 0},
        "layer": "below",
    }


def _grid(left: float) -> list[dict[str, Any]]:
    line = {"color": theme.NEUTRAL, "width": 0.75}
    lines = []
    for place in np.arange(SIDE + 1.0):
        ends = {"x0": left, "x1": left + SIDE, "y0": float(place), "y1": float(place)}
        lines.append({"type": "line", "line": line, **ends})
        ends = {"x0": left + float(place), "x1": left + float(place), "y0": 0, "y1": SIDE}
        lines.append({"type": "line", "line": line, **ends})
    return lines


def _note(x: float, y: float, text: str) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text}


def _invisible() -> dict[str, Any]:
    """Shapes alone make no axes: plotly wants a trace."""
    return {"type": "scatter", "x": [0], "y": [0], "mode": "none", "uid": "frame"}


WAYS = {"three 3x3": "resnet", "one 7x7": "plain"}  # whose colour they have
