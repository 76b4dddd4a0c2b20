"""Is a difference more than chance? The one rule for errors that are compared, by their seeds.

Runs of one net that differ in their seed alone end at different errors. A difference between two
nets is *distinguishable* when it is at least twice its standard error,
|m1 - m2| >= 2 sqrt(s1^2 / n1 + s2^2 / n2), with means m, sample standard deviations s and numbers
of seeds n: some 95 of 100 differences by chance alone are smaller where seeds are many. One seed
tells nothing about the spread; then a difference below ONE_SEED_POINTS is taken for chance.
"""

from collections.abc import Sequence
from math import hypot, sqrt
from statistics import mean, stdev
from typing import NamedTuple

ONE_SEED_POINTS = 2.0  # of error, in %
STANDARD_ERRORS = 2.0
ONE_SEED = "one seed: spread unknown"
RULE = (
    "Distinguishable: the means over seeds differ by at least twice the standard error of their"
    " difference, √(s₁²/n₁ + s₂²/n₂), where s is the sample standard deviation over n seeds. One"
    f" seed has no spread: then less than {ONE_SEED_POINTS:g} points is taken for chance."
)


class Spread(NamedTuple):
    """Errors (%) of one net over its seeds.

    Attributes:
        deviation: sample standard deviation; 0 of one seed.
        seeds: how many.
    """

    mean: float
    deviation: float
    seeds: int


class Difference(NamedTuple):
    """What is between two nets.

    Attributes:
        points: the other's mean less the one's.
        error: standard error of that; 0 when a net has one seed.
        seeds: of the net that has fewer, the n of 'n = 3'.
    """

    points: float
    error: float
    seeds: int

    @property
    def is_clear(self) -> bool:
        """It is more than chance, by the rule above."""
        least = ONE_SEED_POINTS if self.seeds < 2 else STANDARD_ERRORS * self.error
        return abs(self.points) >= least and self.points != 0

    @property
    def doubt(self) -> str:
        """What a reader must be told beside the number; empty if nothing."""
        if self.seeds < 2:
            return ONE_SEED
        return "" if self.is_clear else f"not distinguishable (n = {self.seeds})"

    @property
    def told(self) -> str:
        """The points with their sign, and the doubt: '+0.3, not distinguishable (n = 3)'."""
        points = f"{self.points:+.1f}".replace("-", "\u2212")
        return ", ".join(filter(None, (points, self.doubt)))


def spread(errors: Sequence[float]) -> Spread:
    """Mean and sample standard deviation of errors (%), a seed each; there is at least one."""
    return Spread(mean(errors), stdev(errors) if len(errors) > 1 else 0.0, len(errors))


def difference(one: Spread, other: Spread) -> Difference:
    """The other less the one, and how far it may be trusted."""
    seeds = min(one.seeds, other.seeds)
    error = hypot(one.deviation / sqrt(one.seeds), other.deviation / sqrt(other.seeds))
    return Difference(other.mean - one.mean, error if seeds > 1 else 0.0, seeds)
