"""Where a net looks, block by block: a small map each, in lines from input to output."""

from collections.abc import Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.cam_tiles import (
    SHOWN,
    Tile,
    empty_words,
    frame,
    tile_axes,
    tile_marks,
    tile_picture,
)

MOST_COLUMNS = 6
CAPTION = 0.26  # height of the words above a tile, in tiles
WIDTH = 420  # pixels of a net's figure on a page of 1280


def columns_of(slots: int) -> int:
    """Maps in a line, of so many in all."""
    return min(max(slots, 3), MOST_COLUMNS)


def place_of(slot: int, columns: int) -> tuple[float, float]:
    """Left and top of a slot's tile, below its caption."""
    line, column = divmod(slot, columns)
    return float(column), line * (1 + CAPTION) + CAPTION


def height_of(slots: int) -> int:
    """Pixels of a figure whose maps are square on a page of 1280."""
    columns = columns_of(slots)
    return round(_rows(slots, columns) * WIDTH / columns) + 16


def cam_strip(
    tiles: Sequence[Tile],
    captions: Sequence[str],
    slots: int,
    *,
    family: str,
    chosen: int | None,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """One picture of all maps, words above each, a frame around the chosen one.

    A click on a map gives what it carries.

    Args:
        tiles: at the places of their slots.
        captions: one a tile.
        slots: places in the figure; some may be free, so that two nets are aligned.
        chosen: index of a tile.
    """
    columns = columns_of(slots)
    rows = _rows(slots, columns)
    layout = {
        "uirevision": "cam-strip",
        "dragmode": False,
        "images": [tile_picture(tiles, columns, rows)] if tiles else [],
        "shapes": [] if chosen is None else [frame(*_corner(tiles[chosen]), family, mode)],
        **tile_axes(columns, rows),
    }
    pixels = WIDTH / columns
    traces = [_captions(tiles, captions), empty_words(tiles), tile_marks(tiles, pixels)]
    narrow = {"below": 380, "layout": {"font": {"size": 10}}}
    return theme.dress(traces, layout, mode, alt=alt, narrow=narrow)


def _captions(tiles: Sequence[Tile], captions: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [tile.left + SHOWN / 2 for tile in tiles],
        "y": [tile.top - 0.04 for tile in tiles],
        "text": list(captions),
        "textposition": "top center",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "captions",
    }


def _corner(tile: Tile) -> tuple[float, float]:
    return tile.left, tile.top


def _rows(slots: int, columns: int) -> float:
    """Height of the figure, in tiles."""
    return -(-slots // columns) * (1 + CAPTION)
