"""Beside the boxes of a drawn net: arcs for its shortcuts, and how often a block is repeated."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from dashboard import theme

BOX = 1.0  # width of a box, the unit of all widths
BULGE = 0.26  # of an arc
TURN = np.linspace(0, np.pi, 13)  # an arc is half an ellipse of so many points


class Place(NamedTuple):
    """Where a layer's box stands: left edge, row from the top."""

    x: float
    y: int


class Block(NamedTuple):
    """A block as drawn: its right edge, first and last row, kind of shortcut, number of copies."""

    edge: float
    first: int
    last: int
    shortcut: str
    repeat: int


def drawn_blocks(boxes: list[dict], places: list[Place]) -> list[Block]:
    """The blocks of a net, from the rows of its layers and the places of their boxes."""
    pairs = zip(boxes, places, strict=True)
    return [_block(list(own)) for _, own in groupby(pairs, lambda pair: pair[0]["block"])]


def arcs(net: str, blocks: list[Block], colour: str) -> Iterator[dict[str, Any]]:
    """One trace a kind of shortcut."""
    for kind, (_, line) in SHORTCUTS.items():
        own = [block for block in blocks if block.shortcut == kind]
        if own:
            yield {
                "type": "scatter",
                "x": [x for one in own for x in (*(one.edge + BULGE * np.sin(TURN)), None)],
                "y": [y for one in own for y in (*_heights(one), None)],
                "mode": "lines",
                "line": {"color": colour, **line},
                "hoverinfo": "skip",
                "uid": f"{net}/{kind}",
                "legendgroup": kind,
                "showlegend": False,
            }


def repeats(net: str, blocks: list[Block]) -> dict[str, Any]:
    """How often a block is repeated, beside the middle of its only drawn copy."""
    several = [block for block in blocks if block.repeat > 1]
    return text(
        [block.edge + BULGE for block in several],
        [(block.first + block.last) / 2 for block in several],
        [f"<b> x {block.repeat}</b>" for block in several],
        uid=f"{net}/repeats",
        textposition="middle right",
    )


def shortcut_key(kinds: set[str]) -> list[dict[str, Any]]:
    """An entry of the legend for each kind of shortcut that is drawn, in no family's colour."""
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": "lines",
            "line": {"color": theme.NEUTRAL, **line},
            "name": f"shortcut: {words}",
            "legendgroup": kind,
            "uid": f"key/{kind}",
        }
        for kind, (words, line) in SHORTCUTS.items()
        if kind in kinds
    ]


def text(x: list[float], y: list[float], words: list[str], **trace: Any) -> dict[str, Any]:
    """Words at places; the font is the figure's, so that it shrinks on a narrow page."""
    common = {"type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False}
    return {**common, "x": x, "y": y, "text": words, "cliponaxis": False, **trace}


def _block(own: list[tuple[dict, Place]]) -> Block:
    (row, first), (_, last) = own[0], own[-1]
    return Block(first.x + BOX, first.y, last.y, row["shortcut"], row["repeat"])


def _heights(block: Block) -> np.ndarray:
    middle, half = (block.first + block.last) / 2, (block.last - block.first + 1) / 2
    return middle - half * np.cos(TURN)


SHORTCUTS: dict[str, tuple[str, dict[str, Any]]] = {  # words, line
    "identity": ("identity", {"width": 1.75}),
    "padding": ("zero padding, the shape changes", {"width": 1.75, "dash": "dash"}),
    "projection": ("1x1 convolution", {"width": 3, "dash": "dash"}),
    "gate": ("learned gate", {"width": 1.75, "dash": "dot"}),
}
