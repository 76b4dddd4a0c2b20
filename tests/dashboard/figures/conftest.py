"""Small tables of runs in the store's columns."""

from collections.abc import Callable

import pandas as pd
import pytest


def curve_rows(family: str, depth: int, errors: list[float], **columns) -> pd.DataFrame:
    """Rows of one run and split at epochs 1, 2, ...; test errors of seed 0 unless told."""
    values = {"seed": 0, "split": "test", "label": f"{family}-{depth}", "learning_rate": 0.1}
    values |= columns
    run = f"{values['label']}-s{values['seed']}-{values['learning_rate']}"
    epochs = list(range(1, len(errors) + 1))
    return pd.DataFrame(
        {
            "run_id": run,
            "family": family,
            "depth": depth,
            "epoch": epochs,
            "step": epochs,
            "error": errors,
            "loss": 1.0,
            "status": "finished",
            **values,
        }
    )


@pytest.fixture
def rows() -> Callable[..., pd.DataFrame]:
    return curve_rows


@pytest.fixture
def race() -> pd.DataFrame:
    """Four nets, two splits, two epochs: the degradation in small."""
    ends = {
        ("plain", 20): (14.5, 17.6),
        ("plain", 56): (51.4, 49.6),
        ("resnet", 20): (9.4, 14.0),
        ("resnet", 56): (14.0, 17.1),
    }  # the pilot race in DESIGN.md
    return pd.concat(
        curve_rows(family, depth, [60.0, error], split=split)
        for (family, depth), errors in ends.items()
        for split, error in zip(("train", "test"), errors, strict=True)
    )


@pytest.fixture
def final(race) -> pd.DataFrame:
    """The last row a run and split of the race."""
    return race[race["epoch"] == 2]
