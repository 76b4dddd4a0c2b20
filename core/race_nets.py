"""The nets of a race that can be compared: runs that got far enough, their seeds taken together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from core.distinguishable import Spread, spread
from core.spec import FAMILY_WORDS

EARLY = 0.25  # share of a race before which nothing is said
GOING = ("finished", "running", "paused", "interrupted")

Key = tuple[str, int]  # family and depth


class Result(NamedTuple):
    """What a run has come to by now; errors in %."""

    label: str
    family: str
    depth: int
    learning_rate: float
    status: str
    message: str
    step: int
    steps: int
    train_error: float | None  # None before it is measured
    test_error: float | None

    @property
    def counts(self) -> bool:
        """It has gone far enough to say something, and has not gone astray."""
        going = self.status in GOING and pd.notna(self.train_error)
        return bool(going and self.step >= EARLY * self.steps)


@dataclass(frozen=True)
class Net:
    """One net over its seeds, at the best of the learning rates that were tried.

    Attributes:
        rates: how many were tried, those that diverged as well.
        train: training error.
        test: None before the first test.
    """

    family: str
    depth: int
    rate: float
    rates: int
    train: Spread
    test: Spread | None

    @property
    def name(self) -> str:
        """In words: family and depth."""
        return f"{FAMILY_WORDS[self.family]}-{self.depth}"

    @property
    def tuned(self) -> str:
        """Its name, with the learning rate where there was a choice."""
        if self.rates == 1:
            return self.name
        return f"{self.name} at its best learning rate ({self.rate:g})"


def results(runs: Iterable[Any]) -> list[Result]:
    """Rows of the store, or named tuples with the fields of Result."""
    return [Result(*(getattr(run, name) for name in Result._fields)) for run in runs]


def best_nets(found: Sequence[Result]) -> dict[Key, Net]:
    """Each net at the learning rate with the lowest mean training error of those tried."""
    tried: dict[Key, set[float]] = defaultdict(set)
    alike: dict[tuple[str, int, float], list[Result]] = defaultdict(list)
    for run in found:
        tried[run.family, run.depth].add(run.learning_rate)
        if run.counts:
            alike[run.family, run.depth, run.learning_rate].append(run)
    nets: dict[Key, Net] = {}
    for (family, depth, rate), seeds in alike.items():
        train, test = (_spread(getattr(run, name) for run in seeds) for name in ERRORS)
        assert train is not None  # runs that count have it
        net = Net(family, depth, rate, len(tried[family, depth]), train, test)
        best = nets.get((family, depth), net)
        nets[family, depth] = min(best, net, key=lambda one: one.train.mean)
    return nets


def _spread(errors: Iterable[float]) -> Spread | None:
    known = [error for error in errors if pd.notna(error)]
    return spread(known) if known else None


ERRORS = ("train_error", "test_error")
