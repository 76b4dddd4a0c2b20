"""What flows through a block diagram, forward or back, as ribbons, arrows and sums."""

from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.step_diagram_shapes import ARC, Spot, around, upright, width_of
from dashboard.figures.step_diagram_traces import Trace, area, arrows, sums, texts
from dashboard.figures.step_diagram_words import Row, known

FAINT, LIT = 0.25, 0.9  # opacity of ribbons at rest, and of lit ones
KEY, KEY_TOP = (70.0, 100.0), 8.0  # ends of the sample ribbons, and where the key begins
KEY_SHARES = (1.0, 1 / 4, 1 / 16)  # of the largest number


class Flow(NamedTuple):
    """Which numbers of the places are drawn where, and what they are.

    Attributes:
        into, out: on the trunk before and behind a block.
        above, below: in the branch, above its box and below it.
        shortcut: around it.
        arrow: the symbol of its direction.
        meets: where in a block two ways come together: an attribute of its Spot.
        words: what the numbers are.
    """

    into: str
    above: str
    below: str
    shortcut: str
    out: str
    arrow: str
    meets: str
    words: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All numbers drawn."""
        return self.into, self.above, self.below, self.shortcut, self.out


def flow_traces(
    name: str,
    rows: list[Row],
    where: list[Spot],
    most: float,
    colour: str,
    *,
    lit: bool,
    mode: theme.Mode,
) -> list[Trace]:
    """Ribbons of a flow; of a lit one also its arrows, its sums and the key to its widths.

    Args:
        name: one of FLOWS.
        rows: places from stem to head.
        where: spots of batch, all places and loss.
        most: the number of the widest ribbon.
    """
    flow = FLOWS[name]
    drawn = area("ribbons", _ribbons(rows, where, flow, most), colour, LIT if lit else FAINT)
    if not lit:
        return [drawn]
    adding = [spot for row, spot in _pairs(rows, where) if known(row["shortcut"])]
    down = [(0.0, spot.bottom) for spot in where[1:-1]] + [(ARC, spot.middle) for spot in adding]
    meeting = [(0.0, getattr(spot, flow.meets)) for spot in adding]
    return [
        drawn,
        arrows("arrows", down, flow.arrow, mode),
        sums("sums", meeting, mode),
        *_key(most, flow.words, colour),
    ]


def _ribbons(rows: list[Row], where: list[Spot], flow: Flow, most: float) -> list[np.ndarray]:
    """Outlines of all that flows; no ribbon where nothing was measured."""
    batch, *_, loss = where
    parts = [
        (batch.box[1], batch.bottom, rows[0][flow.into]),
        (loss.top, loss.box[0], rows[-1][flow.out]),
    ]
    bends = []
    for row, spot in _pairs(rows, where):
        above, below = _either(row, flow.above, flow.into), _either(row, flow.below, flow.out)
        parts += [
            (spot.top, spot.split, row[flow.into]),
            (spot.split, spot.box[0], above),
            (spot.box[1], spot.join, below),
            (spot.join, spot.bottom, row[flow.out]),
        ]
        if known(row["shortcut"]):
            bends.append(around(spot, width_of(row[flow.shortcut], most)))
    straight = [
        upright(top, bottom, width_of(value, most)) for top, bottom, value in parts if known(value)
    ]
    return bends + straight


def _either(row: Row, name: str, otherwise: str) -> float:
    """Stem, head, and a block whose ways a gate mixes, have no number of the branch alone."""
    return row[name] if known(row[name]) else row[otherwise]


def _key(most: float, words: str, colour: str) -> list[Trace]:
    """Sample ribbons with their numbers, in the free corner beside batch and stem."""
    samples, notes = [], [(KEY[0] - 8, KEY_TOP, words)]
    height, middle = KEY_TOP + 16, sum(KEY) / 2
    for share in KEY_SHARES:
        width = width_of(share * most, most)
        samples.append(upright(height, height + width, KEY[1] - KEY[0], middle))
        notes.append((KEY[1] + 5, height + width / 2, f"{share * most:.2g}"))
        height += width + 9
    return [
        area("key", samples, colour, LIT),
        texts("key-words", notes, "middle right"),
    ]


def _pairs(rows: list[Row], where: list[Spot]) -> Any:
    return zip(rows, where[1:-1], strict=True)


FLOWS = {
    "forward": Flow(
        into="input",
        above="input",
        below="branch",
        shortcut="shortcut",
        out="output",
        arrow="triangle-down",
        meets="join",
        words="typical size",
    ),
    "backward": Flow(
        into="gradient_in",
        above="through_branch",
        below="gradient_branch",
        shortcut="through_shortcut",
        out="gradient",
        arrow="triangle-up",
        meets="split",
        words="gradient (L2 norm)",
    ),
}
