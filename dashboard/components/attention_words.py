"""What the maps show, in sentences and tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.components.attention_answers import Look
from dashboard.figures.cam_tiles import NOTHING
from dashboard.figures.places import place_names

EVEN = "11\u00a0%"  # one of nine parts
UNLIKE = 0.3  # below it two maps count as hardly alike
ALIKE = 0.8  # correlation from which on two maps count as looking at the same
THIRDS = (
    ("upper left", "upper middle", "upper right"),
    ("middle left", "middle", "middle right"),
    ("lower left", "lower middle", "lower right"),
)


def strips_reading(found: Sequence[Look]) -> str:
    """Where each net's last block looks, since which block, and how much two nets agree."""
    return " ".join([*map(_net_reading, found), _both_reading(found)]).strip()


def _net_reading(look: Look) -> str:
    maps = list(look.answer["maps"].values())
    if not (maps[-1] > 0).any():
        return f"In the last block of **{look.name}** {NOTHING} (*{look.class_name}*)."
    share, part = strongest_part(maps[-1])
    sentence = (
        f"In the last block of **{look.name}**, {100 * share:.0f}\u00a0% of what raises"
        f" *{look.class_name}* lies in the {part} of the image ({EVEN} if it were spread evenly)"
    )
    first = first_alike(maps)
    if first is None or len(maps) < 2:
        return f"{sentence}."
    names = place_names(tuple(look.answer["maps"]))
    if first == len(maps) - 1:
        return f"{sentence}; no block before it looks at the same."
    return f"{sentence}; from {names[first]} on every block looks at the same."


def _both_reading(found: Sequence[Look]) -> str:
    if len(found) < 2:
        return ""
    alike = likeness(*(list(look.answer["maps"].values())[-1] for look in found))
    if not np.isfinite(alike):
        return ""
    much = "much" if alike >= ALIKE else "partly" if alike >= UNLIKE else "hardly"
    return f"The maps of the two last blocks are {much} alike (correlation {alike:.2f})."


def strongest_part(numbers: np.ndarray) -> tuple[float, str]:
    """The part of the image, of nine, with most of what is above 0, and its share (0 to 1)."""
    positive = np.where(numbers > 0, numbers, 0).astype(float)
    down, across = (_thirds(size) for size in positive.shape)
    parts = down @ positive @ across.T
    row, column = np.unravel_index(parts.argmax(), parts.shape)
    return float(parts[row, column] / parts.sum()), THIRDS[row][column]


def _thirds(size: int) -> np.ndarray:
    """[3, size]: how much of each cell lies in the first, second and last third."""
    edges = np.linspace(0, 3, size + 1)
    starts = np.arange(3)[:, None]
    low, high = np.maximum(edges[:-1], starts), np.minimum(edges[1:], starts + 1)
    return np.clip(high - low, 0, None) * size / 3


def first_alike(maps: Sequence[np.ndarray]) -> int | None:
    """Index from which on all maps are like the last; None where that one is the same all over."""
    alike = np.array([likeness(one, maps[-1]) for one in maps])
    if not np.isfinite(alike[-1]):
        return None
    unlike = np.flatnonzero(~(alike >= ALIKE))
    return int(unlike[-1]) + 1 if len(unlike) else 0


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's correlation of two maps [h, w], on the finer grid; NaN where one is constant."""
    size = np.maximum(one.shape, other.shape)
    first, second = (_spread(numbers, size).ravel() for numbers in (one, other))
    if not (first.std() > 0 and second.std() > 0):
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def _spread(numbers: np.ndarray, size: Sequence[int] | np.ndarray) -> np.ndarray:
    """The same map on a finer grid, its cells as they are."""
    down, across = (
        np.arange(fine) * cells // fine for fine, cells in zip(size, numbers.shape, strict=True)
    )
    return numbers[down][:, across].astype(float)


def strips_table(found: Sequence[Look]) -> pd.DataFrame:
    """A row a block: columns net, block, address, class, grid, lowest, highest (logits), ...

    `positive` is the share of cells above 0 (%), `like_last` the correlation with the last block.
    """
    rows: list[dict[str, Any]] = []
    for look in found:
        maps = look.answer["maps"]
        last = list(maps.values())[-1]
        for name, (address, numbers) in zip(place_names(tuple(maps)), maps.items(), strict=True):
            row = {"net": look.name, "block": name, "address": address, "class": look.class_name}
            row |= {"grid": " x ".join(map(str, numbers.shape))}
            row |= {"lowest": float(numbers.min()), "highest": float(numbers.max())}
            row |= {"positive": 100 * float((numbers > 0).mean())}
            rows.append(row | {"like_last": likeness(numbers, last)})
    return pd.DataFrame(rows)


def large_reading(shown: Sequence[tuple[Look, str, np.ndarray]]) -> str:
    """How far each net's map of the chosen block reaches, and what it adds up to.

    Args:
        shown: net, address and map.
    """
    parts = []
    for look, address, numbers in shown:
        (name,) = place_names((address,))
        if not (numbers > 0).any():
            parts.append(f"**{look.name}**, {name}: {NOTHING} (*{look.class_name}*)")
            continue
        share, part = strongest_part(numbers)
        parts.append(
            f"**{look.name}**, {name}: up to {numbers.max():.3g} logits for *{look.class_name}*,"
            f" {100 * share:.0f}\u00a0% of what raises it in the {part}"
        )
    return f"{'; '.join(parts)}."
