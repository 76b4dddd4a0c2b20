"""What happened on the way, as small marks on training curves: forks, new rates, pauses, ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.series import Series

COLUMNS = ["run_id", "epoch", "kind", "text"]
RATE_FACTOR = 2.0  # a smaller change of the learning rate is no event
RING, MARK = 12, 9  # pixels
RING_EDGE, EDGE = 2.5, 1.5
LIFT = 13  # pixels from a line to the words about it
GHOST = 0.6  # opacity


@dataclass(frozen=True)
class History:
    """What is known of runs beside their curves.

    Attributes:
        events: columns run_id, epoch, kind (of SYMBOLS), text (a few words).
        changes: what was changed in the runs that began at another one's net, by run_id.
        ghosts: ids of runs that stay in the background.
    """

    events: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    changes: Mapping[str, str] = field(default_factory=dict)
    ghosts: frozenset[str] = frozenset()

    def change(self, one: Series) -> str:
        """What was changed in the runs of a series; empty for runs that began anew."""
        return next((self.changes[run] for run in one.run_ids if run in self.changes), "")

    def names(self, series: list[Series]) -> dict[str, str]:
        """Of the lines of such runs, by label: '20 · no batch norm'."""
        changed = [one for one in series if self.change(one)]
        return {one.label: f"{one.depth} · {self.change(one)}" for one in changed}

    def placed(self, series: list[Series]) -> dict[int, list[str]]:
        """Labels of the lines whose name stands beside their end, over it and under it.

        By the pixels over the line: what is changed stands over the fork and under its original.
        """
        tested = [one for one in series if one.split == "test"]
        named = [one for one in tested if self.change(one)]
        return {
            0: [one.label for one in tested if not self.change(one) and len(one.epoch) > 1],
            LIFT: [one.label for one in named if not self.is_ghost(one)],
            -LIFT: [one.label for one in named if self.is_ghost(one)],
        }

    def is_ghost(self, one: Series) -> bool:
        """It stays in the background."""
        return not self.ghosts.isdisjoint(one.run_ids)


def rate_changes(curves: pd.DataFrame) -> pd.DataFrame:
    """Where a learning rate that had stood still became another one, as rows of events.

    A rate that falls a little at every point, as a cosine does, has no such place.

    Args:
        curves: columns run_id, split, epoch, learning_rate, sorted by run and epoch.
    """
    train = curves[curves["split"] == "train"] if len(curves) else curves
    if len(train) < 3:
        return pd.DataFrame(columns=COLUMNS)
    run = train["run_id"].to_numpy()
    before, last, now = (train["learning_rate"].to_numpy()[n : len(run) - 2 + n] for n in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.maximum(now / last, last / now)
    stood = (run[:-2] == run[2:]) & (before == last)
    where = np.flatnonzero(stood & (factor >= RATE_FACTOR))
    words = [f"learning rate {last[n]:g} → {now[n]:g}" for n in where]
    at = {"run_id": run[where + 2], "epoch": train["epoch"].to_numpy()[where + 2]}
    return pd.DataFrame({**at, "kind": "rate", "text": words})


def event_marks(one: Series, events: pd.DataFrame, top: float, mode: theme.Mode) -> dict[str, Any]:
    """The trace with a curve's marks, empty without any; what happened at one epoch is one mark.

    Args:
        events: columns run_id, epoch, kind, text.
        top: of the axis, %: where the curve is above it, a mark stands there.
    """
    places: dict[float, dict[str, str]] = {}  # by epoch, the kind of each text
    for run, at, kind, text in zip(*(events[name].tolist() for name in COLUMNS), strict=True):
        if run in one.run_ids:
            places.setdefault(at, {}).setdefault(text, kind)
    if not places:
        return {}
    epoch = np.array(sorted(places))
    kinds = [next(iter(places[at].values())) for at in sorted(places)]
    rings = np.array([kind == "fork" for kind in kinds])
    edge = {
        "color": theme.shade(one.family, one.depth, mode),
        "width": np.where(rings, RING_EDGE, EDGE),
    }
    return {
        "type": "scatter",
        "x": epoch,
        "y": np.minimum(np.interp(epoch, one.epoch, one.error), top),
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS[kind] for kind in kinds],
            "size": np.where(rings, RING, MARK),
            "color": theme.BACKGROUND[mode],
            "line": edge,
            "opacity": 1,  # less by default where sizes differ
        },
        "cliponaxis": False,
        "text": [", ".join(places[at]) for at in sorted(places)],
        "uid": f"{one.label}/events",
        "legendgroup": one.label,
        "meta": {"run_id": one.run_ids[0]},
        "showlegend": False,
        "hovertemplate": f"<b>{one.name}</b>, epoch %{{x:.1f}}<br>%{{text}}<extra></extra>",
    }


def along(label: dict[str, Any], middle: float, shift: float) -> dict[str, Any]:
    """The label of a line's end so many pixels over the line: too long to stand beside it.

    Args:
        middle: of the axis of epochs; a line that ends before it has room to its right only.
    """
    side = "right" if label["x"] > middle else "left"
    return label | {"xanchor": side, "xshift": 0, "yshift": label["yshift"] + shift}


SYMBOLS = {
    "fork": "circle",
    "rate": "triangle-down",
    "pause": "square",
    "resume": "triangle-right",
    "stop": "square",
    "interrupt": "x",
    "diverge": "star",
    "fail": "x",
}
NOTHING = History()
