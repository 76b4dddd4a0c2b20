"""The tables behind the figures: one series a net and split, thinned, averaged over its seeds."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from dashboard.theme import family_word

MOST_POINTS = 500  # of a series, on the wire
_Net = tuple[str, str, int, str]  # label, family, depth, split
FAMILIES = ("plain", "resnet")  # in this order, always; others follow by name


class Series(NamedTuple):
    """Error of one net on one split; its runs are the seeds of the net."""

    label: str
    family: str
    depth: int
    split: str
    run_ids: tuple[str, ...]
    epoch: np.ndarray
    error: np.ndarray
    """Mean over the seeds, %."""
    low: np.ndarray
    high: np.ndarray

    @property
    def name(self) -> str:
        """The net on screen: its label with the family's word, residual-56 for resnet-56."""
        return self.label.replace(self.family, family_word(self.family))

    @property
    def uid(self) -> str:
        """The same for as long as the net is on the page: zoom and legend choices follow it."""
        return f"{self.label}/{self.split}"


def family_order(families: Iterable[str]) -> list[str]:
    """The families in the order of every figure: plain, residual, then others by name."""
    present = set(families)
    known = [family for family in FAMILIES if family in present]
    return known + sorted(present.difference(known))


def net_series(curves: pd.DataFrame) -> list[Series]:
    """Training and test series of each net, by family, depth and label.

    Args:
        curves: columns run_id, label, family, depth, epoch, split, error (%). Runs of one label
            are seeds of one net.

    Several seeds are averaged over the epochs that all of them have reached, and `low` and `high`
    are their smallest and largest error; a seed that has not recorded an epoch of another is read
    off the straight line between its neighbours. A single seed is shown as recorded.
    """
    if curves.empty:
        return []
    epoch, error = curves["epoch"].to_numpy(float), curves["error"].to_numpy(float)
    run_ids, *columns = (
        curves[n].tolist() for n in ("run_id", "label", "family", "depth", "split")
    )
    places: dict[tuple[_Net, str], list[int]] = {}
    for place, key in enumerate(zip(zip(*columns, strict=True), run_ids, strict=True)):
        places.setdefault(key, []).append(place)
    nets: dict[_Net, dict[str, tuple[np.ndarray, np.ndarray]]] = {}
    for (net, run_id), where in sorted(places.items()):
        rising = np.array(where)[np.argsort(epoch[where], kind="stable")]
        measured = rising[~np.isnan(error[rising])]
        if len(measured):
            nets.setdefault(net, {})[run_id] = (epoch[measured], error[measured])
    series = [_series(*net, runs) for net, runs in nets.items()]
    order = family_order({one.family for one in series})
    return sorted(
        (one for one in series if len(one.epoch)),
        key=lambda one: (order.index(one.family), one.depth, one.label, one.split == "test"),
    )


def thin(points: int, most: int = MOST_POINTS) -> np.ndarray:
    """At most `most` indices into a series, evenly spread, the first and the last among them."""
    if points <= most:
        return np.arange(points)
    return np.linspace(0, points - 1, most).round().astype(int)


def short_names(series: list[Series]) -> dict[str, str]:
    """What a line is called inside its family's panel, by label: its depth where that is enough."""
    names = {one.label: one.name.removeprefix(f"{family_word(one.family)}-") for one in series}
    nets = {(one.label, one.family, one.depth) for one in series}
    alone = Counter((family, depth) for _, family, depth in nets)
    for one in series:
        if alone[one.family, one.depth] == 1:
            names[one.label] = str(one.depth)
    return names


def _series(
    label: str,
    family: str,
    depth: int,
    split: str,
    runs: dict[str, tuple[np.ndarray, np.ndarray]],
) -> Series:
    seeds = list(runs.values())
    start = max(epochs[0] for epochs, _ in seeds)
    end = min(epochs[-1] for epochs, _ in seeds)
    grid = np.unique(np.concatenate([epochs for epochs, _ in seeds]))
    grid = grid[(grid >= start) & (grid <= end)]
    grid = grid[thin(len(grid))]
    errors = np.array([np.interp(grid, epochs, error) for epochs, error in seeds])
    columns = (grid, errors.mean(axis=0), errors.min(axis=0), errors.max(axis=0))
    shorter = (column.astype("float32") for column in columns)
    return Series(label, family, depth, split, tuple(runs), *shorter)
