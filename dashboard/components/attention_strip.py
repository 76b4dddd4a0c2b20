"""Maps of all blocks as tiles, aligned by depth, both nets' on one scale in each place."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dashboard.components.attention_answers import Look
from dashboard.components.inside_strips import View, rows_side_by_side
from dashboard.figures.cam_strip import columns_of, place_of
from dashboard.figures.cam_tiles import NOTHING, Tile
from dashboard.figures.places import is_block, place_names


class Strip(NamedTuple):
    """A net's tiles, their captions and addresses, and how many places its figure has."""

    tiles: list[Tile]
    captions: list[str]
    addresses: list[str]
    slots: int


def strips(found: Sequence[Look], *, relu: bool, all_blocks: bool) -> list[Strip]:
    """A strip a net.

    Args:
        relu: the classic Grad-CAM: what lowers the class counts as 0.
        all_blocks: of very deep nets, too.
    """
    nets = [shown_maps(look, relu=relu) for look in found]
    places = slots(nets, all_blocks=all_blocks)
    limits: dict[int, float] = {}
    for maps, own in zip(nets, places, strict=True):
        for slot, address in own:
            limits[slot] = max(limits.get(slot, 0.0), reach(maps[address]))
    return [_strip(*one, limits) for one in zip(found, nets, places, strict=True)]


def shown_maps(look: Look, *, relu: bool) -> dict[str, np.ndarray]:
    """Address to map, float32 [h, w]."""
    maps = look.answer["maps"]
    return {place: np.maximum(one, 0) if relu else one for place, one in maps.items()}


def slots(
    nets: Sequence[dict[str, np.ndarray]], *, all_blocks: bool
) -> list[list[tuple[int, str]]]:
    """Slot and address of each net's places that are shown, as on the page Inside."""
    answers = [{"blocks": [_as_block(place, one) for place, one in maps.items()]} for maps in nets]
    rows, _ = rows_side_by_side(answers, View(all_blocks=all_blocks))
    tops = sorted({row.top for own in rows for row in own})
    return [[(tops.index(row.top), row.block["address"]) for row in own] for own in rows]


def reach(numbers: np.ndarray) -> float:
    """The largest distance from 0, of what is a number."""
    known = numbers[np.isfinite(numbers)]
    return float(np.abs(known).max()) if len(known) else 0.0


def short_name(address: str) -> str:
    """'2.3' for stage 2, block 3; 'stem'."""
    if not is_block(address):
        return address
    _, stage, block = address.split(".")
    return f"{int(stage) + 1}.{int(block) + 1}"


def about(look: Look, address: str, numbers: np.ndarray, limit: float) -> str:
    """A map in words and numbers, for hover."""
    (name,) = place_names((address,))
    range_words = f"from {numbers.min():.3g} to {numbers.max():.3g} logits"
    words = range_words if (numbers > 0).any() else f"{range_words}: {NOTHING}"
    return (
        f"<b>{look.name}</b>, {name} ({address})<br>{look.class_name}:"
        f" {' x '.join(map(str, numbers.shape))} cells {words}"
        f"<br>darkest red: {limit:.3g}"
    )


def _as_block(address: str, numbers: np.ndarray) -> dict:
    return {"address": address, "parts": {"output": {"maps": numbers[None]}}}


def _strip(
    look: Look,
    maps: dict[str, np.ndarray],
    places: list[tuple[int, str]],
    limits: dict[int, float],
) -> Strip:
    columns, tiles = columns_of(len(limits)), []
    for slot, address in places:
        left, top = place_of(slot, columns)
        words = about(look, address, maps[address], limits[slot])
        tiles.append(Tile(maps[address], limits[slot], left, top, words, address))
    addresses = [address for _, address in places]
    return Strip(tiles, list(map(short_name, addresses)), addresses, len(limits))
