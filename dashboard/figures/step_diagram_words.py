"""The numbers beside the step diagram, in words: notes, hover and alt text."""

import math
from typing import Any

from dashboard.figures.step_diagram_shapes import ARC, BOX, Spot
from dashboard.figures.step_diagram_traces import Note

Row = dict[Any, Any]  # a place, by column

BESIDE = 15.0  # pixels from the middle of a ribbon to its number
BELOW, LOWER = 9.0, 4.0  # pixels below a box, and below the end of a block, where there is room


def number(value: float) -> str:
    """Three digits: 0.0575, 1.10, 3.20e-05."""
    return f"{value:#.3g}".rstrip(".")


def share_words(share: float) -> str:
    """Of the whole: 14 %, -3 %."""
    return f"{100 * share:.0f}\u00a0%".replace("-", "−")


def ratio_words(ratio: float) -> str:
    """Of a small part of a whole: 0.20 %, 1.2 %, 12 %."""
    return f"{100 * ratio:#.2g}".rstrip(".") + "\u00a0%"


def left_notes(rows: list[Row], where: list[Spot], stage: str) -> list[Note]:
    """Left of trunk and branch."""
    return LEFT_NOTES[stage](rows, where) if stage in LEFT_NOTES else []


def right_notes(rows: list[Row], where: list[Spot], stage: str) -> list[Note]:
    """Right of the shortcuts."""
    if stage not in RIGHT_WORDS:
        return []
    return [
        (ARC + BESIDE, spot.middle, RIGHT_WORDS[stage](row))
        for row, spot in zip(rows, where[1:-1], strict=True)
        if known(row["shortcut"])
    ]


def hover_words(row: Row) -> str:
    """A place with all its numbers."""
    lines = [f"<b>{row['name']}</b> ({row['address']})"]
    for head, columns in HOVER.items():
        parts = [
            f"{words} {number(row[column])}"
            for column, words in columns.items()
            if known(row[column])
        ]
        lines += [f"{head}: {', '.join(parts)}"]
    if known(row["share_shortcut"]):
        shares = share_words(row["share_branch"]), share_words(row["share_shortcut"])
        lines.append(
            f"of the gradient at x: {shares[0]} by the branch, {shares[1]} by the shortcut"
        )
    return "<br>".join(lines)


def in_words(net: str, rows: list[Row], stage: str, ends: tuple[str, str]) -> str:
    """The figure for those who cannot see it."""
    if stage not in ALT:
        return (
            f"Block diagram of {net}: {ends[0]}, {len(rows)} places from stem to head, {ends[1]}."
        )
    what, column = ALT[stage]
    told = "; ".join(f"{row['name']} {number(row[column])}" for row in rows)
    return f"Block diagram of {net}, {what}: {told}; at the end {ends[1]}."


def known(value: float) -> bool:
    """It was measured."""
    return not math.isnan(value)


def _forward(rows: list[Row], where: list[Spot]) -> list[Note]:
    notes = [(-BESIDE, where[0].bottom, number(rows[0]["input"]))]
    for row, spot in zip(rows, where[1:-1], strict=True):
        notes.append((-BESIDE, spot.bottom + LOWER, number(row["output"])))
        if known(row["branch"]):
            notes.append((-BESIDE, spot.box[1] + BELOW, f"F(x) {number(row['branch'])}"))
    return notes


def _backward(rows: list[Row], where: list[Spot]) -> list[Note]:
    notes = [(-BESIDE, where[-1].top, number(rows[-1]["gradient"]))]
    for row, spot in zip(rows, where[1:-1], strict=True):
        if known(row["gradient_in"]):
            notes.append((-BESIDE, spot.top, number(row["gradient_in"])))
        if known(row["share_shortcut"]):
            height = (spot.split + spot.box[0]) / 2
            notes.append((-BESIDE, height, share_words(row["share_branch"])))
    return notes


def _update(rows: list[Row], where: list[Spot]) -> list[Note]:
    return [
        (-BOX - 4, spot.middle, ratio_words(row["ratio"]))
        for row, spot in zip(rows, where[1:-1], strict=True)
    ]


LEFT_NOTES = {"forward": _forward, "backward": _backward, "update": _update}
RIGHT_WORDS = {
    "forward": lambda row: f"x {number(row['shortcut'])}",
    "backward": lambda row: share_words(row["share_shortcut"]),
}
HOVER = {
    "forward": {
        "input": "in",
        "branch": "F(x)",
        "shortcut": "shortcut",
        "output": "out",
    },
    "gradient": {
        "gradient": "at the output",
        "through_branch": "back by the branch",
        "through_shortcut": "by the shortcut",
        "gradient_in": "at the input",
    },
    "weights": {"weights": "norm", "update": "update"},
}
ALT = {
    "forward": ("size of what goes out of each place", "output"),
    "backward": ("gradient at the output of each place", "gradient"),
    "update": ("update of each place as a share of its weights", "ratio"),
}
