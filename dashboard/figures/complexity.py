"""Accuracy against multiply-adds, a bubble a net (after Canziani et al. 2017, Figure 2)."""

import math
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "No nets are listed"
MILLION_PARAMETERS_OF_KEY = (5, 50, 140)
LARGEST_PIXELS, SMALLEST_PIXELS, LARGEST_PARAMETERS = 44, 6, 150e6
KEY_PLACES, KEY_ACCURACY = (5.0, 8.0, 15.0), 58.5  # multiply-adds (G) and top-1 (%) of the key
RANGE_G = (0.22, 50)
TICKS_G = (0.3, 0.5, 1, 2, 5, 10, 20)
NARROW = {"below": 560, "layout": {"font": {"size": 10}}}


def complexity(table: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """Top-1 accuracy over giga multiply-adds of one image, the area of a bubble its parameters.

    Two recipes of one net are joined by a line. What the paper prints (10-crop) are hollow marks,
    all of one size. Nets that are no family of the lab's are grey.

    Args:
        table: columns name, title, family, recipe ('V1', 'V2' or 'paper'), protocol, parameters
            (not known: NaN), multiply_adds_g, top1 (%), note (a sentence or '').
    """
    printed = table["recipe"] == "paper"
    traces = _joins(table[~printed])
    for family, word in FAMILY_WORDS.items():
        own = table[table["family"] == family]
        traces.append(_bubbles(own[own["recipe"] != "paper"], family, word, mode))
        traces.append(_hollow(own[own["recipe"] == "paper"], family, mode))
    traces += [_legend_of_hollow(bool(printed.any())), _key(len(table) > 0)]
    layout = _layout() | {"annotations": [] if len(table) else [sentence(EMPTY)]}
    return theme.dress(traces, layout, mode, alt=_in_words(table[~printed]), narrow=NARROW)


def _bubbles(own: pd.DataFrame, family: str, word: str, mode: theme.Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": own["multiply_adds_g"].to_numpy(),
        "y": own["top1"].to_numpy(),
        "text": [
            title if recipe == LABELLED_AT.get(name, "V1") else ""
            for name, title, recipe in own[["name", "title", "recipe"]].to_numpy()
        ],
        "textposition": [PLACES.get(name, "middle right") for name in own["name"]],
        "hovertext": [_hover(row) for row in own.itertuples(index=False)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": _sized(own["parameters"].tolist())
        | {"color": _colour(family, mode), "opacity": 0.6, "line": {"width": 0}},
        "name": word,
        "uid": f"{family}/bubbles",
        "legendgroup": family,
        "legendrank": 1,
    }


def _hollow(own: pd.DataFrame, family: str, mode: theme.Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": own["multiply_adds_g"].to_numpy(),
        "y": own["top1"].to_numpy(),
        "hovertext": [_hover(row) for row in own.itertuples(index=False)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "symbol": "diamond-open",
            "size": 10,
            "color": _colour(family, mode),
            "line": {"width": 1.75},
        },
        "uid": f"{family}/paper",
        "legendgroup": "paper",
        "showlegend": False,
    }


def _joins(measured: pd.DataFrame) -> list[dict[str, Any]]:
    """A line from recipe V1 to V2 of each net that has both."""
    x, y = [], []
    for _, own in measured.groupby("name", sort=False):
        if len(own) > 1:
            x += [*own["multiply_adds_g"], None]
            y += [*own["top1"], None]
    line = {"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"}
    trace = {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line}
    return [trace | {"name": "recipe V1 to V2", "hoverinfo": "skip", "uid": "recipes"}]


def _key(shown: bool) -> dict[str, Any]:
    """Three grey bubbles in the empty corner that tell what the area means."""
    below = "<br>" * 5  # the text is centred on the bubble
    units = ("\u00a0", "parameters", "\u00a0")
    amounts = zip(MILLION_PARAMETERS_OF_KEY, units, strict=True)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": list(KEY_PLACES) if shown else [],
        "y": [KEY_ACCURACY] * 3,
        "text": [f"{below}{millions} M<br>{unit}" for millions, unit in amounts],
        "textposition": "middle center",
        "marker": _sized([millions * 1e6 for millions in MILLION_PARAMETERS_OF_KEY])
        | {"color": theme.NEUTRAL, "opacity": 0.4, "line": {"width": 0}},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "key",
    }


def _legend_of_hollow(shown: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None] if shown else [],
        "y": [None],
        "marker": {
            "symbol": "diamond-open",
            "size": 10,
            "color": theme.NEUTRAL,
            "line": {"width": 1.75},
        },
        "name": "printed in He et al. 2015, 10-crop",
        "uid": "paper/key",
        "legendgroup": "paper",
        "legendrank": 2,
    }


def _sized(parameters: list[float]) -> dict[str, Any]:
    return {
        "size": parameters,
        "sizemode": "area",
        "sizeref": 2 * LARGEST_PARAMETERS / LARGEST_PIXELS**2,
        "sizemin": SMALLEST_PIXELS / 2,  # of the radius
    }


def _hover(row: Any) -> str:
    lines = [f"<b>{row.title}</b>, {RECIPES[row.recipe]}, {row.protocol}"]
    lines.append(f"top-1 accuracy {row.top1:g} %, {row.multiply_adds_g:g} G multiply-adds")
    if row.parameters == row.parameters:  # known
        lines.append(f"{row.parameters / 1e6:.1f} M parameters")
    return "<br>".join(lines + ([row.note] if row.note else []))


def _colour(family: str, mode: theme.Mode) -> str:
    return theme.family_colour(family, mode) if family in theme.HUES else theme.NEUTRAL


def _layout() -> dict[str, Any]:
    return {
        "uirevision": "complexity",
        "margin": {"t": 36},
        "font": {"size": 12},
        "legend": {"x": 0, "y": 1.01, "yanchor": "bottom", "itemsizing": "constant"},
        "xaxis": {
            "type": "log",
            "title": {"text": "multiply-adds of one image (billions, log scale)"},
            "tickvals": list(TICKS_G),
            "ticktext": [f"{tick:g}" for tick in TICKS_G],
            "range": [math.log10(end) for end in RANGE_G],
        },
        "yaxis": {"title": {"text": "top-1 accuracy (%)"}, "range": [54, 85]},
    }


def _in_words(measured: pd.DataFrame) -> str:
    if measured.empty:
        return "Accuracy against multiply-adds: no nets are listed."
    parts = [
        f"{row.title} {row.recipe} {row.top1:g} % at {row.multiply_adds_g:g} G"
        for row in measured.sort_values("multiply_adds_g").itertuples()
    ]
    return f"Top-1 accuracy against multiply-adds of one image: {'; '.join(parts)}."


FAMILY_WORDS = {
    "plain": "layers in a row",
    "resnet": "residual, basic blocks",
    "bottleneck": "residual, bottlenecks",
    "other": "other designs",
}
RECIPES = {"V1": "recipe V1", "V2": "recipe V2", "paper": "as printed"}
PLACES = {  # of the labels that would run into a neighbour on the right
    "googlenet": "middle left",
    "densenet121": "middle left",
    "vgg11": "bottom center",
    "vgg16": "middle left",
    "vgg19": "bottom center",
    "inception_v3": "top center",
    "resnet50": "middle left",
    "resnet101": "bottom center",
    "convnext_tiny": "middle left",
    "vit_b_16": "top center",
}
LABELLED_AT = {"resnet50": "V2", "vgg16_bn": "", "vgg19_bn": ""}  # V1, unless there is no room
