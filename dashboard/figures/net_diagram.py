"""Nets drawn side by side, layer by layer, as in Figure 3 of He et al. 2015."""

from itertools import groupby
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence
from dashboard.figures.net_shortcuts import (
    BOX,
    Place,
    arcs,
    drawn_blocks,
    repeats,
    shortcut_key,
    text,
)

EMPTY = "Choose a net to see its layers"
GAP, ARC, COUNT = 0.22, 0.3, 0.24  # room beside boxes, for arcs, and for numbers of copies
ROW_PIXELS, FRAME_PIXELS, LOWEST_PIXELS = 19, 96, 240
FAINT, DEEPER = 0.16, 0.09  # opacity of the first stage's boxes, and what each further one adds
DRAWN = ("conv", "pool", "fc")  # what lies on a shortcut is no box
NARROW = {"below": 560, "layout": {"font": {"size": 10}}}


def net_diagram(layers: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """A column of boxes a net, arcs for its shortcuts; the same output size at the same height.

    A click on a box gives 'net|block'. Boxes are stronger from stage to stage; pools and linear
    layers are grey.

    Args:
        layers: columns net, family, block, kind ('conv', 'pool', 'fc'; others lie on a shortcut),
            layer, size (px), channels, repeat, shortcut, parameters, multiply_adds; in order.
    """
    if layers.empty:
        layout = {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
        return theme.dress(
            [], layout | {"annotations": [sentence(EMPTY)]}, mode, alt="No net is drawn."
        )
    rows = layers.to_dict("records")
    nets = [(net, list(own)) for net, own in groupby(rows, lambda row: row["net"])]
    sizes = sorted({row["size"] for row in rows}, reverse=True)
    tops, bottom = _tops([own for _, own in nets], sizes)
    traces, titles, kinds, left = [], [], set(), 0.0
    for net, own in nets:
        boxes = [row for row in own if row["kind"] in DRAWN]
        places = _places(boxes, tops, left)
        blocks = drawn_blocks(boxes, places)
        shortcuts = list(arcs(net, blocks, theme.family_colour(own[0]["family"], mode)))
        traces += [_boxes(net, boxes, places, sizes), _words(net, boxes, places)]
        traces += [*shortcuts, repeats(net, blocks)]
        titles.append(_title(net, left))
        kinds |= {block.shortcut for block in blocks}
        repeated = any(block.repeat > 1 for block in blocks)
        left += BOX + GAP + ARC * bool(shortcuts) + COUNT * repeated
    traces += shortcut_key(kinds)
    layout = _layout(tops, bottom, left - GAP)
    return theme.dress(
        traces,
        layout | {"annotations": titles},
        mode,
        alt=_in_words(nets),
        narrow=NARROW,
    )


def diagram_height(layers: pd.DataFrame) -> int:
    """Pixels that the figure needs for its boxes to hold their words."""
    rows = layers.to_dict("records")
    nets = [list(own) for _, own in groupby(rows, lambda row: row["net"])]
    sizes = sorted({row["size"] for row in rows}, reverse=True)
    return max(LOWEST_PIXELS, FRAME_PIXELS + ROW_PIXELS * _tops(nets, sizes)[1])


def _tops(nets: list[list[dict]], sizes: list[int]) -> tuple[dict[int, int], int]:
    """The first row of each output size, and the number of rows."""
    tops, row = {}, 0
    for size in sizes:
        tops[size] = row
        row += max(sum(r["size"] == size and r["kind"] in DRAWN for r in own) for own in nets)
    return tops, row


def _places(boxes: list[dict], tops: dict[int, int], left: float) -> list[Place]:
    return [
        Place(left, tops[size] + place)
        for size, same in groupby(boxes, lambda row: row["size"])
        for place, _ in enumerate(same)
    ]


def _boxes(net: str, boxes: list[dict], places: list[Place], sizes: list[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [BOX] * len(boxes),
        "base": [place.x for place in places],
        "y": [place.y for place in places],
        "width": 0.8,
        "marker": {"color": [_fill(row, sizes) for row in boxes], "line": {"width": 0}},
        "customdata": [f"{net}|{row['block']}" for row in boxes],
        "hovertext": [_hover(row) for row in boxes],
        "hovertemplate": f"<b>{net}</b><br>%{{hovertext}}<extra></extra>",
        "uid": f"{net}/boxes",
        "showlegend": False,
    }


def _words(net: str, boxes: list[dict], places: list[Place]) -> dict[str, Any]:
    return text(
        [place.x + BOX / 2 for place in places],
        [place.y for place in places],
        [row["layer"] for row in boxes],
        uid=f"{net}/words",
    )


def _fill(row: dict, sizes: list[int]) -> str:
    conv = row["kind"] == "conv"
    colour = theme.hue(row["family"]) if conv else theme.NEUTRAL
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    opacity = FAINT + DEEPER * (sizes.index(row["size"]) if conv else 0)
    return f"rgba({red},{green},{blue},{opacity:.2f})"


def _hover(row: dict) -> str:
    words = f"{KINDS[row['kind']]}: {row['layer']}<br>output {row['size']} x {row['size']} px,"
    words += f" {row['channels']} channels"
    if row["parameters"]:
        words += f"<br>{row['parameters']:,} parameters"
        words += f"<br>{row['multiply_adds'] / 1e6:,.1f} M multiply-adds"
    return words + (f"<br>one of {row['repeat']} equal blocks" if row["repeat"] > 1 else "")


def _title(net: str, left: float) -> dict[str, Any]:
    return {
        "x": left + BOX / 2,
        "y": -0.6,
        "yanchor": "bottom",
        "text": f"<b>{net}</b>",
    }


def _layout(tops: dict[int, int], bottom: int, right: float) -> dict[str, Any]:
    return {
        "uirevision": "net-diagram",
        "dragmode": False,
        "barmode": "overlay",
        "font": {"size": 12},
        "margin": {"t": 8, "b": 40},
        "legend": {"x": 0, "y": 0, "yanchor": "top"},
        "xaxis": {
            "range": [-0.05, right + 0.05],
            "visible": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [bottom - 0.3, -2],
            "title": {"text": "output size (px a side)"},
            "tickvals": list(tops.values()),
            "ticktext": [str(size) for size in tops],
            "showgrid": False,
            "fixedrange": True,
        },
    }


def _in_words(nets: list[tuple[str, list[dict]]]) -> str:
    """Each net's layers with weights and its parameters."""
    parts = []
    for net, own in nets:
        weighted = sum(row["repeat"] for row in own if row["kind"] in ("conv", "fc"))
        parameters = sum(row["repeat"] * row["parameters"] for row in own)
        parts.append(f"{net} with {weighted} layers and {parameters / 1e6:.3g} M parameters")
    return f"Nets layer by layer, side by side: {'; '.join(parts)}."


KINDS = {"conv": "convolution", "pool": "pool", "fc": "linear layer"}
