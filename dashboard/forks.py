"""Forks and events of a race, as its training curves and its sentences take them."""

import pandas as pd

from dashboard.data import Snapshot
from dashboard.figures.curve_events import COLUMNS, History, rate_changes

ORIGINAL = "original"  # at the line's end of a run that was forked and lies elsewhere
HAPPENED = {
    "pause": "paused",
    "resume": "resumed",
    "stop": "stopped",
    "interrupt": "interrupted: the training process ended",
    "diverge": "diverged: the loss was no longer a number",
    "fail": "failed",
}


def with_ghosts(curves: pd.DataFrame, shown: Snapshot) -> pd.DataFrame:
    """These curves and those of the runs elsewhere that were forked, under names of their own."""
    if shown.ghosts.empty:
        return curves
    ghosts = shown.ghosts[shown.ghosts["split"] != "validation"]
    return pd.concat([curves, ghosts.assign(label=ghosts["label"] + f" · {ORIGINAL}")])


def history_of(shown: Snapshot) -> History:
    """Events, changes and ghosts: a run that was forked stays behind once it has ended."""
    elsewhere = set(shown.ghosts["run_id"]) if len(shown.ghosts) else set()
    changes = {run_id: origin.change for run_id, origin in shown.origins.items()}
    active = {run.run_id for run in shown.runs if run.status in ("queued", "running")}
    ghosts = {origin.run for origin in shown.forks.values()} - active
    events = [_fork_events(shown), rate_changes(shown.curves), _store_events(shown)]
    return History(
        pd.concat([one for one in events if len(one)] or events),
        changes | dict.fromkeys(elsewhere, ORIGINAL),
        frozenset(ghosts),
    )


def label_of(shown: Snapshot, run_id: str) -> str:
    """Name of a run, here or of a ghost; 'a run that was deleted' of one that is in neither."""
    labels = {run.run_id: run.label for run in shown.runs}
    if len(shown.ghosts):
        labels |= dict(zip(shown.ghosts["run_id"], shown.ghosts["label"], strict=True))
    return labels.get(run_id, "a run that was deleted")


def _fork_events(shown: Snapshot) -> pd.DataFrame:
    rows = [
        (
            run.run_id,
            run.begins * run.epochs / run.steps,
            "fork",
            f"forked from {label_of(shown, origin.run)}: {origin.change}",
        )
        for run in shown.runs
        if (origin := shown.forks.get(run.run_id)) is not None
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _store_events(shown: Snapshot) -> pd.DataFrame:
    if shown.events.empty:
        return pd.DataFrame(columns=COLUMNS)
    epochs = {run.run_id: run.epochs / run.steps for run in shown.runs if run.steps}
    events = shown.events[shown.events["kind"].isin(HAPPENED)]
    return pd.DataFrame(
        {
            "run_id": events["run_id"],
            "epoch": events["step"] * events["run_id"].map(epochs),
            "kind": events["kind"],
            "text": events["kind"].map(HAPPENED),
        },
        columns=COLUMNS,
    )
