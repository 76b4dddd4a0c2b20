"""What a sweep of widths shows, in tables and in words: never more than the data say."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from core.distinguishable import ONE_SEED, ONE_SEED_POINTS, difference, spread
from core.spec import RunSpec
from dashboard import theme, words
from dashboard.data import Snapshot
from dashboard.figures.descent_map import BY_HEART, trained_by_epoch

ENDS = ["run_id", "family", "depth", "width", "parameters", "epoch", "train", "test"]


class Peak(NamedTuple):
    """A width that errs clearly more than a narrower and a wider one, the best on either side."""

    before: int
    width: int
    after: int


def sweep_curves(shown: Snapshot) -> pd.DataFrame:
    """The sweep's curves, as `read_curves` gives them, with each net's width and parameters."""
    nets = {
        "run_id": [run.run_id for run in shown.runs],
        "width": [RunSpec.model_validate_json(run.spec).width for run in shown.runs],
        "parameters": [run.parameters for run in shown.runs],
    }
    known = pd.DataFrame(nets)
    return shown.curves.merge(known, on="run_id")


def sweep_ends(curves: pd.DataFrame) -> pd.DataFrame:
    """The newest test error of each net, and its training error over the newest epoch, by width.

    Returns:
        Columns run_id, family, depth, width, parameters, epoch, train, test (%). A net without
        both errors has no row.
    """
    trained = trained_by_epoch(curves)
    if trained.empty:
        return pd.DataFrame(columns=ENDS)
    tested = curves[curves["split"] == "test"].sort_values("step")
    last = tested.groupby("run_id").last().reset_index().rename(columns={"error": "test"})
    newest = last["width"].map(trained.ffill().iloc[-1])
    return last.assign(train=newest)[ENDS].dropna().sort_values("width")


def find_threshold(ends: pd.DataFrame) -> int | None:
    """The interpolation threshold: the smallest width with a training error below 1 %."""
    known = ends[ends["train"] < BY_HEART]
    return int(known["width"].min()) if len(known) else None


def find_peak(ends: pd.DataFrame) -> Peak | None:
    """The width that stands out most from both sides; None where none does clearly."""
    widths, errors = _by_width(ends)
    best, highest = None, 0.0
    for place in range(1, len(errors) - 1):
        before, after = errors[:place].argmin(), place + 1 + errors[place + 1 :].argmin()
        height = errors[place] - max(errors[before], errors[after])
        if height > highest and _is_clear(errors[place] - height, errors[place]):
            best, highest = Peak(*(int(widths[at]) for at in (before, place, after))), height
    return best


def sweep_reading(curves: pd.DataFrame, images: int, *, so_far: bool) -> str:
    """Whether there are two descents, where the labels are known, and what longer training did.

    Args:
        images: trained on.
        so_far: the training is still under way.
    """
    ends = sweep_ends(curves)
    if len(ends) < 3:
        return "Three widths with a first result are needed to tell."
    sentences = (
        _peak_words(ends),
        _threshold_words(ends, images),
        _epoch_words(curves, ends),
        f"{ONE_SEED.capitalize()}; less than {ONE_SEED_POINTS:g} points is taken for chance.",
    )
    return ("**So far:** " if so_far else "") + " ".join(sentences)


def _by_width(ends: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Widths, rising, and test errors (%)."""
    return ends["width"].to_numpy(), ends["test"].to_numpy(float)


def _peak_words(ends: pd.DataFrame) -> str:
    peak, (widths, errors) = find_peak(ends), _by_width(ends)
    if peak is None:
        lowest = errors.argmin()
        return (
            "**No peak found**, and that is an answer: no width errs clearly more than both a"
            f" narrower and a wider one. The test error is lowest, {theme.percent(errors[lowest])},"
            f" at width {widths[lowest]}."
        )
    told = dict(zip(widths.tolist(), map(theme.percent, errors), strict=True))
    return (
        f"**Two descents:** the test error is {told[peak.before]} at width {peak.before}, climbs"
        f" to {told[peak.width]} at width {peak.width} and falls again, to {told[peak.after]} at"
        f" width {peak.after}."
    )


def _threshold_words(ends: pd.DataFrame, images: int) -> str:
    threshold, peak = find_threshold(ends), find_peak(ends)
    if threshold is None:
        lowest = theme.percent(float(ends["train"].min()))
        return (
            f"No width knows its {images:,} labels by heart: the lowest training error is {lowest}."
        )
    widths = ends["width"].tolist()
    place = widths.index(threshold)
    known = (
        f"From width {threshold} on ({words.amount(ends['parameters'].iloc[place])} parameters)"
        f" the net knows all its {images:,} labels by heart, the wrong ones too"
    )
    if peak is None:
        return f"{known}."
    apart = abs(place - widths.index(peak.width))
    return f"{known}; {BESIDE.get(apart, f'the peak is {apart} columns away from there')}."


def _epoch_words(curves: pd.DataFrame, ends: pd.DataFrame) -> str:
    """The width that would have gained most from an earlier end."""
    widths, late = _by_width(ends)
    tested = curves[curves["split"] == "test"]
    best = tested.loc[tested.groupby("width")["error"].idxmin()].set_index("width").loc[widths]
    early = best["error"].to_numpy(float)
    place = int((late - early).argmax())
    stopped, trained = float(early[place]), float(late[place])
    if not _is_clear(stopped, trained):
        return "At no width would an earlier end have been clearly better."
    return (
        f"Epochs matter as well: at width {widths[place]} an end at epoch"
        f" {best['epoch'].iloc[place]:.0f} would have left {theme.percent(stopped)} instead of"
        f" {theme.percent(trained)}."
    )


def _is_clear(lower: float, higher: float) -> bool:
    return higher > lower and difference(spread([lower]), spread([higher])).is_clear


BESIDE = {0: "right there stands the peak", 1: "the peak is right beside it"}
