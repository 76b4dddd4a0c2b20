"""Readings: one sentence each about what probes recorded, computed from the numbers."""

from collections.abc import Callable, Sequence

import numpy as np

from dashboard.figures.places import is_block, place_names
from dashboard.figures.recording import Recording

Reading = Callable[[Sequence[Recording]], str]

SAME = 1.1  # numbers less than this factor apart are called about the same
NOTHING = "There are no numbers at this step."


def ends(what: str) -> Reading:
    """How much larger or smaller it is in the first block than in the last, for each run.

    Args:
        what: with its article, as 'the gradient'.
    """

    def read(shown: Sequence[Recording]) -> str:
        parts = [(one, ratio) for one in shown if (ratio := first_to_last(one)) is not None]
        if not parts:
            return NOTHING
        noun = _noun(parts[0][0])
        sentence = (
            f"{_at(parts[0][0])} {what} in the first {noun} of {parts[0][0].name} is"
            f" {compared(parts[0][1])} in the last"
        )
        for one, ratio in parts[1:]:
            sentence += f"; in {_named(one, parts[0][0])} it is {compared(ratio)} in the last"
        return f"{sentence}."

    return read


def average(what: str, unit: str = "", digits: str = ".2g") -> Reading:
    """Its mean over the blocks of each run, and where it is largest.

    Args:
        what: without an article, as 'share of zeros'.
    """

    def read(shown: Sequence[Recording]) -> str:
        parts = [one for one in shown if len(_inside(one)[1])]
        if not parts:
            return NOTHING
        values = [float(np.mean(_inside(one)[1])) for one in parts]
        words = [
            f"{value:{digits}}{_space(unit)} in {_named(one, parts[0])}"
            for one, value in zip(parts, values, strict=True)
        ]
        sentence = (
            f"{_at(parts[0])} the {what}, averaged over the {_noun(parts[0])}s, is"
            f" {' and '.join(words)}"
        )
        highest = max(parts, key=lambda one: float(_inside(one)[1].max()))
        names, numbers = _inside(highest)
        if np.ptp(numbers) > 0:
            top = int(numbers.argmax())
            sentence += f"; the largest is {numbers[top]:{digits}}{_space(unit)}, in {names[top]}"
            sentence += f" of {_named(highest, parts[0])}"
        return f"{sentence}."

    return read


def responses(shown: Sequence[Recording]) -> str:
    """How strongly the layers of the one net respond beside those of the other (Figure 7)."""
    parts = [(one, float(np.mean(_inside(one)[1]))) for one in shown if len(_inside(one)[1])]
    if len(parts) < 2 or not parts[0][1]:
        return average("response")(shown)
    (left, one), (right, other) = parts
    return (
        f"{_at(left)} the layers of {_named(right, left)} respond {strength(other / one)} those of"
        f" {left.name} on average ({other:.2g} against {one:.2g})."
    )


def overflow(shown: Sequence[Recording]) -> str:
    """Where and when numbers first were none any more; empty if they all are numbers."""
    parts = []
    for one in shown:
        if one.overflow:
            step, place = one.overflow
            name = dict(zip(one.places, place_names(one.places), strict=True))[place]
            article = "" if is_block(place) else "the "
            parts.append(f"in {one.name} at step {step:,}, first in {article}{name}")
    if not parts:
        return ""
    return f"Not a number any more: {'; '.join(parts)} (red in the heatmap)."


def first_to_last(one: Recording) -> float | None:
    """The first block's value divided by the last's; None without two such numbers."""
    blocks = one.profile[one.way]
    if len(blocks) < 2 or not np.isfinite([blocks[0], blocks[-1]]).all() or blocks[-1] <= 0:
        return None
    return float(blocks[0] / blocks[-1])


def compared(ratio: float) -> str:
    """'2.7 times smaller than', '1.3 times larger than' or 'about the same as'."""
    return _words(ratio, "larger than", "smaller than", "about the same as")


def strength(ratio: float) -> str:
    """'2.7 times more weakly than', and so on."""
    return _words(ratio, "more strongly than", "more weakly than", "about as strongly as")


def factor(ratio: float) -> str:
    """A factor in two digits: 0.37, 2.7, 27, 270, 2.7e+05."""
    return f"{ratio:.2g}" if ratio < 10 or ratio >= 1e5 else f"{float(f'{ratio:.2g}'):,.0f}"


def _words(ratio: float, more: str, less: str, same: str) -> str:
    if 1 / SAME < ratio < SAME:
        return same
    if ratio == 0:
        return f"0, and so {less}"
    return f"{factor(ratio)} times {more}" if ratio > 1 else f"{factor(1 / ratio)} times {less}"


def _inside(one: Recording) -> tuple[list[str], np.ndarray]:
    """Names and numbers of the blocks (or layers in them) at the slider's step."""
    named = zip(place_names(one.places), one.places, one.profile, strict=True)
    found = [(name, v) for name, place, v in named if is_block(place) and np.isfinite(v)]
    return [name for name, _ in found], np.array([value for _, value in found])


def _noun(one: Recording) -> str:
    return "layer" if any(place.count(".") > 2 for place in one.places) else "block"


def _named(one: Recording, first: Recording) -> str:
    """Its name, with its step where that is not the one the sentence begins with."""
    if one.profile_step == first.profile_step:
        return one.name
    return f"{one.name} {_at(one)[0].lower()}{_at(one)[1:]}"


def _at(one: Recording) -> str:
    return f"At step {one.profile_step:,}" if one.profile_step else "Before training"


def _space(unit: str) -> str:
    return f"\u00a0{unit}" if unit else ""
