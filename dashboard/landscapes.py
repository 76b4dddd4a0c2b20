"""The loss around nets: computed piece by piece, kept in the user's store for the next time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from core.inspection import ask
from core.store.database import Store
from core.store.findings import keep_finding, read_finding
from dashboard.jobs import Tell, Work
from dashboard.sides import Side

TASK = "landscape"
PIECE_SECONDS = 1.0  # others wait for so long until it is their turn
FIRST = 2  # points: enough to tell how long the others will take


class Settings(NamedTuple):
    """Which part of the ground is looked at.

    Attributes:
        points: on a side of the grid.
        reach: from the middle to a side, in lengths of the net's filters.
        seed: of the two directions.
    """

    points: int
    reach: float
    seed: int


@dataclass
class Landscape:
    """What is known of the loss around a net by now.

    Attributes:
        loss: float32 [P, P], nats; NaN where it is not known yet, infinite where the net overflows.
        error: float32 [P, P], %.
        done: how many points are known.
        images: that they are measured on.
        seconds_each: that the last points took.
        kept: it comes from the store, measured some time before.
    """

    settings: Settings
    loss: np.ndarray = field(init=False)
    error: np.ndarray = field(init=False)
    done: int = 0
    images: int = 0
    seconds_each: float = PIECE_SECONDS
    kept: bool = False

    def __post_init__(self) -> None:
        shape = (self.settings.points, self.settings.points)
        self.loss, self.error = (np.full(shape, np.nan, np.float32) for _ in range(2))

    @property
    def complete(self) -> bool:
        """Every point is known."""
        return self.done == self.loss.size

    @property
    def seconds_left(self) -> float:
        """Of computing, until every point is known."""
        return (self.loss.size - self.done) * self.seconds_each

    def add(self, first: int, piece: dict[str, Any]) -> None:
        """The answer to the question for the points from `first` on."""
        places, count = (piece["rows"], piece["columns"]), len(piece["loss"])
        self.loss[places], self.error[places] = piece["loss"], piece["error"]
        self.images, self.seconds_each = piece["images"], piece["seconds"] / count
        self.done = max(self.done, first + count)


def landscape_of(side: Side, settings: Settings, store: Store) -> Landscape:
    """What is known of it: all, if it was kept in the store; one for all who look at it."""
    return _landscape(side.address, settings, side, store)


def explore(found: Sequence[tuple[Side, Landscape]], store: Store) -> Work:
    """Work that completes the landscapes, all a piece in turn, and keeps each in the store."""

    def work(tell: Tell) -> bool:
        while missing := [(side, ground) for side, ground in found if not ground.complete]:
            for side, ground in missing:
                _advance(side, ground, store)
                done = sum(ground.done for _, ground in found)
                tell(done / sum(ground.loss.size for _, ground in found))
        return True

    return work


def _advance(side: Side, ground: Landscape, store: Store) -> None:
    first, count = ground.done, max(1, int(PIECE_SECONDS / ground.seconds_each))
    ground.add(first, ask(TASK, *side.address, tuple(ground.settings), first, count))
    if ground.complete:
        arrays = {"loss": ground.loss, "error": ground.error, "images": np.array(ground.images)}
        keep_finding(store, *_name(side, ground.settings), arrays, recorded=side.store.read_only)


@st.cache_resource(max_entries=64, show_spinner=False)
def _landscape(
    address: tuple[str, bool, str, int], settings: Settings, _side: Side, _store: Store
) -> Landscape:
    ground, kept = Landscape(settings), read_finding(_store, *_name(_side, settings))
    if kept is not None:
        ground.loss, ground.error, ground.images = kept["loss"], kept["error"], int(kept["images"])
        ground.done, ground.kept = ground.loss.size, True
    return ground


def _name(side: Side, settings: Settings) -> tuple[str, int, str, dict[str, float]]:
    """Of the finding in the store."""
    return side.run.run_id, side.net_step, TASK, settings._asdict()
