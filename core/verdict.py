"""What an experiment shows, in words computed from its numbers: never more than the data say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.distinguishable import ONE_SEED_POINTS, Difference, difference
from core.race_nets import Key, Net, Result, best_nets, results

SHALLOW_DEPTH = 20  # the paper's shallow net

UNDER_WAY = ("queued", "running", "paused", "interrupted")


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

    What is called a difference is distinguishable by the rule of `core.distinguishable`.

    Args:
        runs: named tuples or the store's rows with the fields of `Result`; a row a run, several
            seeds of a net are several rows.
    """
    rows = results(runs)
    nets = best_nets(rows)
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


def _evidence(one: Net, other: Net) -> str:
    seeds = min(one.train.seeds, other.train.seeds)
    if seeds < 2:
        return "one seed"
    deviations = f"{one.train.deviation:.1f} and {other.train.deviation:.1f}"
    return f"{seeds} seeds, standard deviation {deviations}"


def _close(gap: Difference) -> str:
    """What is said of nets that are not told apart."""
    if gap.seeds < 2:
        return f"too close to call with one seed (less than {ONE_SEED_POINTS:g} points apart)"
    return gap.doubt


def _gap_at_equal_depth(nets: dict[Key, Net]) -> str | None:
    depths = [depth for family, depth in nets if family == "plain" and ("resnet", depth) in nets]
    if not depths:
        return None
    plain, residual = nets["plain", max(depths)], nets["resnet", max(depths)]
    gap = difference(residual.train, plain.train)
    numbers = f"plain {_percent(plain)}, residual {_percent(residual)}"
    where = f"At {plain.depth} layers"
    if plain.rates > 1 or residual.rates > 1:
        where += f" and the best learning rate of each ({plain.rate:g} and {residual.rate:g})"
    if not gap.is_clear:
        return (
            f"{where} plain and residual are {_close(gap)}: {numbers} training"
            f" error ({_evidence(plain, residual)})."
        )
    verb = "removes" if gap.points > 0 else "adds"
    return (
        f"{where} the shortcut {verb} {abs(gap.points):.1f} points of training error:"
        f" {numbers} ({_evidence(plain, residual)})."
    )


def _ends(nets: dict[Key, Net], family: str) -> tuple[Net, Net] | None:
    depths = sorted(depth for name, depth in nets if name == family)
    if len(depths) < 2:
        return None
    usual = SHALLOW_DEPTH in depths and depths[-1] > SHALLOW_DEPTH
    shallow = SHALLOW_DEPTH if usual else depths[0]
    return nets[family, shallow], nets[family, depths[-1]]


def _degradation(nets: dict[Key, Net]) -> str | None:
    ends = _ends(nets, "plain")
    if ends is None:
        return None
    shallow, deep = ends
    more = difference(shallow.train, deep.train)
    evidence = _evidence(deep, shallow)
    if not more.is_clear:
        return (
            f"{deep.tuned} and {shallow.tuned} are {_close(more)}: {_percent(deep)} and"
            f" {_percent(shallow)} training error ({evidence})."
        )
    if more.points > 0:
        tuned = ""
        if deep.rates > 1:
            tuned = (
                f" None of the {deep.rates} learning rates cures it: it is not bad tuning either."
            )
        return (
            f"{deep.tuned} has {more.points:.1f} points more *training* error than {shallow.tuned}"
            f" ({evidence}). Overfitting would make it less, so this is not overfitting.{tuned}"
        )
    return (
        f"{deep.tuned} has {-more.points:.1f} points less training error than {shallow.tuned}"
        f" ({evidence}): no degradation at these depths."
    )


def _deeper_residual(nets: dict[Key, Net]) -> str | None:
    ends = _ends(nets, "resnet")
    if ends is None:
        return None
    shallow, deep = ends
    numbers = f"{_percent(deep)} against {_percent(shallow)} training error"
    more = difference(shallow.train, deep.train)
    if not more.is_clear:
        return f"{deep.tuned} and {shallow.tuned} are {_close(more)}: {numbers}."
    if more.points < 0:
        return f"{deep.tuned} is better than {shallow.tuned}: {numbers}."
    return f"{deep.tuned} is not (yet) better than {shallow.tuned}: {numbers}."


def _percent(net: Net) -> str:
    return f"{net.train.mean:.1f}\u00a0%"  # never broken over two lines


def _lost(runs: Sequence[Result]) -> list[str]:
    diverged = [run for run in runs if run.status == "diverged"]
    if not diverged:
        return []
    names = ", ".join(run.label for run in diverged)
    return [f"Diverged, so not compared: {names} ({diverged[0].message})."]
