"""A curve of random features: measured width by width, kept in the user's store for next time."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from core.data.catalogue import describe_dataset
from core.inspection import ask
from core.random_features import Settings, threshold
from core.store.database import Store
from core.store.findings import keep_finding, read_finding
from dashboard.jobs import Tell, Work

TASK = "random-features"
COLUMNS: tuple[str, ...] = (
    "width",
    "train_error",
    "test_error",
    "train_squared",
    "test_squared",
    "norm",
    "dead",
)


@dataclass
class Curve:
    """What is known by now.

    Attributes:
        widths: the numbers of features to measure, rising.
        rows: as the task answers, of the first of them.
        kept: it comes from the store, measured some time before.
    """

    settings: Settings
    widths: tuple[int, ...]
    rows: list[dict[str, float]] = field(default_factory=list)
    kept: bool = False

    @property
    def complete(self) -> bool:
        """Every width is measured."""
        return len(self.rows) == len(self.widths)

    @property
    def table(self) -> pd.DataFrame:
        """A row a measured width: COLUMNS; errors in %."""
        return pd.DataFrame(self.rows[:], columns=list(COLUMNS)).astype({"width": int, "dead": int})

    @property
    def threshold(self) -> int | None:
        """The smallest measured N that fits the training images exactly."""
        return threshold(self.table["width"].tolist(), self.table["train_squared"].tolist())

    @property
    def chance(self) -> float:
        """Error of guessing, %."""
        return 100 * (1 - 1 / describe_dataset(self.settings.dataset).classes)


def curve_of(settings: Settings, widths: tuple[int, ...], store: Store) -> Curve:
    """What is known of it: all, if it was kept in the store; one for all who look at it."""
    return _curve(settings, widths, store)


def measure(curve: Curve, store: Store) -> Work:
    """Work that measures what is missing, the fewest features first, and keeps the curve."""

    def work(tell: Tell) -> bool:
        for width in curve.widths[len(curve.rows) :]:
            curve.rows.append(ask(TASK, curve.settings, width))
            tell(len(curve.rows) / len(curve.widths))
        arrays = {name: curve.table[name].to_numpy() for name in COLUMNS}
        keep_finding(store, *_name(curve.settings, curve.widths), arrays, recorded=True)
        return True

    return work


@st.cache_resource(max_entries=64, show_spinner=False)
def _curve(settings: Settings, widths: tuple[int, ...], _store: Store) -> Curve:
    found = read_finding(_store, *_name(settings, widths))
    if found is None:
        return Curve(settings, widths)
    values = zip(*(found[name].tolist() for name in COLUMNS), strict=True)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in values]
    return Curve(settings, widths, rows, kept=True)


def _name(settings: Settings, widths: tuple[int, ...]) -> tuple[str, int, str, dict[str, Any]]:
    """Of the finding in the store: in the place of a run stands the data set, which has no steps.

    Like a gallery's run it is in no store, so that nothing can delete it.
    """
    return settings.dataset, 0, TASK, settings._asdict() | {"widths": list(widths)}
