"""What forks show, in one sentence each, computed from the curves."""

import pandas as pd

from dashboard.data import Snapshot
from dashboard.forks import label_of
from dashboard.theme import percent

LEAST_POINTS = 0.05  # of error: less is 0.0 on screen


def fork_readings(shown: Snapshot) -> list[str]:
    """A sentence for each fork of a race that compares it with its original."""
    if not shown.forks:
        return []
    curves = pd.concat([one for one in (shown.curves, shown.ghosts) if len(one)] or [NO_CURVES])
    labels = {run.run_id: run.label for run in shown.runs}
    errors = curves.set_index(["run_id", "split", "step"])["error"].sort_index()
    return [
        f"**{labels[run_id]}**: "
        + compare(
            errors[errors.index.get_level_values("run_id") == run_id].droplevel("run_id"),
            errors[errors.index.get_level_values("run_id") == origin.run].droplevel("run_id"),
            origin.step,
            label_of(shown, origin.run),
        )
        for run_id, origin in shown.forks.items()
    ]


def compare(fork: pd.Series, original: pd.Series, begins: int, name: str) -> str:
    """The test error of both at the last step that both reached, and how far they ever were apart.

    Args:
        fork, original: errors (%) by split and step.
        begins: the step of the fork.
        name: of the original.
    """
    fork = fork[fork.index.get_level_values("step") > begins]
    both = fork.index.intersection(original.index)
    tested = [step for split, step in both if split == "test"]
    if tested:
        step = max(tested)
        here, there = percent(fork["test", step]), percent(original["test", step])
        lead = f"at step {step:,} its test error is {here}, that of {name} {there}"
        return f"{lead}. {_apart((fork[both] - original[both]).abs())}"
    own = [step for split, step in fork.index if split == "test"]
    if not own:
        return "it has not been tested since the fork."
    now = f"its test error is {percent(fork['test', max(own)])} at step {max(own):,}"
    return f"{now}; {name} was not tested at a step since the fork that both have reached."


def _apart(differences: pd.Series) -> str:
    largest, where = differences.max(), int(differences.argmax())
    split, step = differences.index[where]
    if largest == 0:
        return "The two curves coincide: the largest difference measured is 0 points."
    points = f"{largest:.1f}" if largest >= LEAST_POINTS else f"{largest:.1g}"
    return (
        f"The two curves are at most {points} points apart, in {WORDS[split]} error at step"
        f" {step:,}."
    )


NO_CURVES = pd.DataFrame({"run_id": [], "split": [], "step": [], "error": []})
WORDS = {"train": "training", "validation": "validation", "test": "test"}
