"""Test error by width and epoch of one small net: where double descent shows, if it does."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.block_heatmap import matrix
from dashboard.figures.colour_scale import ColourScale
from dashboard.figures.end_labels import sentence
from dashboard.figures.error_by_depth import ticks_apart

EMPTY = "Each width becomes a column<br>that grows with the epochs"
BY_HEART = 1.0  # % of training error: below it the net knows its labels
WIDTHS: list[float] = [1, 2, 4, 8, 16, 32, 64]  # ticks while there are no nets
FACES, ROOM = 1.2, 0.06  # a border of half a cell, a share of the axis
KEY = f"training error below {BY_HEART:g} % from here on up"


def descent_map(curves: pd.DataFrame, epochs: float, *, mode: theme.Mode = "light") -> theme.Figure:
    """A column a width, a row an epoch; a line where the training labels are learnt by heart.

    Args:
        curves: columns width, epoch, split ('train' or 'test'), error (%); epochs 0 are left out:
            before training every net guesses.
        epochs: of the whole training, so that a map under way grows into its frame.
    """
    tested = tested_by_epoch(curves)
    if tested.empty:
        layout = _layout([], epochs) | {"annotations": [sentence(EMPTY)]}
        return theme.dress([], layout, mode, alt="Test error by width and epoch: nothing yet.")
    errors = tested.to_numpy()
    scale = _scale(errors)
    cells = {
        "type": "heatmap",
        "x": tested.columns.to_numpy(),
        "y": tested.index.to_numpy(),
        "z": matrix(errors, "f4"),
        "zmin": scale.low,
        "zmax": scale.high,
        "colorscale": scale.colours,
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": "<b>width %{x}</b>, epoch %{y:.1f}<br>test error %{z:.1f} %"
        "<extra></extra>",
        "uid": "cells",
    }
    traces = [cells, *_by_heart(learnt_at(curves)), scale.bar("Test error (%)")]
    return theme.dress(
        traces,
        _layout([float(width) for width in tested.columns], epochs),
        mode,
        alt=_in_words(tested),
        narrow=NARROW,
    )


def tested_by_epoch(curves: pd.DataFrame) -> pd.DataFrame:
    """Test errors (%), a row a measurement after the start, a column a width."""
    return _after_the_start(curves, "test").pivot_table(
        index="epoch", columns="width", values="error"
    )


def trained_by_epoch(curves: pd.DataFrame) -> pd.DataFrame:
    """Training errors (%) while an epoch was trained: a row an epoch, 1, 2, ..., a column a width.

    A single measurement is of a few batches only.
    """
    own = _after_the_start(curves, "train")
    epochs = own.assign(epoch=np.ceil(own["epoch"]))
    return epochs.pivot_table(index="epoch", columns="width", values="error")


def learnt_at(curves: pd.DataFrame) -> pd.Series:
    """The first epoch with a training error below 1 %, by width; of those that come to that."""
    known = trained_by_epoch(curves) < BY_HEART
    return known.idxmax()[known.any()] if len(known) else pd.Series(dtype=float)


def _after_the_start(curves: pd.DataFrame, split: str) -> pd.DataFrame:
    return curves[(curves["split"] == split) & (curves["epoch"] > 0)]


def width_axis(widths: list[float]) -> dict[str, Any]:
    """The widths on a logarithmic axis, all ticks that do not run into each other."""
    shown = widths or WIDTHS
    low, high = np.log10(shown[0] / FACES), np.log10(shown[-1] * FACES)
    return {
        "type": "log",
        "title": {"text": "width (channels of the first stage)"},
        "range": [low, high],
        "tickvals": ticks_apart(shown),
        "tickformat": "d",
        "showgrid": False,
    }


def _by_heart(learnt: pd.Series) -> list[dict[str, Any]]:
    """White on black, to be seen on every colour."""
    line = {
        "type": "scatter",
        "x": learnt.index.to_numpy(),
        "y": learnt.to_numpy(),
        "mode": "lines+markers",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    casing = line | {"line": {"color": "black", "width": 5}, "marker": {"size": 11}}
    casing |= {"marker": {"size": 11, "color": "black"}, "uid": "learnt-casing"}
    core = line | {"line": {"color": "white", "width": 2.5}, "hoverinfo": "text"}
    core |= {"marker": {"size": 7, "color": "white"}, "name": KEY, "uid": "learnt"}
    core["hovertext"] = [
        f"<b>width {width}</b><br>training error below {BY_HEART:g} % from epoch {epoch:.1f} on"
        for width, epoch in learnt.items()
    ]
    return [casing, core]


def _scale(errors: np.ndarray) -> ColourScale:
    """Logarithmic; the first epochs, in which the nets still guess, get the last colour."""
    low, high = np.nanmin(errors), np.nanpercentile(errors, 95)
    return ColourScale(float(low), float(max(high, 1.05 * low)), log=bool(low > 0), signed=False)


def _layout(widths: list[float], epochs: float) -> dict[str, Any]:
    return {
        "uirevision": "descent-map",
        "margin": {"t": 52},
        "xaxis": width_axis(widths),
        "yaxis": {
            "title": {"text": "epoch"},
            "range": [0, epochs * (1 + ROOM / 3)],
            "showgrid": False,
        },
    }


def _in_words(tested: pd.DataFrame) -> str:
    widths, errors = tested.columns.tolist(), tested.ffill().iloc[-1].to_numpy()
    low, high = errors.argmin(), errors.argmax()
    return (
        f"Test error by width and epoch: {len(widths)} widths from {widths[0]} to {widths[-1]},"
        f" epochs up to {tested.index[-1]:.0f}. The newest error is lowest,"
        f" {theme.percent(errors[low])}, at width {widths[low]} and highest,"
        f" {theme.percent(errors[high])}, at width {widths[high]}."
    )


NARROW = {"below": 460, "layout": {"font": {"size": 11}}}  # pixels: a phone
