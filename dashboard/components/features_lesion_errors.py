"""Wrong answers of nets with lesions, asked for piece by piece and kept for everybody."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.inspection import ask
from dashboard.sides import Side

IMAGES = 500  # of a piece; for the first answer, and for each lesion of a sweep
MOST_WORK = 1e11  # multiply-adds of a piece: some 2 s on one core; larger nets get fewer images
QUICK = 0.3  # seconds: pieces that are known already come at once, of the others one

Edits = tuple[tuple[str, ...], ...]


class Question(NamedTuple):
    """A net with edits, and how many images are asked of it at once."""

    address: tuple[str, bool, str, int]
    edits: Edits
    piece: int


class Count(NamedTuple):
    """Answers that are wrong among the first so many of all images."""

    wrong: int
    tested: int
    images: int
    classes: int

    @property
    def error(self) -> float:
        """In %."""
        return 100 * self.wrong / self.tested

    @property
    def chance(self) -> float:
        """The error of guessing, in %."""
        return 100 - 100 / self.classes

    @property
    def complete(self) -> bool:
        """No image is left."""
        return self.tested == self.images


def question(side: Side, edits: Edits = ()) -> Question:
    """About a side's net.

    Raises:
        ValueError: its data set is not here any more; one sentence.
    """
    work = multiply_adds(side.spec, describe_dataset(side.spec.dataset))
    return Question(side.address, edits, max(1, min(IMAGES, int(MOST_WORK / work))))


def counted(asked: Question, images: int = IMAGES) -> Count:
    """The answers to at least so many images, or to all that there are.

    Raises:
        ValueError, InspectionError: there is no answer; one sentence.
    """
    first = _piece(*asked, 0)
    most = min(images, first["images"])
    pieces = [first, *(_piece(*asked, place) for place in range(asked.piece, most, asked.piece))]
    wrong, tested = (sum(piece[name] for piece in pieces) for name in ("wrong", "count"))
    return Count(wrong, tested, first["images"], first["classes"])


def counted_so_far(asked: Sequence[Question]) -> list[Count]:
    """Of each net with edits: all pieces that are known, and as many more as come quickly.

    Calling it again and again counts all images, and nobody waits for long.

    Raises:
        ValueError, InspectionError: there is no answer; one sentence.
    """
    start, pieces = time.monotonic(), 1
    found = [counted(one, pieces * one.piece) for one in asked]
    while not all(one.complete for one in found) and time.monotonic() - start < QUICK:
        pieces += 1
        found = [counted(one, pieces * one.piece) for one in asked]
    return found


@lru_cache(maxsize=1 << 14)
def _piece(address: tuple, edits: Edits, count: int, first: int) -> dict[str, Any]:
    return ask("lesion", *address, edits, first, count)
