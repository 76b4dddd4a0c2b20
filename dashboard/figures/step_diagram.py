"""One step of training on a net's block diagram: lines as wide as what flows in them."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.step_diagram_flow import FLOWS, flow_traces
from dashboard.figures.step_diagram_shapes import ARC, LEFT, RIGHT, Spot, bar, frame, spots
from dashboard.figures.step_diagram_traces import Trace, area, frames, texts, told
from dashboard.figures.step_diagram_words import (
    Row,
    hover_words,
    in_words,
    known,
    left_notes,
    right_notes,
)

CLEAR, FILLED = "rgba(0,0,0,0)", 0.4  # opacity of the bars
MARGIN = 6  # pixels
NARROW = {"below": 240, "layout": {"font": {"size": 9}}}


class Stage(NamedTuple):
    """What is drawn in a stage: whose flow, whether it is lit, and which boxes are framed."""

    flow: str
    lit: bool
    framed: slice


def step_diagram(
    places: pd.DataFrame,
    stage: str,
    most: dict[str, float],
    *,
    net: tuple[str, int],
    ends: tuple[str, str],
    mode: theme.Mode = "light",
) -> theme.Figure:
    """Batch, stem, blocks, head and loss below each other, with a ribbon for each way.

    Args:
        places: columns address, name, the numbers of the task `one-step` (NaN where there is none)
            and ratio (of the update to the weights); from stem to head.
        stage: one of STAGES.
        most: of all nets shown, as `largest` gives it.
        net: family and depth.
        ends: words in the boxes of batch and loss.
    """
    shown, where, colour = STAGES[stage], spots(len(places) - 2), theme.shade(*net, mode)
    rows = places.to_dict("records")
    boxes = [frame(spot) for spot in where]
    names = [ends[0], *places["name"], ends[1]]
    ribbons, *details = flow_traces(
        shown.flow, rows, where, most[shown.flow], colour, lit=shown.lit, mode=mode
    )
    traces = [
        ribbons,
        frames("boxes", boxes, theme.BACKGROUND[mode], theme.NEUTRAL, 1),
        *([_bars(rows, where, most["update"], colour)] if stage == "update" else []),
        frames("framed", boxes[shown.framed], CLEAR, colour, 2.5),
        *details,
        texts("names", [(0.0, at.middle, name) for at, name in zip(where, names, strict=True)]),
        texts("left", left_notes(rows, where, stage), "middle left"),
        texts("right", right_notes(rows, where, stage), "middle right"),
        _marks(rows, where),
    ]
    alt = in_words(theme.net_word(*net), rows, stage, ends)
    return theme.dress(traces, _layout(where), mode, [net], alt=alt, narrow=NARROW)


def diagram_height(blocks: int) -> int:
    """Pixels that the figure needs."""
    return round(spots(blocks)[-1].bottom) + 2 * MARGIN


def largest(places: pd.DataFrame) -> dict[str, float]:
    """The largest number of these places by flow, and of their `update` by weights."""
    drawn = {name: [*flow.columns] for name, flow in FLOWS.items()} | {"update": ["ratio"]}
    return {name: float(np.nanmax(places[columns].to_numpy())) for name, columns in drawn.items()}


def _bars(rows: list[Row], where: list[Spot], most: float, colour: str) -> Trace:
    """How far each place's weights move, by their own length: the widest bar fills its box."""
    pairs = zip(where[1:-1], rows, strict=True)
    shapes = [bar(spot, row["ratio"] / (most or 1.0)) for spot, row in pairs]
    return area("bars", shapes, colour, FILLED)


def _marks(rows: list[Row], where: list[Spot]) -> Trace:
    """What tells on hover: each box, and the middle of each shortcut."""
    notes = []
    for row, spot in zip(rows, where[1:-1], strict=True):
        across = (0.0, ARC) if known(row["shortcut"]) else (0.0,)
        notes += [(x, spot.middle, hover_words(row)) for x in across]
    return told("marks", notes)


def _layout(where: list[Spot]) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    return {
        "uirevision": "step-diagram",
        "dragmode": False,
        "font": {"size": 11},
        "margin": dict.fromkeys("lrtb", MARGIN),
        "xaxis": axis | {"range": [LEFT, RIGHT]},
        "yaxis": axis | {"range": [where[-1].bottom, 0], "scaleanchor": "x"},
    }


STAGES = {
    "batch": Stage("forward", lit=False, framed=slice(0, 1)),
    "forward": Stage("forward", lit=True, framed=slice(1, -1)),
    "loss": Stage("forward", lit=False, framed=slice(-1, None)),
    "backward": Stage("backward", lit=True, framed=slice(1, -1)),
    "update": Stage("backward", lit=False, framed=slice(1, None)),
}
