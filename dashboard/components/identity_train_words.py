"""What the race of deepened nets answers: does SGD find a solution that is known to exist?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.distinguishable import Difference, difference, spread
from dashboard.components.identity_race import DEEPENED, GOES_ON, role_of
from dashboard.components.section import LINE_BREAK
from dashboard.theme import family_word, net_word, percent

AVERAGED = "Each of these errors is the mean over the batches of the last epoch."
NOTHING = "No training error is recorded yet."


def train_reading(runs: Sequence[Any], curves: pd.DataFrame) -> str:
    """What the training errors of the race say so far; true whichever is the lower.

    Args:
        runs: rows of one such race, as `list_runs` gives them.
        curves: its curves, as `read_curves` gives them.
    """
    errors = {run.run_id: _recent_error(curves, run.run_id) for run in runs}
    gaps, sentences = dict[str, Difference](), []
    for family in dict.fromkeys(run.family for run in runs):
        own = {role_of(run): run for run in runs if run.family == family}
        known = {role: errors[run.run_id] for role, run in own.items()}
        if all(role in known and np.isfinite(known[role]) for role in ROLES):
            gaps[family] = _gap(known[DEEPENED], known[""])
            sentences.append(_about(own, known, gaps[family]))
    if not sentences:
        return NOTHING
    return LINE_BREAK.join(filter(None, [_lead(runs), *sentences, _compared(gaps), AVERAGED]))


def results_table(runs: Sequence[Any]) -> pd.DataFrame:
    """A row a run: net, start, epoch, epochs, training_error and test_error (%), status."""
    return pd.DataFrame(
        {
            "net": [net_word(run.family, run.depth) for run in runs],
            "start": [ROLES.get(role_of(run), role_of(run)) for run in runs],
            "epoch": [run.epoch for run in runs],
            "epochs": [run.epochs for run in runs],
            "training_error": [run.train_error for run in runs],
            "test_error": [run.test_error for run in runs],
            "status": [run.status for run in runs],
        }
    )


def _lead(runs: Sequence[Any]) -> str:
    if all(run.status == "finished" for run in runs):
        return f"After {runs[0].epochs:g} epochs:"
    return f"So far, at epoch {min(run.epoch for run in runs):.1f} of {runs[0].epochs:g}:"


def _recent_error(curves: pd.DataFrame, run_id: str) -> float:
    """A run's training error (%), the mean over its last epoch: single batches jump about."""
    own = curves[(curves["run_id"] == run_id) & (curves["split"] == "train")]
    return float(own.loc[own["epoch"] > own["epoch"].max() - 1, "error"].mean())


def _about(own: dict[str, Any], errors: dict[str, float], gap: Difference) -> str:
    alone, copy, shallow = (percent(errors[role]) for role in ("", DEEPENED, GOES_ON))
    deep, short = (net_word(own[role].family, own[role].depth) for role in (DEEPENED, GOES_ON))
    if not gap.is_clear:
        finding = "from random weights SGD gets as far as from the copy"
    elif gap.points > 0:
        finding = "from random weights SGD has not found what the copy began with"
    else:
        finding = "random weights were the better start"
    return (
        f"**{deep}** answers {alone} of its training images wrong from random weights and {copy} as"
        f" the copy of {short}, which itself is at {shallow}: {finding}."
    )


def _gap(one: float, other: float) -> Difference:
    """The other less the one, of one seed."""
    return difference(spread([one]), spread([other]))


def _compared(gaps: dict[str, Difference]) -> str:
    """Plain beside residual; empty unless both are there."""
    if not {"plain", "resnet"} <= gaps.keys():
        return ""
    words = " and ".join(
        f"{gaps[family].points:+.1f} points for {family_word(family)}"
        for family in ("plain", "resnet")
    )
    plain, narrower = gaps["plain"], _gap(gaps["resnet"].points, gaps["plain"].points)
    return f"A random start costs {words}: {_which(plain, narrower)}."


def _which(plain: Difference, narrower: Difference) -> str:
    """What a plain gap means that is wider than the residual one by so much."""
    if not narrower.is_clear:
        return "in this race the shortcuts make no clear difference"
    if narrower.points < 0:
        return "in this race less without shortcuts"
    if plain.is_clear and plain.points > 0:
        return "without shortcuts SGD misses a solution that is there; with them it comes closer"
    return "less with shortcuts"


ROLES = {GOES_ON: "goes on", DEEPENED: "deepened by identity", "": "random weights"}
