"""A measure of every block at every step of one run: a heatmap, the input at the bottom."""

import math
from base64 import b64encode
from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.colour_scale import ColourScale
from dashboard.figures.end_labels import sentence
from dashboard.figures.growing import chosen_columns, held_columns, mark
from dashboard.figures.places import named_spans, place_names, spans
from dashboard.figures.recording import Recording

EMPTY = "Nothing was measured in this run"
NOT_A_NUMBER = "#dc143c"  # crimson: neither on the scale nor a family's hue
BEFORE_TRAINING = 0.45  # where step 0 stands on a logarithmic axis; hover rounds it to 0
TICKS = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


def block_heatmap(
    shown: Recording | None,
    scale: ColourScale | None,
    *,
    title: str,
    unit: str = "",
    until: int = 1,
    held: str = "",
    mode: theme.Mode = "light",
) -> theme.Figure:
    """One trace whatever the depth, a row a place, a column a step; a line at the slider's step.

    A click on a cell tells its x: the step, or BEFORE_TRAINING for step 0.

    Args:
        scale: the same for all heatmaps that are to be compared.
        until: last step of all heatmaps that are to be compared.
        held: `meta.columns.mark` of the figure that the browser has; the columns which that stands
            for are left out.
    """
    if shown is None or scale is None:
        return theme.dress([], _empty(), mode, alt=f"{title}: {EMPTY.lower()}.")
    columns = chosen_columns(len(shown.steps))
    steps, values = shown.steps[columns], shown.values[columns]
    since = held_columns(held, steps, values, shown.places)
    x = np.where(steps, steps, BEFORE_TRAINING)
    cells = {
        "type": "heatmap",
        "x": x[since:].tolist(),
        "y": rows(shown.places),
        "z": matrix(values[since:], "f4"),
        "transpose": True,  # a step after the other, as they were recorded
        "meta": {"clicked": "x"},
        "zmin": scale.low,
        "zmax": scale.high,
        "colorscale": scale.colours,
        "showscale": False,
        "hovertemplate": f"<b>%{{y}}</b><br>step %{{x:,d}}<br>{title.lower()} %{{z:.3g}}"
        f"{unit and ' '}{unit}<extra></extra>",
        "hoverongaps": False,
        "uid": "cells",
    }
    layout = _layout(shown, max(until, int(steps[-1]))) | {"shapes": _shapes(shown, x)}
    layout["annotations"] = _notes(shown)
    bar = scale.bar(f"{title}{f' ({unit})' if unit else ''}")
    # The last column is one of its own: a newer one may take its place.
    known = {"held": since, "mark": mark(steps[:-1], values[:-1], shown.places)}
    alt = _in_words(shown, title, unit)
    return theme.dress([cells, bar], layout, mode, alt=alt, columns=known)


def rows(places: tuple[str, ...]) -> list[str]:
    """What hover calls them: name and address."""
    named = zip(place_names(places), places, strict=True)
    return [name if name == place else f"{name} ({place})" for name, place in named]


def matrix(values: np.ndarray, kind: str) -> dict[str, str]:
    """A table of numbers as plotly.js reads it, in base64.

    Args:
        kind: f4, u1, ...: how a number is written.
    """
    data = np.ascontiguousarray(values, dtype=f"<{kind}").tobytes()
    shape = ", ".join(map(str, values.shape))
    return {"dtype": kind, "bdata": b64encode(data).decode(), "shape": shape}


def _shapes(shown: Recording, x: np.ndarray) -> list[dict[str, Any]]:
    """What shows through where there is no number, the stages' borders, the slider's step."""
    low, high = _edges(x)
    last = len(shown.places) - 0.5
    below = {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": NOT_A_NUMBER}
    ground = below | {"x0": low, "x1": high, "y0": -0.5, "y1": last}
    borders = [
        {"type": "line", "x0": low, "x1": high, "y0": span.first - 0.5, "y1": span.first - 0.5}
        | {"line": {"color": "white", "width": 1}, "opacity": 0.55}
        for span in spans(shown.places)[1:]
    ]
    at = shown.step or BEFORE_TRAINING
    casing, core = (
        {"type": "line", "x0": at, "x1": at, "y0": -0.5, "y1": last}
        | {"line": {"color": colour, "width": width}}
        for colour, width in (("black", 4), ("white", 2))
    )
    return [*([ground] if shown.overflow else []), *borders, casing, core]


def _edges(x: np.ndarray) -> tuple[float, float]:
    """Where the first cell begins and the last one ends."""
    if len(x) == 1:
        return float(x[0]) / 1.5, float(x[0]) * 1.5
    logs = np.log10(x)
    ends = logs[0] - (logs[1] - logs[0]) / 2, logs[-1] + (logs[-1] - logs[-2]) / 2
    return float(10 ** ends[0]), float(10 ** ends[1])


def step_axis(until: int) -> dict[str, Any]:
    """Steps on a logarithmic axis on which step 0 has a place of its own."""
    ticks = [tick for tick in TICKS if tick <= 1.1 * until]
    return {
        "type": "log",
        "title": {"text": "step (log scale)"},
        "tickvals": [tick or BEFORE_TRAINING for tick in ticks],
        "ticktext": [f"{tick:,}" for tick in ticks],
        "range": [math.log10(0.3), math.log10(1.15 * max(until, 1))],
    }


def _layout(shown: Recording, until: int) -> dict[str, Any]:
    named = named_spans(shown.places)
    return {
        "margin": {"t": 52},
        "xaxis": step_axis(until),
        "yaxis": {
            "type": "category",
            "title": {"text": "block, from the input (bottom)"},
            "showgrid": False,
            "range": [-0.5, len(shown.places) - 0.5],
            "tickvals": [(span.first + span.last) / 2 for span in named],
            "ticktext": [span.name for span in named],
        },
    }


def _notes(shown: Recording) -> list[dict[str, Any]]:
    if shown.overflow is None:
        return []
    about = {"xref": "paper", "yref": "paper", "x": 0.99, "y": 0.99}
    text = {"text": "<b>red: not a number</b>", "font": {"color": "white", "size": 12}}
    return [about | text | {"xanchor": "right", "yanchor": "top", "bgcolor": NOT_A_NUMBER}]


def _empty() -> dict[str, Any]:
    return {
        "annotations": [sentence(EMPTY)],
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
    }


def _in_words(shown: Recording, title: str, unit: str) -> str:
    profile, space = shown.profile, " " if unit else ""
    words = (
        f"{title} of {shown.name}: {len(shown.places)} places, input at the bottom, at"
        f" {len(shown.steps)} steps from {shown.steps[0]:,} to {shown.steps[-1]:,}."
        f" At step {shown.profile_step:,} it goes from {profile[0]:.3g}{space}{unit} at the first"
        f" place to {profile[-1]:.3g}{space}{unit} at the last."
    )
    if shown.overflow:
        step, place = shown.overflow
        words += f" Not a number from step {step:,}, {place}."
    return words
