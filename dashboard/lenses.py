"""LENSES: what can be looked at. A lens is a question, a measurement, a figure and its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.presets import follows_paper
from dashboard.data import Snapshot, published
from dashboard.figures import error_by_depth, error_by_rate, training_curves
from dashboard.forks import history_of, with_ghosts
from dashboard.theme import Figure, Mode


@dataclass(frozen=True)
class Lens:
    """One way to look at an experiment.

    Attributes:
        question: above the figure.
        measure: the table that is drawn, shown and downloaded.
        draw: that table as a figure, for a mode and a highlighted run.
        hint: what to do with the figure, on hover.
    """

    title: str
    question: str
    measure: Callable[[Snapshot], pd.DataFrame]
    draw: Callable[[pd.DataFrame, Snapshot, Mode, str | None], Figure]
    hint: str


def latest_errors(snapshot: Snapshot) -> pd.DataFrame:
    """The newest training and test error of each run.

    A run that began at another one's net is no further seed of its own: such runs are left out,
    unless there are no others.

    Returns:
        Columns run_id, label, family, depth, seed, learning_rate, status, split, error (%).
    """
    keys = ["run_id", "label", "family", "depth", "seed", "learning_rate", "status"]
    anew = [run for run in snapshot.runs if run.origin is None]
    measured = [
        (*(getattr(run, key) for key in keys), split, error)
        for split in ("train", "test")
        for run in anew or snapshot.runs
        if pd.notna(error := getattr(run, f"{split}_error"))
    ]
    return pd.DataFrame(measured, columns=[*keys, "split", "error"])


def curves_of_nets(snapshot: Snapshot) -> pd.DataFrame:
    """Training and test curves, with the seeds of one net under one label."""
    curves = snapshot.curves
    if snapshot.experiment.validation_fraction:
        curves = curves[curves["split"] != "validation"]
    labels = {one: re.sub(r" · seed \d+$", "", one) for one in curves["label"].unique()}
    return curves.assign(label=curves["label"].map(labels))


def lenses_for(snapshot: Snapshot) -> tuple[str, str]:
    """The two figures of a race: a sweep of learning rates is read against the rate."""
    sweep = len(snapshot.experiment.learning_rates) > 1
    return "training-curves", "error-by-rate" if sweep else "error-by-depth"


def _draw_curves(
    table: pd.DataFrame, snapshot: Snapshot, mode: Mode, highlighted: str | None
) -> Figure:
    return training_curves.training_curves(
        with_ghosts(table, snapshot),
        mode=mode,
        highlighted=highlighted,
        families=snapshot.experiment.families,
        epochs=max(run.epochs for run in snapshot.runs),
        history=history_of(snapshot),
    )


def _draw_by_depth(
    table: pd.DataFrame, snapshot: Snapshot, mode: Mode, highlighted: str | None
) -> Figure:
    quoted = published() if follows_paper(snapshot.experiment) else None
    return error_by_depth.error_by_depth(table, quoted, mode=mode, highlighted=highlighted)


def _draw_by_rate(
    table: pd.DataFrame, snapshot: Snapshot, mode: Mode, highlighted: str | None
) -> Figure:
    return error_by_rate.error_by_rate(table, mode=mode, highlighted=highlighted)


LENSES: dict[str, Lens] = {
    "training-curves": Lens(
        "Training curves",
        "Does the deep net learn more slowly, or never as well?",
        curves_of_nets,
        _draw_curves,
        "Drag to zoom, double-click to zoom out, click a line to highlight its run. A ring marks a"
        " fork; point at a small mark to read what happened there.",
    ),
    "error-by-depth": Lens(
        "Error by depth",
        "What does each added layer buy?",
        latest_errors,
        _draw_by_depth,
        "A dot is a run and moves while it trains. Click a dot to highlight its run everywhere.",
    ),
    "error-by-rate": Lens(
        "Error by rate",
        "Is it just badly tuned?",
        latest_errors,
        _draw_by_rate,
        "A line is a net; a ring marks its best learning rate.",
    ),
}
