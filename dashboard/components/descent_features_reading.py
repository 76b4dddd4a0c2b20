"""What a curve of random features shows, in words: a peak, and what comes after it."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from core.distinguishable import ONE_SEED_POINTS, difference, spread
from dashboard.theme import percent


class Turn(NamedTuple):
    """Places in a curve that falls, rises and falls again."""

    first: int
    peak: int
    second: int


def find_turn(errors: np.ndarray) -> Turn | None:
    """The highest peak above both its sides; None where no rise and fall is more than chance.

    Args:
        errors: test errors, %, by rising number of features.
    """
    best, height = None, 0.0
    for peak in range(1, len(errors) - 1):
        first = int(np.argmin(errors[:peak]))
        second = peak + 1 + int(np.argmin(errors[peak + 1 :]))
        least = float(errors[peak] - max(errors[first], errors[second]))
        if least > height and _is_clear(0.0, least):
            best, height = Turn(first, peak, second), least
    return best


def _is_clear(one: float, other: float) -> bool:
    """Whether two errors (%) of one seed are farther apart than chance may put them."""
    return difference(spread([one]), spread([other])).is_clear


def descent_reading(curve: pd.DataFrame, images: int, threshold: int | None) -> str:
    """Where the test error is worst, what comes before and after, and where the fit is exact.

    Args:
        curve: columns width, train_error, test_error (%), train_squared, dead; rising widths.
        images: n, of training.
        threshold: the smallest N with an exact fit.
    """
    return f"{_about_peak(curve)} {_about_threshold(curve, images, threshold)}"


def _about_peak(curve: pd.DataFrame) -> str:
    errors, widths = curve["test_error"].to_numpy(float), curve["width"].to_numpy(int)

    def at(place: int) -> str:
        return f"{percent(errors[place])} at N = {widths[place]:,}"

    worst, last = int(np.argmax(errors)), len(errors) - 1
    said = f"The test error is worst at N = {widths[worst]:,}: {percent(errors[worst])}."
    turn = find_turn(errors)
    if turn is None:
        best = int(np.argmin(errors))
        if best < last and _is_clear(errors[best], errors[last]):
            return (
                f"{said} Its best is {at(best)}, and from there it has risen to {at(last)}, the"
                " last point: no second descent so far."
            )
        return f"{said} Its best is {at(best)}; **no peak** stands out between these points."
    peak = "" if turn.peak == worst else f", rises to a peak of {at(turn.peak)}"
    return (
        f"{said} It first falls to {at(turn.first)}{peak}; beyond the peak there is a **second"
        f" descent**, to {at(turn.second)}: {_compared(errors[turn.first], errors[turn.second])}."
    )


def _compared(first: float, second: float) -> str:
    if not _is_clear(first, second):
        return (
            "about as low as the first minimum (one seed, so less than"
            f" {ONE_SEED_POINTS:g} points is taken for chance)"
        )
    return "**below the first minimum**" if second < first else "not as low as the first minimum"


def _about_threshold(curve: pd.DataFrame, images: int, threshold: int | None) -> str:
    if threshold is None:
        least = curve["train_squared"].min()
        return (
            "**No interpolation threshold found**: no measured N fits the training images exactly"
            f" (the smallest squared training risk is {least:.2g})."
        )
    earlier = curve.loc[curve["train_error"] == 0, "width"].min()
    said = (
        f"**Interpolation threshold: N = {threshold:,}**, the smallest measured N with an exact fit"
        " (squared training risk below 10⁻¹⁰)"
    )
    if earlier < threshold:
        said += f"; the training error is 0 from N = {earlier:,} on"
    return f"{said}.{_why_later(curve, images, threshold)}"


def _why_later(curve: pd.DataFrame, images: int, threshold: int) -> str:
    """Where as many features as images were not enough, for there were fewer in truth."""
    dead = curve.loc[curve["width"] == images, "dead"].max()
    if threshold <= images or not dead > 0:
        return ""
    return (
        f" N = n = {images:,} is not enough here: {int(dead):,} of these features"
        f" {'is' if dead == 1 else 'are'} 0 on every training image."
    )
