"""What deepening changes, counted piece by piece: the answers of the net before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.inspection import ask
from dashboard.jobs import Tell, Work
from dashboard.sides import Side

TASK = "deepened"
INSERTIONS, SPLITS = ("identity", "random"), ("test", "train")
PIECE = 250  # images
MOST_WORK = 2e10  # multiply-adds of the deeper net on a piece: it answers it four times over
MOST_IMAGES = 10_000  # of a split


@dataclass
class Tally:
    """What is counted so far of one kind of insertion on one split.

    Attributes:
        images: that are going to be looked at.
        seen: images looked at so far.
        wrong_before, wrong_after: wrong answers of the net, and of the deepened one.
        moved: answers that changed.
        moved_training: the same with both nets in training mode.
        largest: change of a logit.
    """

    images: int
    seen: int = 0
    wrong_before: int = 0
    wrong_after: int = 0
    moved: int = 0
    moved_training: int = 0
    largest: float = 0.0

    @property
    def complete(self) -> bool:
        """No image is left."""
        return self.seen >= self.images

    def add(self, piece: dict[str, Any]) -> None:
        """The answer about the images that follow."""
        for name in ("wrong_before", "wrong_after", "moved", "moved_training"):
            setattr(self, name, getattr(self, name) + piece[name])
        self.largest = max(self.largest, piece["largest"])
        self.images = min(piece["images"], MOST_IMAGES)
        self.seen += len(piece["places"])


Tallies = dict[tuple[str, str], Tally]  # by split and insertion


class Deepened(NamedTuple):
    """A side, the layers it is deepened to, and what is counted of that."""

    side: Side
    depth: int
    tallies: Tallies

    @property
    def complete(self) -> bool:
        """Nothing is left to count."""
        return all(tally.complete for tally in self.tallies.values())


def deepened(side: Side, depth: int) -> Deepened:
    """What is known of the net at that depth by now; one for all who look at it."""
    return Deepened(side, depth, _tallies(side.address, depth, side.spec.dataset))


def count(found: Sequence[Deepened]) -> Work:
    """Work that counts all that is left, the test images of every net first."""

    def work(tell: Tell) -> bool:
        for split in SPLITS:
            while left := [(one, kind) for one in found for kind in _left(one, split)]:
                for one, kind in left:
                    _advance(one, split, kind)
                    tell(_share(found))
        return True

    return work


def counts_table(names: Sequence[str], found: Sequence[Deepened]) -> pd.DataFrame:
    """A row a net, insertion and split of which something is counted.

    Returns:
        Columns net, family, depth, deeper (layers after), insertion, split, images (looked at),
        error_before, error_after (%), moved (answers that changed), largest (change of a logit),
        moved_training (answers that change with both nets in training mode).
    """
    rows = [
        {
            "net": name,
            "family": one.side.spec.family,
            "depth": one.side.spec.depth,
            "deeper": one.depth,
            "insertion": kind,
            "split": split,
            "images": tally.seen,
            "error_before": 100 * tally.wrong_before / tally.seen,
            "error_after": 100 * tally.wrong_after / tally.seen,
            "moved": tally.moved,
            "largest": tally.largest,
            "moved_training": tally.moved_training,
        }
        for name, one in zip(names, found, strict=True)
        for (split, kind), tally in one.tallies.items()
        if tally.seen
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _left(one: Deepened, split: str) -> list[str]:
    return [kind for kind in INSERTIONS if not one.tallies[split, kind].complete]


def _advance(one: Deepened, split: str, kind: str) -> None:
    tally, size = one.tallies[split, kind], _piece(one)
    end = min(tally.seen + size, tally.images)
    tally.add(ask(TASK, *one.side.address, one.depth, kind, split, tally.seen, end))


def _piece(one: Deepened) -> int:
    spec = one.side.spec.model_copy(update={"depth": one.depth})
    work = multiply_adds(spec, describe_dataset(spec.dataset))
    return max(1, min(PIECE, int(MOST_WORK / work)))


def _share(found: Sequence[Deepened]) -> float:
    tallies = [tally for one in found for tally in one.tallies.values()]
    return sum(tally.seen for tally in tallies) / sum(tally.images for tally in tallies)


@st.cache_resource(max_entries=64, show_spinner=False)
def _tallies(address: tuple[str, bool, str, int], depth: int, dataset: str) -> Tallies:
    info = describe_dataset(dataset)
    images = {"test": info.test_images, "train": info.train_images}
    return {
        (split, kind): Tally(min(images[split], MOST_IMAGES))
        for split in SPLITS
        for kind in INSERTIONS
    }


COLUMNS = (
    *("net", "family", "depth", "deeper", "insertion", "split", "images"),
    *("error_before", "error_after", "moved", "largest", "moved_training"),
)
