"""Deletion and insertion in words and numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.components.attention_questions import Question

BETTER = {"deletion": -1, "insertion": 1}  # where a smaller or a larger area is better

Answers = list[dict[str, Any]]  # what `faithfulness` tells: of the map, then of random orders


def curves_table(questions: Sequence[Question], found: Sequence[Answers]) -> pd.DataFrame:
    """A row a point of each curve; the random orders' mean is one curve.

    Returns:
        Columns net, family, depth, class, kind (deletion or insertion), order ('map' or 'random'),
        share (% of the pixels), probability (% of the class).
    """
    curves = [
        {
            "net": question.name,
            "family": question.side.spec.family,
            "depth": question.side.spec.depth,
            "class": question.class_name,
            "kind": kind,
            "order": order,
            "share": 100 * answers[0]["share"],
            "probability": 100 * np.mean([answer[kind] for answer in chosen], 0),
        }
        for question, answers in zip(questions, found, strict=True)
        for kind in BETTER
        for order, chosen in (("map", answers[:1]), ("random", answers[1:]))
    ]
    return pd.concat(map(pd.DataFrame, curves), ignore_index=True)


def areas_table(questions: Sequence[Question], found: Sequence[Answers]) -> pd.DataFrame:
    """Areas under the curves, 0 to 1: a row a net and kind.

    Returns:
        Columns net, kind, area (of the map's order), random (mean area of the random orders),
        lowest and highest (of theirs), orders (how many there are).
    """
    rows = []
    for question, answers in zip(questions, found, strict=True):
        for kind in BETTER:
            own, *others = (answer[f"{kind}_area"] for answer in answers)
            rows.append(
                {
                    "net": question.name,
                    "kind": kind,
                    "area": own,
                    "random": float(np.mean(others)),
                    "lowest": min(others),
                    "highest": max(others),
                    "orders": len(others),
                }
            )
    return pd.DataFrame(rows)


def faithfulness_reading(areas: pd.DataFrame) -> str:
    """Each net's areas beside those of random orders, and whether the map beats all of them."""
    parts = []
    for net, own in areas.groupby("net", sort=False):
        numbers = [
            f"{row.kind} {row.area:.2f} ({row.random:.2f} in random order: {_judged(row)})"
            for row in own.itertuples()
        ]
        parts.append(f"**{net}** {', '.join(numbers)}")
    return (
        f"Areas under the lines: {'; '.join(parts)}. For deletion less is better, for insertion"
        f" more; better or worse means than each of {areas['orders'].iloc[0]} random orders."
    )


def _judged(row: Any) -> str:
    """Better or worse than all random orders, or neither."""
    sign = BETTER[row.kind]
    low, high = sorted((sign * row.lowest, sign * row.highest))
    if sign * row.area > high:
        return "better"
    return "worse" if sign * row.area < low else "no different"
