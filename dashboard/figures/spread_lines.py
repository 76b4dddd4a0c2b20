"""Lines through the mean of several runs with a band from the smallest to the largest."""

from typing import Any, cast

import numpy as np
import pandas as pd

from dashboard import theme


def rows_of(table: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """The rows that have these values in these columns."""
    mask = np.ones(len(table), dtype=bool)
    for column, value in values.items():
        mask &= (table[column] == value).to_numpy(dtype=bool)
    return cast(pd.DataFrame, table[mask])


def mean_and_range(runs: pd.DataFrame, by: str) -> pd.DataFrame:
    """Columns x, mean, low, high (%) and runs (how many): one row a value of `by`, rising."""
    table = runs.groupby(by)["error"].agg(["mean", "min", "max", "count"]).reset_index()
    return table.set_axis(["x", "mean", "low", "high", "runs"], axis=1)


def mean_line(table: pd.DataFrame, style: dict[str, Any], **trace: Any) -> dict[str, Any]:
    """The line through the means; hover is left to the dots."""
    return {
        "type": "scatter",
        "x": table["x"],
        "y": table["mean"],
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


def dots(runs: pd.DataFrame, x: str, split: str, lit: str | None, **trace: Any) -> dict[str, Any]:
    """A dot a run; all but the one that is lit fade. Several seeds get smaller dots."""
    marker = {
        "size": theme.DOT_SIZES[split] * (0.75 if runs[x].duplicated().any() else 1),
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
