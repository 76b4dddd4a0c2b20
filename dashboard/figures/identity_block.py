"""What goes into a block, through it and out of it: maps of a few channels, pixel by pixel.

The figure carries x and F(x). What two sliders of the page make of them the browser works out
(`live_plot/turned.js`): the maps follow the hand, and letting go draws nothing anew.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from plotly.colors import diverging, make_colorscale

from dashboard import theme
from dashboard.figures.block_heatmap import matrix

PARTS = {"x": "x", "branch": "s F(x) + β", "sum": "sum", "output": "output"}
HEIGHT = 300  # pixels, in which maps are square on a page of 1280 beside the menu
GAP = 0.08  # between maps, in widths of a map


class Cell(NamedTuple):
    """A pixel of a channel."""

    channel: int
    row: int
    column: int


def read_cell(hit: int, shape: tuple[int, int, int]) -> Cell:
    """The pixel that was clicked, from what its mark carries.

    Args:
        shape: channels, height and width of the block's maps.
    """
    return Cell(*(int(place) for place in np.unravel_index(hit, shape)))


class Turn(NamedTuple):
    """How sliders turn the branch.

    Attributes:
        sliders: labels of those for s and β, in this order, and what they say.
        adds: x is added to s F(x) + β.
        rectifies: a ReLU ends the block.
    """

    sliders: dict[str, float]
    adds: bool
    rectifies: bool

    @property
    def parts(self) -> list[str]:
        """Of PARTS, those that there are."""
        return [part for part in PARTS if part != "sum" or self.adds]


class Grid(NamedTuple):
    """Where maps stand: a row a channel, a column a part.

    Attributes:
        across, down: from a map to the next, in pixels of a map.
    """

    channels: list[int]
    height: int
    width: int
    across: int
    down: int

    def left(self, part: str) -> int:
        """The first pixel of a part's maps."""
        return list(PARTS).index(part) * self.across

    def columns(self, part: str) -> slice:
        return slice(self.left(part), self.left(part) + self.width)


def identity_block(
    maps: dict[str, np.ndarray],
    channels: np.ndarray,
    reaches: np.ndarray,
    cell: Cell,
    turn: Turn,
    *,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """All parts of a channel on one scale, red above 0 and blue below; a frame around one pixel.

    A click on a pixel gives its number among all of the block's, which `read_cell` reads.

    Args:
        maps: `x` and `z` = F(x), each float32 [R, h, w].
        channels, reaches: int and float [R]: numbers of the channels, sizes of the last colours.
    """
    height, width = maps["x"].shape[1:]
    across, down = (size + max(1, round(GAP * size)) for size in (width, height))
    grid = Grid(channels.tolist(), height, width, across, down)
    traces = [
        _row(grid, turn, row, maps["x"][row], maps["z"][row], float(reach))
        for row, reach in enumerate(reaches)
    ]
    layout = _axes(grid, reaches) | {
        "uirevision": "identity-block",
        "dragmode": False,
        "margin": {"l": 74, "t": 24},  # fixed: to measure the labels takes as long as to draw
        "annotations": _notes(grid, turn.parts),
        "shapes": list(_frames(grid, turn.parts, cell)),
    }
    narrow = {"below": 350, "layout": {"yaxis": {"scaleanchor": False, "tickfont": {"size": 10}}}}
    starts = {part: grid.left(part) for part in turn.parts}
    turned = turn._asdict() | {"starts": starts, "width": width}
    return theme.dress(traces, layout, mode, alt=alt, narrow=narrow, turned=turned)


def _row(
    grid: Grid, turn: Turn, row: int, x: np.ndarray, z: np.ndarray, reach: float
) -> dict[str, Any]:
    """A channel's maps side by side as one heatmap, with gaps that are no numbers."""
    cells = np.full((grid.height, grid.left("output") + grid.width), np.nan, np.float32)
    hits = np.zeros(cells.shape, np.int32)
    first = grid.channels[row] * grid.height * grid.width
    own = first + np.arange(grid.height * grid.width).reshape(grid.height, grid.width)
    for part in turn.parts:
        hits[:, grid.columns(part)] = own
    cells[:, grid.columns("x")], cells[:, grid.columns("branch")] = x, z
    return {
        "type": "heatmap",
        "x": np.arange(cells.shape[1]),
        "y": row * grid.down + np.arange(grid.height),
        "z": matrix(cells, "f4"),
        "customdata": matrix(hits, "i4"),
        "zmin": -(reach or 1.0),
        "zmax": reach or 1.0,
        "colorscale": COLOURS,
        "showscale": False,
        "hovertemplate": f"channel {grid.channels[row]}: %{{z:.3g}}<extra></extra>",
        "hoverongaps": False,
        "uid": f"row-{row}",
    }


def _axes(grid: Grid, reaches: np.ndarray) -> dict[str, Any]:
    axis = {"fixedrange": True, "showgrid": False, "showline": False, "constrain": "domain"}
    axis |= {"automargin": False}
    labels = zip(grid.channels, reaches, strict=True)
    last = (len(reaches) - 1) * grid.down + grid.height - 0.5
    return {
        "xaxis": axis
        | {"range": [-0.5, grid.left("output") + grid.width - 0.5]}
        | {"showticklabels": False, "constraintoward": "left"},
        "yaxis": axis
        | {"range": [last, -0.5], "scaleanchor": "x", "constraintoward": "top"}
        | {"tickvals": [row * grid.down + (grid.height - 1) / 2 for row in range(len(reaches))]}
        | {"ticktext": [f"channel {channel}<br>±{reach:.2g}" for channel, reach in labels]},
    }


def _notes(grid: Grid, parts: list[str]) -> list[dict[str, Any]]:
    """The parts' names above their maps; in the place of a part that there is not, why."""
    middles = {part: grid.left(part) + (grid.width - 1) / 2 for part in PARTS}
    head = {"y": -0.5, "yanchor": "bottom", "font": {"size": 12}}
    lacking = {"y": (grid.height - 1) / 2, "text": NOTHING_ADDED, "font": {"size": 11}}
    return [
        {"x": middle} | (head | {"text": f"<b>{PARTS[part]}</b>"} if part in parts else lacking)
        for part, middle in middles.items()
    ]


def _frames(grid: Grid, parts: list[str], cell: Cell) -> Iterator[dict[str, Any]]:
    """Around the pixel in each of its channel's maps: black in white, to be seen on any colour."""
    if cell.channel not in grid.channels:
        return
    top = grid.channels.index(cell.channel) * grid.down + cell.row
    for part in parts:
        left = grid.left(part) + cell.column
        edges = {"x0": left - 0.5, "x1": left + 0.5, "y0": top - 0.5, "y1": top + 0.5}
        for colour, width in (("white", 5), ("black", 2)):
            yield {"type": "rect", "line": {"color": colour, "width": width}} | edges


COLOURS = make_colorscale(diverging.RdBu_r)
NOTHING_ADDED = "no shortcut:<br>nothing<br>is added"
