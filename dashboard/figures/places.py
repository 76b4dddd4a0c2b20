"""Places of a net in words: 'stage 2, block 3' for the address stages.1.2."""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple


class Span(NamedTuple):
    """Neighbouring places under one name: the stem, a stage, the head.

    Attributes:
        first, last: indices of its places.
    """

    name: str
    first: int
    last: int


def is_block(place: str) -> bool:
    """It is, or lies in, one of the blocks between stem and head."""
    return place.startswith("stages.")


def is_on_the_way(place: str) -> bool:
    """It is a block or a layer in a block's branch: none of a shortcut or a gate."""
    return is_block(place) and place.split(".")[3:4] in ([], ["branch"])


@lru_cache(maxsize=128)  # a net's places are named at every update of its figures
def place_names(places: tuple[str, ...]) -> tuple[str, ...]:
    """'stage 1, block 2', with ', layer 1' where layers are listed, counted from 1 in a block."""
    names, layers = [], Counter[str]()
    for place in places:
        block, part = _split(place)
        layers[block] += part == "branch"
        words = {"": "", "branch": f", layer {layers[block]}"}.get(part, f", {part}")
        names.append(_block_name(block) + words)
    return tuple(names)


@lru_cache(maxsize=128)
def spans(places: tuple[str, ...]) -> tuple[Span, ...]:
    """Stem, stages and head, as far as they are among the places."""
    found: dict[str, list[int]] = {}
    for index, place in enumerate(places):
        found.setdefault(_group(place), []).append(index)
    return tuple(Span(name, indices[0], indices[-1]) for name, indices in found.items())


def named_spans(places: tuple[str, ...]) -> list[Span]:
    """Those with room for their names: in a deep net stem and head are one thin row each."""
    return [one for one in spans(places) if one.last - one.first + 1 >= len(places) / 20]


def _split(place: str) -> tuple[str, str]:
    """Address of its block, and the part of the block if it names one."""
    parts = place.split(".")
    if not is_block(place):
        return parts[0], ""
    return ".".join(parts[:3]), parts[3] if len(parts) > 3 else ""


def _group(place: str) -> str:
    return f"stage {int(place.split('.')[1]) + 1}" if is_block(place) else place.split(".")[0]


def _block_name(block: str) -> str:
    return f"{_group(block)}, block {int(block.split('.')[2]) + 1}" if is_block(block) else block
