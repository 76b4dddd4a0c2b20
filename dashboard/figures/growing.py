"""Figures that grow by columns: those that a browser has already are not sent again."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

MOST_COLUMNS = 800


def chosen_columns(count: int) -> np.ndarray:
    """Indices of every column, or of every second, fourth, ...: 800 at most; and of the last.

    While the count grows what was chosen stays, apart from the last one.
    """
    stride = 1
    while (count - 1) // stride + 2 > MOST_COLUMNS:
        stride *= 2
    return np.unique(np.append(np.arange(0, count, stride), count - 1))


def mark(steps: np.ndarray, values: np.ndarray, names: Sequence[str]) -> str:
    """What a browser tells of the columns that it has: their count and a checksum.

    Args:
        values: [S, P], a row a column of the figure.
        names: of the P rows of the figure.
    """
    checksum = crc32(",".join(names).encode())
    for numbers in (steps, values):
        checksum = crc32(np.ascontiguousarray(numbers).data, checksum)
    return f"{len(steps)}-{checksum:08x}"


def held_columns(held: str, steps: np.ndarray, values: np.ndarray, names: Sequence[str]) -> int:
    """How many of the first columns a browser with this mark has; 0 when it has others."""
    told = held.partition("-")[0]
    count = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0
    same = count < len(steps) and mark(steps[:count], values[:count], names) == held
    return count if same else 0
