"""What an experiment shows, in words computed from its numbers: never more than the data say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import mean, stdev
from typing import Any, NamedTuple

import pandas as pd

from core.spec import FAMILY_WORDS

EARLY = 0.25  # share of a race before which nothing is said
ONE_SEED_POINTS = 2.0  # with one seed, a smaller difference is taken for chance
SEEDS_POINTS = 0.5  # with several, a difference must exceed this and twice its standard error
SHALLOW_DEPTH = 20  # the paper's shallow net

UNDER_WAY = ("queued", "running", "paused", "interrupted")

_Key = tuple[str, int]  # family and depth


class _Run(NamedTuple):
    label: str
    family: str
    depth: int
    learning_rate: float
    status: str
    message: str
    step: int
    steps: int
    train_error: float

    @property
    def counts(self) -> bool:
        """It has gone far enough to say something, and has not gone astray."""
        going = self.status in ("finished", "running", "paused", "interrupted")
        return going and pd.notna(self.train_error) and self.step >= EARLY * self.steps


@dataclass(frozen=True)
class Verdict:
    """A headline and the sentences under it.

    Attributes:
        enough: False when there is not enough evidence for a headline.
        so_far: True while runs are still under way.
    """

    headline: str
    sentences: tuple[str, ...] = ()
    enough: bool = True
    so_far: bool = False


def judge(runs: Iterable[Any]) -> Verdict:
    """Compare plain with residual at equal depth, and deep with shallow, on *training* error.

    Args:
        runs: named tuples or the store's rows with label, family, depth, learning_rate, status,
            message, step, steps and train_error (percent); a row a run, several seeds of a net
            are several rows.
    """
    rows = [_Run(*(getattr(run, name) for name in _Run._fields)) for run in runs]
    tried: dict[_Key, set[float]] = defaultdict(set)
    for run in rows:
        tried[run.family, run.depth].add(run.learning_rate)
    nets = _best_nets([run for run in rows if run.counts], tried)
    so_far = any(run.status in UNDER_WAY for run in rows)
    sentences = _lost(rows)
    headline = _gap_at_equal_depth(nets)
    if (more := _degradation(nets)) is not None:
        sentences = [more, *sentences]
    if (residual := _deeper_residual(nets)) is not None:
        sentences = [*sentences, residual]
    if headline is None and more is None:
        why = "it takes two depths, or plain beside residual"
        if so_far or any(run.status == "stopped" for run in rows):
            why = "the race is too young" if so_far else "the race was stopped too early"
        return Verdict(f"Not enough evidence yet: {why}.", tuple(sentences), False, so_far)
    if headline is None:
        headline, *sentences = sentences
    return Verdict(headline, tuple(sentences), True, so_far)


@dataclass(frozen=True)
class _Net:
    family: str
    depth: int
    rate: float
    rates: int  # how many learning rates were tried
    train: float  # mean over seeds
    deviation: float  # standard deviation over seeds
    seeds: int

    @property
    def name(self) -> str:
        return f"{FAMILY_WORDS[self.family]}-{self.depth}"

    @property
    def tuned(self) -> str:
        return (
            f"{self.name} at its best learning rate ({self.rate:g})"
            if self.rates > 1
            else self.name
        )


def _best_nets(runs: list[_Run], tried: dict[_Key, set[float]]) -> dict[_Key, _Net]:
    """Each net at the learning rate with the lowest mean training error of those tried."""
    errors: dict[tuple[str, int, float], list[float]] = defaultdict(list)
    for run in runs:
        errors[run.family, run.depth, run.learning_rate].append(run.train_error)
    nets: dict[_Key, _Net] = {}
    for (family, depth, rate), found in errors.items():
        deviation = stdev(found) if len(found) > 1 else 0.0
        rates = len(tried[family, depth])
        net = _Net(family, depth, rate, rates, mean(found), deviation, len(found))
        nets[family, depth] = min(nets.get((family, depth), net), net, key=lambda one: one.train)
    return nets


def _differs(one: _Net, other: _Net) -> bool:
    gap = abs(one.train - other.train)
    seeds = min(one.seeds, other.seeds)
    if seeds < 2:
        return gap >= ONE_SEED_POINTS
    error = hypot(one.deviation / sqrt(one.seeds), other.deviation / sqrt(other.seeds))
    return gap >= SEEDS_POINTS and gap > 2 * error


def _evidence(one: _Net, other: _Net) -> str:
    seeds = min(one.seeds, other.seeds)
    if seeds < 2:
        return "one seed"
    return f"{seeds} seeds, standard deviation {one.deviation:.1f} and {other.deviation:.1f}"


def _gap_at_equal_depth(nets: dict[_Key, _Net]) -> str | None:
    depths = [depth for family, depth in nets if family == "plain" and ("resnet", depth) in nets]
    if not depths:
        return None
    plain, residual = nets["plain", max(depths)], nets["resnet", max(depths)]
    gap = plain.train - residual.train
    numbers = f"plain {_percent(plain.train)}, residual {_percent(residual.train)}"
    where = f"At {plain.depth} layers"
    if plain.rates > 1 or residual.rates > 1:
        where += f" and the best learning rate of each ({plain.rate:g} and {residual.rate:g})"
    if not _differs(plain, residual):
        return (
            f"{where} plain and residual are too close to call: {numbers} training"
            f" error ({_evidence(plain, residual)})."
        )
    verb = "removes" if gap > 0 else "adds"
    return (
        f"{where} the shortcut {verb} {abs(gap):.1f} points of training error:"
        f" {numbers} ({_evidence(plain, residual)})."
    )


def _ends(nets: dict[_Key, _Net], family: str) -> tuple[_Net, _Net] | None:
    depths = sorted(depth for name, depth in nets if name == family)
    if len(depths) < 2:
        return None
    usual = SHALLOW_DEPTH in depths and depths[-1] > SHALLOW_DEPTH
    shallow = SHALLOW_DEPTH if usual else depths[0]
    return nets[family, shallow], nets[family, depths[-1]]


def _degradation(nets: dict[_Key, _Net]) -> str | None:
    ends = _ends(nets, "plain")
    if ends is None:
        return None
    shallow, deep = ends
    more = deep.train - shallow.train
    evidence = _evidence(deep, shallow)
    if not _differs(shallow, deep):
        return (
            f"{deep.tuned} and {shallow.tuned} are too close to call: {_percent(deep.train)} and"
            f" {_percent(shallow.train)} training error ({evidence})."
        )
    if more > 0:
        tuned = ""
        if deep.rates > 1:
            tuned = (
                f" None of the {deep.rates} learning rates cures it: it is not bad tuning either."
            )
        return (
            f"{deep.tuned} has {more:.1f} points more *training* error than {shallow.tuned}"
            f" ({evidence}). Overfitting would make it less, so this is not overfitting.{tuned}"
        )
    return (
        f"{deep.tuned} has {-more:.1f} points less training error than {shallow.tuned}"
        f" ({evidence}): no degradation at these depths."
    )


def _deeper_residual(nets: dict[_Key, _Net]) -> str | None:
    ends = _ends(nets, "resnet")
    if ends is None:
        return None
    shallow, deep = ends
    numbers = f"{_percent(deep.train)} against {_percent(shallow.train)} training error"
    if not _differs(shallow, deep):
        return f"{deep.tuned} is about as good as {shallow.tuned}: {numbers}."
    if deep.train < shallow.train:
        return f"{deep.tuned} is better than {shallow.tuned}: {numbers}."
    return f"{deep.tuned} is not (yet) better than {shallow.tuned}: {numbers}."


def _percent(error: float) -> str:
    return f"{error:.1f}\u00a0%"  # never broken over two lines


def _lost(runs: list[_Run]) -> list[str]:
    diverged = [run for run in runs if run.status == "diverged"]
    if not diverged:
        return []
    names = ", ".join(run.label for run in diverged)
    return [f"Diverged, so not compared: {names} ({diverged[0].message})."]
