"""Lines through the mean of several runs with a band from the smallest to the largest."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard import theme

Rows = dict[str, np.ndarray]  # a table's columns: a figure asks for its rows some 20 times


class Means(NamedTuple):
    """Errors (%) over runs: a value in each for every `x`, rising."""

    x: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: np.ndarray
    """How many."""


def measured(table: pd.DataFrame, columns: list[str]) -> Rows:
    """These columns of the rows that have an error; a column that is not there is empty."""
    rows = {name: table[name].to_numpy() if name in table else np.array([]) for name in columns}
    return _where(rows, ~np.isnan(rows["error"].astype(float)))


def rows_of(rows: Rows, **values: Any) -> Rows:
    """The rows that have these values in these columns."""
    mask = np.ones(len(rows["error"]), dtype=bool)
    for column, value in values.items():
        mask &= np.asarray(rows[column] == value, dtype=bool)
    return _where(rows, mask)


def mean_and_range(rows: Rows, by: str) -> Means:
    """Mean, smallest and largest error for each value of `by`."""
    x, first, runs = np.unique(np.sort(rows[by]), return_index=True, return_counts=True)
    errors = rows["error"][np.argsort(rows[by], kind="stable")].astype(float)
    if not len(x):
        return Means(x, errors, errors, errors, runs)
    total, low, high = (f.reduceat(errors, first) for f in (np.add, np.minimum, np.maximum))
    return Means(x, total / runs, low, high, runs)


def mean_line(means: Means, style: dict[str, Any], **trace: Any) -> dict[str, Any]:
    """The line through the means; hover is left to the dots."""
    return {
        "type": "scatter",
        "x": means.x,
        "y": means.mean,
        "mode": "lines",
        "line": style,
        "showlegend": False,
        "hoverinfo": "skip",
        **trace,
    }


def band(x: Any, low: Any, high: Any, colour: str, **trace: Any) -> dict[str, Any]:
    """The area from the smallest to the largest error, in place of a line a seed."""
    return {
        "type": "scatter",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "mode": "none",
        "fill": "toself",
        "fillcolor": colour,
        "opacity": theme.BAND,
        "showlegend": False,
        "hoverinfo": "skip",
        **trace,
    }


def dots(runs: Rows, x: str, split: str, lit: str | None, **trace: Any) -> dict[str, Any]:
    """A dot a run; all but the one that is lit fade. Several seeds get smaller dots."""
    several = len(set(runs[x])) < len(runs[x])
    marker = {
        "size": theme.DOT_SIZES[split] * (0.75 if several else 1),
        "opacity": [1.0 if lit in (None, run) else theme.FADED for run in runs["run_id"]],
        **trace.pop("marker"),
    }
    return {
        "type": "scatter",
        "x": runs[x],
        "y": runs["error"],
        "customdata": list(runs["run_id"]),
        "mode": "markers",
        "marker": marker,
        "showlegend": False,
        "legendgroup": split,
        **trace,
    }


def split_key() -> list[dict[str, Any]]:
    """Two entries that explain dash and weight once, in no family's colour."""
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": "lines",
            "line": {"color": theme.NEUTRAL, **line},
            "name": theme.SPLIT_WORDS[split],
            "uid": f"key/{split}",
            "legendgroup": split,
        }
        for split, line in theme.SPLIT_LINES.items()
    ]


def _where(rows: Rows, mask: np.ndarray) -> Rows:
    return {name: values[mask] if len(values) else values for name, values in rows.items()}
