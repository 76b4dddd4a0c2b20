"""How maps form while a net learns: a film, a column a saved step."""

from collections.abc import Sequence

from dashboard import theme
from dashboard.figures.cam_tiles import (
    Tile,
    empty_words,
    frame,
    tile_axes,
    tile_marks,
    tile_picture,
)

WIDE, NARROW = 860, 400  # pixels of a figure on a page of 1280: of both nets, or of one
FOOT = 44  # pixels below the maps, for the steps


def height_of(columns: int, rows: int, width: int) -> int:
    """Pixels of a figure whose maps are square on a page of 1280."""
    return round(rows * width / columns) + FOOT


def film_strip(
    tiles: Sequence[Tile],
    rows: Sequence[str],
    steps: Sequence[int],
    *,
    families: Sequence[str],
    marked: Sequence[int | None],
    pixels: float,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """One picture of all maps, rows of blocks or nets against time.

    A click on a map gives what it carries.

    Args:
        tiles: at whole columns and rows.
        rows: their words.
        steps: one a column.
        families: one for all rows, or one a row: the frames' colours.
        marked: column of the time slider, for all rows or for each; None where none is marked.
        pixels: of a tile on the page.
    """
    axes = tile_axes(len(steps), len(rows))
    tall = len(rows) // len(families)
    frames = [
        frame(column, place * tall, family, mode, rows=tall)
        for place, (family, column) in enumerate(zip(families, marked, strict=True))
        if column is not None
    ]
    layout = {
        "uirevision": "film-strip",
        "dragmode": False,
        "images": [tile_picture(tiles, len(steps), len(rows))] if tiles else [],
        "shapes": frames,
        "xaxis": axes["xaxis"]
        | {
            "showticklabels": True,
            "title": {"text": "training step (not to scale)"},
            "tickvals": [column + 0.47 for column in range(len(steps))],
            "ticktext": [f"{step:,}" for step in steps],
            "tickangle": 0,
        },
        "yaxis": axes["yaxis"]
        | {
            "showticklabels": True,
            "tickvals": [row + 0.47 for row in range(len(rows))],
            "ticktext": list(rows),
        },
    }
    traces = [empty_words(tiles), tile_marks(tiles, pixels)]
    narrow = {"below": 480, "layout": {"font": {"size": 9}}}
    return theme.dress(traces, layout, mode, alt=alt, narrow=narrow)
