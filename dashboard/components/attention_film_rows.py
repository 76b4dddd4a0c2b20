"""Frames of a film as rows of tiles: the nets' of one block, or a net's of all blocks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dashboard.components.attention_answers import Look
from dashboard.components.attention_strip import about, reach, short_name, slots
from dashboard.figures.cam_tiles import Tile
from dashboard.theme import percent


class Frame(NamedTuple):
    """What a net of one step says: address to map [h, w], and the class's probability, 0 to 1."""

    maps: dict[str, np.ndarray]
    probability: float


class Reel(NamedTuple):
    """A net, the film's steps, and frames by step: none where there is no net or no map."""

    look: Look
    steps: list[int]
    frames: dict[int, Frame]

    @property
    def column(self) -> int | None:
        """Where the time slider stands."""
        step = self.look.side.net_step
        return self.steps.index(step) if step in self.steps else None

    def block(self, address: str) -> dict[int, np.ndarray]:
        """A block's maps by step."""
        return {step: frame.maps[address] for step, frame in self.frames.items()}


class Rows(NamedTuple):
    """Tiles of a figure, the words of its rows, and the last row's block of each of its nets."""

    tiles: list[Tile]
    labels: list[str]
    blocks: list[str]


def net_rows(reels: Sequence[Reel], blocks: Sequence[str]) -> Rows:
    """A row a net, of one block each, on one scale."""
    pairs = list(zip(reels, blocks, strict=True))
    limit = _limit([reel.block(address) for reel, address in pairs])
    tiles = [
        tile
        for place, (reel, address) in enumerate(pairs)
        for tile in _tiles(reel, address, limit, row=place, place=place)
    ]
    return Rows(tiles, [reel.look.name for reel in reels], list(blocks))


def block_rows(reels: Sequence[Reel]) -> list[Rows]:
    """For each net a row a block, aligned by depth; a row has one scale for both nets."""
    places = slots([reel.look.answer["maps"] for reel in reels], all_blocks=False)
    count = 1 + max(slot for own in places for slot, _ in own)
    films: list[list[dict[int, np.ndarray]]] = [[] for _ in range(count)]
    for reel, own in zip(reels, places, strict=True):
        for slot, address in own:
            films[slot].append(reel.block(address))
    limits = list(map(_limit, films))
    return [
        _of_net(place, reel, own, limits)
        for place, (reel, own) in enumerate(zip(reels, places, strict=True))
    ]


def _of_net(
    place: int, reel: Reel, own: Sequence[tuple[int, str]], limits: Sequence[float]
) -> Rows:
    labels = [""] * len(limits)
    tiles: list[Tile] = []
    for slot, address in own:
        labels[slot] = short_name(address)
        tiles += _tiles(reel, address, limits[slot], row=slot, place=place)
    return Rows(tiles, labels, [own[-1][1]])


def _tiles(reel: Reel, address: str, limit: float, *, row: int, place: int) -> list[Tile]:
    return [
        Tile(
            numbers,
            limit,
            float(reel.steps.index(step)),
            float(row),
            f"{about(reel.look, address, numbers, limit)}"
            f"<br>step {step:,}, {percent(100 * reel.frames[step].probability)} sure of it",
            f"{place}|{step}",
        )
        for step, numbers in reel.block(address).items()
    ]


def _limit(films: Sequence[Mapping[int, np.ndarray]]) -> float:
    """How far the colours reach for a block's maps by step: to the strongest of each last one.

    In their first steps nets may be driven far off, and all that follows would be pale.
    """
    last = [reach(maps[max(maps)]) for maps in films if maps]
    return max(last, default=0.0)
