"""Images of the unit card: about a square of them, frames in the net's colour."""

from collections.abc import Callable, Sequence

import numpy as np

from dashboard.components.section import figure, page_mode
from dashboard.figures.image_grid import Tile, grid_height, image_grid, square
from dashboard.sides import Side


def unit_grid(
    name: str,
    images: np.ndarray,
    tiles: Sequence[Tile],
    side: Side,
    *,
    alt: str,
    lit: int | None = None,
    on_click: Callable[[str], None] | None = None,
) -> None:
    """The images uint8 [N, h, w, C] in their section; `on_click` gets a tile's hit."""
    columns = square(len(tiles))
    net = (side.spec.family, side.spec.depth)
    drawn = image_grid(images, tiles, columns, alt=alt, net=net, lit=lit, mode=page_mode())
    figure(name, drawn, grid_height(len(tiles), columns), on_click)
