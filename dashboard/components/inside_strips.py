"""Activations of one image as rows of a figure, side by side with another net's."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard import words
from dashboard.figures.feature_maps import Strip
from dashboard.figures.places import place_names

MOST_ROWS = 40  # blocks shown of a very deep net, unless all are asked for
MOST_MAPS = 256  # of a block
SPACE = 0.15  # between blocks, in heights of a map

Answer = dict[str, Any]  # what the task `activations` tells
Block = dict[str, Any]


class View(NamedTuple):
    """What of the activations is shown.

    Attributes:
        all_maps: of a block, not only the strongest.
        adding: F(x), x and their sum in blocks that add, not what goes out.
        all_blocks: of a very deep net.
    """

    all_maps: bool = False
    adding: bool = False
    all_blocks: bool = False

    @property
    def columns(self) -> int:
        """Maps in a line."""
        return 16 if self.all_maps else 8

    @property
    def maps(self) -> int:
        """Of a block, at most."""
        return MOST_MAPS if self.all_maps else 8


class Row(NamedTuple):
    """A block and where it stands, in heights of a map from the figure's top."""

    block: Block
    name: str
    top: float


def rows_side_by_side(answers: Sequence[Answer], view: View) -> tuple[list[list[Row]], float]:
    """The rows of each net, and the height of all: what is equally deep stands at one height.

    Stem and last block of all nets stand in the first and last slot, the others as evenly as whole
    slots allow; block by block where nets are equally deep.
    """
    counts = [len(answer["blocks"]) for answer in answers]
    slots = max(counts) if view.all_blocks else min(max(counts), MOST_ROWS)
    chosen = [_evenly(count, slots) for count in counts]
    lines = np.zeros(slots)
    for answer, places in zip(answers, chosen, strict=True):
        for slot, index in places:
            lines[slot] = max(lines[slot], _lines(answer["blocks"][index], view))
    tops = np.concatenate([[0.0], np.cumsum(lines + SPACE)])
    rows = []
    for answer, places in zip(answers, chosen, strict=True):
        names = place_names(block["address"] for block in answer["blocks"])
        found = [(answer["blocks"][index], names[index], slot) for slot, index in places]
        rows.append([Row(block, name, float(tops[slot])) for block, name, slot in found])
    return rows, float(tops[-1])


def strips_of(row: Row, view: View) -> list[Strip]:
    """What goes out of a block; or F(x), x and their sum, in the same channels and colours."""
    parts, names = row.block["parts"], _parts(row.block, view)
    response = parts["output"]["maps"].mean((1, 2))
    channels = np.argsort(-response, kind="stable")[: view.maps]
    lines = -(-len(channels) // view.columns)
    limits = part_limits(row.block, names[0])
    return [
        Strip(
            label=_label(row.name, names, place, view),
            about=_about(row, name),
            address=row.block["address"],
            part=name,
            channels=channels,
            maps=parts[name]["maps"][channels],
            limits=limits,
            signed=name != "output",
            histogram=parts[name]["histogram"],
            top=row.top + place * lines,
        )
        for place, name in enumerate(names)
    ]


def part_limits(block: Block, name: str) -> tuple[float, float]:
    """From the smallest to the largest number of the output; of what adds up, about 0."""
    names = ("output",) if name == "output" else ADDENDS
    numbers = np.concatenate([block["parts"][one]["maps"].ravel() for one in names])
    numbers = numbers[np.isfinite(numbers)]
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 0.0)
    reach = max(-low, high)
    return (low, high) if name == "output" else (-reach, reach)


def _evenly(count: int, slots: int) -> list[tuple[int, int]]:
    """Slot and index of the blocks that are shown, the first and the last at the ends."""
    shown = min(count, slots)
    if shown < 2:
        return [(0, 0)]
    share = np.linspace(0, 1, shown)
    slot, index = (np.round(share * (total - 1)).astype(int) for total in (slots, count))
    return list(zip(slot.tolist(), index.tolist(), strict=True))


def _lines(block: Block, view: View) -> int:
    channels = min(len(block["parts"]["output"]["maps"]), view.maps)
    return len(_parts(block, view)) * -(-channels // view.columns)


def _parts(block: Block, view: View) -> Sequence[str]:
    return ADDENDS if view.adding and "sum" in block["parts"] else ("output",)


def _label(block: str, names: Sequence[str], place: int, view: View) -> str:
    """The block, at its first strip, and the part where there are several; in one line if low."""
    parts = block.split(", ") if not place else []
    parts += [PARTS[names[place]]] if len(names) > 1 else []
    return (", " if view.all_maps else "<br>").join(parts)


def _about(row: Row, name: str) -> str:
    part = row.block["parts"][name]
    channels, height, width = part["maps"].shape
    return (
        f"<b>{row.name}</b>, {PARTS[name]} ({row.block['address']})"
        f"<br>{words.plural(channels, 'map')} of {height} x {width}:"
        f" mean {part['mean']:.3g}, spread {part['std']:.3g}"
        f"<br>{part['zeros']:.0f} % zeros, {part['dead']:.0f} % of channels dead"
    )


ADDENDS = ("branch", "shortcut", "sum")
PARTS = {"output": "output", "branch": "F(x)", "shortcut": "x", "sum": "F(x) + x"}
