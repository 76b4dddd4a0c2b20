"""What nets say of test images, counted by class, and what is read off the counts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard.sides import Side
from dashboard.theme import percent


class Net(NamedTuple):
    """A side, what it says of the test images, and that counted (`confusion_shares`)."""

    name: str
    side: Side
    answer: dict[str, Any]
    shares: np.ndarray


def confusion_shares(answer: dict[str, Any]) -> np.ndarray:
    """Guesses by true class, float64 [K, K], % of its images; NaN where there are none."""
    classes = len(answer["class_names"])
    cells = answer["labels"] * classes + answer["guesses"]
    counts = np.bincount(cells, minlength=classes**2).reshape(classes, classes)
    images = counts.sum(1, keepdims=True)
    return 100 * counts / np.where(images > 0, images, np.nan)


def confusion_table(nets: Sequence[Net]) -> pd.DataFrame:
    """A row for each pair of classes: columns net, true_class, guess, share (% of the class)."""
    tables = []
    for net in nets:
        names = np.array(net.answer["class_names"], dtype=object)
        own = {
            "net": net.name,
            "true_class": np.repeat(names, len(names)),
            "guess": np.tile(names, len(names)),
            "share": net.shares.ravel(),
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def error_table(nets: Sequence[Net]) -> pd.DataFrame:
    """A row a net and class: columns net, run_id, family, depth, class, error (%)."""
    tables = []
    for net in nets:
        own = {
            "net": net.name,
            "run_id": net.side.run.run_id,
            "family": net.side.spec.family,
            "depth": net.side.spec.depth,
            "class": list(net.answer["class_names"]),
            "error": 100 - np.diagonal(net.shares),
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def confusion_reading(nets: Sequence[Net]) -> str:
    """Each net's error, and its commonest mistake."""
    parts = []
    for net in nets:
        labels, guesses = net.answer["labels"], net.answer["guesses"]
        wrong = 100 * np.mean(labels != guesses)
        mistakes = np.where(np.eye(len(net.shares), dtype=bool), -1, np.nan_to_num(net.shares))
        true, guess = np.unravel_index(mistakes.argmax(), mistakes.shape)
        names = net.answer["class_names"]
        commonest = (
            f"; its commonest mistake is to call **{names[true]}** {names[guess]}"
            f" ({percent(mistakes[true, guess])} of the class)"
        )
        parts.append(
            f"**{net.name}** is wrong on {percent(wrong)} of {len(labels):,} test images"
            f"{commonest if wrong else ''}."
        )
    return " ".join(parts)


def error_reading(table: pd.DataFrame) -> str:
    """In how many classes each of two nets makes fewer errors, and where they differ most."""
    errors = table.pivot_table(index="class", columns="net", values="error", sort=False).dropna()
    if errors.shape[1] < 2:
        return _hardest(errors)
    gaps = errors.iloc[:, 1] - errors.iloc[:, 0]
    first, second = (f"**{name}**" for name in errors.columns)
    place = int(np.abs(gaps.to_numpy()).argmax())
    widest, (left, right) = errors.index[place], errors.to_numpy()[place]
    return (
        f"Of {len(gaps)} classes {second} has the lower error in {int((gaps < 0).sum())}, {first}"
        f" in {int((gaps > 0).sum())}. The widest gap is in **{widest}**: {percent(left)} of its"
        f" images wrong in {first}, {percent(right)} in {second}."
    )


def _hardest(errors: pd.DataFrame) -> str:
    own = errors.iloc[:, 0]
    return (
        f"**{own.name}** finds **{own.idxmax()}** hardest ({percent(own.max())} wrong) and"
        f" **{own.idxmin()}** easiest ({percent(own.min())} wrong)."
    )
