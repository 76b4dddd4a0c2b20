"""Where the parts of the step diagram stand, and ribbons as wide as what flows in them."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

ARC, BEND = 88.0, 13.0  # the shortcut's distance from the trunk, and the radius of its corners
BOX = 52.0  # half the width of a block's box
LEFT, RIGHT = -112.0, 168.0  # edges of the figure
WIDEST = 22.0  # of a ribbon; all of these in pixels of a figure that has room
THINNEST = 1.0
ROW, LOW_ROW, FEW = 78.0, 64.0, 5  # height of a block; of one in a net of more than so many
ENDS = 56.0  # height of stem, head, and the boxes of batch and loss
TURN = np.linspace(0, np.pi / 2, 7)

Points = tuple[list[float | None], list[float | None]]  # outlines, with None in between


class Spot(NamedTuple):
    """Heights of one place, from the figure's top, downwards.

    Attributes:
        top: where its input arrives.
        split: where the shortcut leaves.
        box: the upper and the lower edge of its box.
        join: where branch and shortcut meet.
        bottom: where its output leaves.
    """

    top: float
    split: float
    box: tuple[float, float]
    join: float
    bottom: float

    @property
    def middle(self) -> float:
        """Of the box."""
        return sum(self.box) / 2


def spots(blocks: int) -> list[Spot]:
    """Batch, stem, so many blocks, head and loss, from top to bottom."""
    row = ROW if blocks <= FEW else LOW_ROW
    heights = [ENDS, ENDS, *blocks * [row], ENDS, ENDS]
    tops = np.cumsum([0.0, *heights])[:-1]
    return [_spot(float(top), height) for top, height in zip(tops, heights, strict=True)]


def width_of(value: float, most: float) -> float:
    """Pixels of a ribbon: a number four times as large is twice as wide."""
    share = min(max(value / most, 0.0), 1.0) if most > 0 else 0.0
    return max(THINNEST, WIDEST * share**0.5)


def upright(top: float, bottom: float, width: float, x: float = 0.0) -> np.ndarray:
    """Outline [4, 2] of a ribbon straight down."""
    half = width / 2
    return np.array([[x - half, top], [x + half, top], [x + half, bottom], [x - half, bottom]])


def around(spot: Spot, width: float) -> np.ndarray:
    """Outline [P, 2] of the shortcut's ribbon: out to the right, down, and back to the trunk."""
    return np.concatenate([_side(spot, width / 2), _side(spot, -width / 2)[::-1]])


def frame(spot: Spot, half: float = BOX) -> np.ndarray:
    """Outline [4, 2] of a place's box."""
    return upright(*spot.box, 2 * half)


def bar(spot: Spot, share: float) -> np.ndarray:
    """Outline [4, 2] of what fills so much of a box from the left."""
    return upright(*spot.box, 2 * BOX * share, x=BOX * (share - 1))


def outlines(shapes: Iterable[np.ndarray]) -> Points:
    """Closed outlines one after the other, as one trace draws them."""
    x: list[float | None] = []
    y: list[float | None] = []
    for shape in shapes:
        closed = np.round([*shape, shape[0]], 1)
        x += [*closed[:, 0].tolist(), None]
        y += [*closed[:, 1].tolist(), None]
    return x[:-1], y[:-1]


def _side(spot: Spot, offset: float) -> np.ndarray:
    """One edge of the shortcut's ribbon; an offset above 0 is the outer one."""
    radius, right = BEND + offset, ARC - BEND
    upper, lower = spot.split + BEND, spot.join - BEND
    across, along = radius * np.sin(TURN), radius * np.cos(TURN)
    return np.concatenate(
        [
            [[0.0, spot.split - offset]],
            np.stack([right + across, upper - along], 1),
            np.stack([right + across, lower + along], 1)[::-1],
            [[0.0, spot.join + offset]],
        ]
    )


def _spot(top: float, height: float) -> Spot:
    shares = np.array([0.16, 0.37, 0.65, 0.84])
    split, upper, lower, join = (top + height * shares).tolist()
    return Spot(top, split, (upper, lower), join, top + height)
