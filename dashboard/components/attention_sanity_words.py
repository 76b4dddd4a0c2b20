"""What a check of sanity shows, in words and numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.components.attention_questions import Question
from dashboard.figures.places import place_names

UNCHANGED = 0.8  # mean rank correlation from which on a method does not change; guided
# backpropagation has 0.83 to 1.00 on the recorded race's nets, all others but guided Grad-CAM less
IN_PART = 0.5
BLIND = "A map that stays does not show what a net has learned."
CAUTION = (
    "One image and one draw of random weights: small maps can be alike, or opposite, by chance."
)

Answers = list[dict[str, Any]]  # what the task `randomised` tells, by stage


def stage_labels(found: Sequence[Answers]) -> list[str]:
    """What each stage redraws, beside the maps; by number where the nets differ in it."""
    groups = [answers[0]["groups"] for answers in found]
    if any(other != groups[0] for other in groups):
        return ["trained", "+ head", *(f"+ part {n}" for n in range(2, max(map(len, found))))]
    return ["trained", *(f"+ {group_words(group)}" for group in groups[0])]


def group_words(group: Sequence[str]) -> str:
    """Neighbouring places, from the last to the first, in two lines at most."""
    names = place_names(tuple(group))
    last, first = names[0], names[-1]
    if first == last:
        return first.replace(", ", ",<br>")
    stage, _, number = first.partition(", block ")
    if number and last.startswith(f"{stage}, "):
        return f"{stage},<br>blocks {number} to {last.rpartition(' ')[2]}"
    return f"{first} to<br>{last}"


def sanity_table(questions: Sequence[Question], found: Sequence[Answers]) -> pd.DataFrame:
    """A row a net and stage.

    Returns:
        Columns net, family, depth, stage (words), number (0: the trained net), redrawn (addresses
        of what this stage adds), signed and absolute (rank correlation with the trained net's
        map, of its numbers and of their sizes, -1 to 1; none where a map is the same everywhere).
    """
    labels = stage_labels(found)
    rows = [
        {
            "net": question.name,
            "family": question.side.spec.family,
            "depth": question.side.spec.depth,
            "stage": labels[number],
            "number": number,
            "redrawn": " ".join(answer["groups"][number - 1]) if number else "",
            "signed": answer["signed"],
            "absolute": answer["absolute"],
        }
        for question, answers in zip(questions, found, strict=True)
        for number, answer in enumerate(answers)
    ]
    return pd.DataFrame(rows)


def resemblance(own: pd.DataFrame) -> float:
    """Mean signed correlation of one net's maps while its upper half is being redrawn.

    Not of the lower half: there even guided backpropagation changes, when the stem goes.
    """
    upper = own["number"].between(1, np.ceil(own["number"].max() / 2))
    return float(own.loc[upper, "signed"].mean())


def fails(table: pd.DataFrame) -> bool:
    """The method does not change for one of the nets."""
    return any(resemblance(own) >= UNCHANGED for _, own in table.groupby("net"))


def sanity_reading(table: pd.DataFrame, method: str) -> str:
    """Whether the method changes, for each net."""
    parts = [_verdict(net, resemblance(own), own) for net, own in table.groupby("net", sort=False)]
    blind = f" {BLIND}" if fails(table) else ""
    return (
        f"{method}, while the upper half of the layers is redrawn: {'; '.join(parts)}.{blind}"
        f" {CAUTION}"
    )


def _verdict(net: Any, value: float, own: pd.DataFrame) -> str:
    if np.isnan(value):
        return f"for **{net}** there is nothing to compare, a map is the same everywhere"
    last = own["signed"].iloc[-1]
    end = "" if np.isnan(last) else f", {last:.2f} at the end"
    words = next(words for least, words in VERDICTS.items() if value >= least)
    return f"for **{net}** it {words} (mean rank correlation {value:.2f}{end})"


VERDICTS = {
    UNCHANGED: "**does not change**",
    IN_PART: "**changes only in part**",
    -np.inf: "changes, as it should",
}
