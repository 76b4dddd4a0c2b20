"""The methods in words and numbers: what each tells, how alike their maps are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.attributions import ATTRIBUTIONS
from core.rank_correlation import rank_correlation
from dashboard.components.attention_questions import Question
from dashboard.figures.places import place_names

CAM = "grad-cam"

Answers = dict[str, dict[str, Any]]  # what the task `attribute` tells, by method
Found = list[Answers]  # one a net


def about_methods(questions: Sequence[Question], found: Found) -> str:
    """A paragraph a method: what it tells and what not, its paper, a warning, its own error."""
    parts = []
    for name, method in ATTRIBUTIONS.items():
        paper, _, number = method.paper.partition(", arXiv:")
        warning = f" :orange[:material/warning: {method.warning}]" if method.warning else ""
        parts.append(
            f"**{method.title}** ([{paper}](https://arxiv.org/abs/{number})): {method.tells}"
            f" {method.tells_not}{warning}{_deltas(name, questions, found)}"
        )
    return "\n\n".join(parts)


def extent(numbers: np.ndarray) -> str:
    """The size of a map and how far its numbers reach."""
    size = " x ".join(map(str, numbers.shape))
    empty = "" if numbers.max() > 0 else "; no region raises this class"
    least, most = (end + 0.0 for end in (numbers.min(), numbers.max()))  # never -0
    return f"{size} numbers from {least:.3g} to {most:.3g}{empty}"


def methods_reading(questions: Sequence[Question], found: Found) -> str:
    """Which method agrees most with Grad-CAM, and in whose eyes both nets are most alike."""
    sentences = [_closest_to_cam(questions, found), _between_nets(*found)]
    return " ".join(sentence for sentence in sentences if sentence)


def methods_table(questions: Sequence[Question], found: Found) -> pd.DataFrame:
    """A row a method and net.

    Returns:
        Columns net, method, class, block, smallest, largest (of the map), delta (of integrated
        gradients, logits), like_grad_cam (rank correlation with Grad-CAM's map, -1 to 1).
    """
    rows = [
        {
            "net": question.name,
            "method": _title(method),
            "class": question.class_name,
            "block": place_names((question.block,))[0],
            "smallest": float(answer["map"].min()),
            "largest": float(answer["map"].max()),
            "delta": answer["delta"],
            "like_grad_cam": _like_cam(answers, method),
        }
        for question, answers in zip(questions, found, strict=True)
        for method, answer in answers.items()
    ]
    return pd.DataFrame(rows)


def _closest_to_cam(questions: Sequence[Question], found: Found) -> str:
    parts = []
    for question, answers in zip(questions, found, strict=True):
        alike = _numbers_only({m: _like_cam(answers, m) for m in answers if m != CAM})
        if alike:
            best = max(alike, key=alike.__getitem__)
            parts.append(f"for **{question.name}** {_title(best)} ({alike[best]:.2f})")
    words = "Closest to Grad-CAM's map, by rank correlation of the pixels"
    return f"{words}: {'; '.join(parts)}." if parts else ""


def _between_nets(one: Answers, other: Answers | None = None) -> str:
    if other is None or one[CAM]["overlay"].shape != other[CAM]["overlay"].shape:
        return ""
    alike = _numbers_only(
        {m: rank_correlation(one[m]["overlay"], other[m]["overlay"]) for m in ATTRIBUTIONS}
    )
    if not alike:
        return ""
    most, least = max(alike, key=alike.__getitem__), min(alike, key=alike.__getitem__)
    return (
        f"The two nets' maps are most alike in {_title(most)} ({alike[most]:.2f}) and least in"
        f" {_title(least)} ({alike[least]:.2f}; 1 is the same order of all pixels, 0 nothing in"
        " common)."
    )


def _like_cam(answers: Answers, method: str) -> float:
    return rank_correlation(answers[CAM]["overlay"], answers[method]["overlay"])


def _numbers_only(values: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if np.isfinite(value)}


def _deltas(method: str, questions: Sequence[Question], found: Found) -> str:
    """How far the map's sum is from what it should be, where a method promises a sum."""
    parts = [
        f"{question.name} {answers[method]['delta']:+.2g}"
        for question, answers in zip(questions, found, strict=False)
        if answers[method]["delta"] is not None
    ]
    words = " *Here the map's sum misses that difference by (convergence delta, in logits)*"
    return f"{words}: {', '.join(parts)}." if parts else ""


def _title(method: str) -> str:
    return ATTRIBUTIONS[method].title
