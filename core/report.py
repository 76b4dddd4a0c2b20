"""Runs as plain data, for `--json` and for tables in the terminal."""

import math

import pandas as pd

RUN_KEYS = (
    "family",
    "depth",
    "seed",
    "learning_rate",
    "status",
    "message",
    "epochs",
    "step",
    "steps",
    "parameters",
    "train_error",
    "train_error_eval",
    "test_error",
    "seconds",
    "images_per_second",
)


def run_report(run: pd.Series) -> dict[str, object]:
    """One run: errors in percent, `seconds` of its own, images a second of its training."""
    return {
        "run": run["run_id"],
        "experiment": run["experiment_id"],
        "label": run["label"],
        **{key: _plain(run[key]) for key in RUN_KEYS},
    }


def experiment_report(runs: pd.DataFrame) -> dict[str, object]:
    """An experiment and its runs, as `race --json` prints them.

    Args:
        runs: of one experiment, as `read_runs` gives them.
    """
    devices = runs["device"].dropna()
    return {
        "experiment": runs["experiment_id"].iloc[0],
        "name": runs["experiment"].iloc[0],
        "device": devices.iloc[0] if len(devices) else None,
        "runs": [run_report(run) for _, run in runs.iterrows()],
    }


def curves_report(curves: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    """Points by split: step, epoch, error (%), loss (nats), learning_rate."""
    keys = ["step", "epoch", "error", "loss", "learning_rate"]
    return {
        str(split): [{key: _plain(point[key]) for key in keys} for _, point in points.iterrows()]
        for split, points in curves.groupby("split")
    }


def _plain(value: object) -> object:
    """JSON has no NaN and no numpy."""
    if hasattr(value, "item"):
        value = value.item()  # type: ignore[union-attr]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if value is pd.NaT else value
