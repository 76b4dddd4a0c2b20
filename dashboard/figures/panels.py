"""Where the panels of a figure stand: side by side, or in two rows."""

from collections.abc import Iterator
from typing import NamedTuple

GAP = 0.07  # between panels, for the depths at the line ends


class Place(NamedTuple):
    """Where a panel stands, in shares of the figure."""

    x: tuple[float, float]
    y: tuple[float, float]
    leftmost: bool
    lowest: bool


def rows_of(panels: int) -> int:
    """Two panels stand side by side; more of them would be too narrow for their names."""
    return 1 if panels <= 2 else 2


def place_panels(panels: int) -> Iterator[Place]:
    """Their places, row by row from the upper left."""
    rows = rows_of(panels)
    columns = -(-panels // rows)
    width, height = ((1 - GAP * (count - 1)) / count for count in (columns, rows))
    for panel in range(panels):
        row, column = divmod(panel, columns)
        left, top = column * (width + GAP), 1 - row * (height + GAP)
        lowest = panel + columns >= panels
        x, y = (left, left + width), (max(0.0, top - height), top)
        yield Place(x, y, leftmost=not column, lowest=lowest)
