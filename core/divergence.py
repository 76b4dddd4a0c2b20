"""What went wrong with a run: does it still guess, and which layer's numbers left first.

Reads what the probes recorded; knows no torch.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.store.profiles import Profiles

WATCHED = ("gradient-norm", "activation-std")  # in the order in which a training step makes them
FACTOR = 10.0  # beyond the largest, or below the smallest, that a place had before
GUESS_POINTS = 2.0  # of error below chance: nearer, a net is taken to guess
ENOUGH = 0.25  # share of a run before which it may still be about to begin


class Departure(NamedTuple):
    """The first number that was none any more, or left the range it had kept until then.

    Attributes:
        measure: one of WATCHED.
        place: address of the block.
        value: at `step`; not finite when the net had overflowed.
        low, high: smallest and largest value there before that step.
    """

    measure: str
    place: str
    step: int
    value: float
    low: float
    high: float


def first_departure(measured: Mapping[str, Profiles]) -> Departure | None:
    """The earliest of these measures' departures; None when all stayed in range.

    A number leaves when it is not finite or a factor of FACTOR outside of what its place had
    before. Of the places that leave at the same step the one that goes farthest is told, and of
    several measures the one that comes first in a training step.

    Args:
        measured: profiles by measure, of one run.
    """
    in_order = [name for name in WATCHED if name in measured]
    found = [one for name in in_order if (one := _departure(name, measured[name])) is not None]
    return min(found, key=lambda one: one.step, default=None)


def guess_error(classes: int) -> float:
    """Error of guessing among so many classes, %."""
    return 100 * (1 - 1 / classes)


def still_guesses(error: float, classes: int, done: float) -> bool:
    """The error (%) is no better than chance although the share `done` of the run is over."""
    return done >= ENOUGH and error >= guess_error(classes) - GUESS_POINTS


def _departure(measure: str, profiles: Profiles) -> Departure | None:
    values = profiles.values.astype(float)
    if len(values) < 2:
        return None
    finite = np.isfinite(values)
    low = np.minimum.accumulate(np.where(finite, values, np.inf))[:-1]
    high = np.maximum.accumulate(np.where(finite, values, -np.inf))[:-1]
    factors = _factors(values[1:], low, high)
    rows = (factors > FACTOR).any(axis=1)
    if not rows.any():
        return None
    row = int(rows.argmax())
    place = int(factors[row].argmax())
    return Departure(
        measure,
        profiles.places[place],
        int(profiles.steps[row + 1]),
        *(float(one[row, place]) for one in (values[1:], low, high)),
    )


def _factors(now: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How far each number is outside of its place's range: 1 within, infinite where it is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        outside = np.maximum(now / high, low / now)
    outside = np.where((now >= low) & (now <= high), 1.0, outside)
    outside = np.where(np.isfinite(now), outside, np.inf)
    return np.where(np.isfinite(high), outside, 1.0)  # no number came before: nothing to leave
