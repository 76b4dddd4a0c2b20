"""What the counts of deepened nets say, in sentences and in small tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.components.section import LINE_BREAK
from dashboard.figures.identity_errors import INSERTIONS
from dashboard.theme import percent
from dashboard.words import NO_BREAK

SMALLEST = 1e-6  # of what is written out; such a change of a logit is rounding in any case


def deepened_reading(table: pd.DataFrame) -> str:
    """What each kind of insertion changes in each net, and what follows from it.

    Args:
        table: as `counts_table` gives it.
    """
    lines = [
        " ".join(
            _about(str(net), str(kind), own) for kind, own in rows.groupby("insertion", sort=False)
        )
        for net, rows in table.groupby("net", sort=False)
    ]
    return LINE_BREAK.join([*lines, _conclusion(table[table["insertion"] == "identity"])])


def training_mode_note(table: pd.DataFrame) -> str:
    """How many answers the identity blocks change in training mode; empty before any is counted."""
    copies = table[table["insertion"] == "identity"]
    parts = []
    for net, own in copies.groupby("net", sort=False):
        moved, images = own["moved_training"].sum(), own["images"].sum()
        parts.append(f"{percent(100 * moved / images)} of the answers of **{net}**")
    if not parts:
        return ""
    exact = copies.groupby("net", sort=False)["moved_training"].sum() == 0
    end = (
        "so the copies are exact while they train as well."
        if exact.all()
        else f"so {' and '.join(exact.index[~exact])} is copied exactly only for *use*, and its"
        " deeper copy begins to train as a somewhat different net."
    )
    return (
        "Counted with the saved statistics of batch norm, as a net is used (*eval mode*). While it"
        " **trains**, batch norm takes those of each batch instead: then the identity blocks change"
        f" {' and '.join(parts)}, {end}"
    )


def counts_in_words(table: pd.DataFrame) -> str:
    """One net's counts as a small table in Markdown; identity beside random.

    Args:
        table: the rows of one net, as `counts_table` gives them.
    """
    kinds = [kind for kind in INSERTIONS if kind in set(table["insertion"])]
    lines = [["changed by", *kinds], (1 + len(kinds)) * ["---"]]
    for split, words in SPLIT_WORDS.items():
        own = table[table["split"] == split].set_index("insertion").to_dict("index")
        if len(own) == len(kinds):
            lines.append([words, *(_moved(own[kind]) for kind in kinds)])
    largest = table.groupby("insertion")["largest"].max()
    lines.append(["a logit, at most by", *(small_number(largest[kind]) for kind in kinds)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def small_number(value: float) -> str:
    """`0`, `0.000005`, `0.12`, `31`: written out, without powers of ten."""
    if 0 < value < SMALLEST:
        return f"less than {SMALLEST:f}"
    if value < 0.01:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{value:,.2g}" if value < 100 else f"{value:,.0f}"


def _moved(counts: Mapping[Any, Any]) -> str:
    """On one line, whatever the width of the page."""
    return f"**{counts['moved']:,}** of {counts['images']:,}".replace(" ", NO_BREAK)


def _about(net: str, kind: str, own: pd.DataFrame) -> str:
    moved, images = int(own["moved"].sum()), int(own["images"].sum())
    change = f"changes {moved:,} of {images:,} answers"
    if kind == "identity":
        deeper = own["deeper"].iloc[0]
        return f"Deepening **{net}** to {deeper} layers with identity blocks {change}."
    tested = own[own["split"] == "test"].iloc[0]
    return (
        f"With random blocks in the same places it {change}, and the test error goes from"
        f" {percent(tested['error_before'])} to {percent(tested['error_after'])}."
    )


def _conclusion(copies: pd.DataFrame) -> str:
    moved, worse = copies["moved"].sum(), copies["error_after"] > copies["error_before"]
    if moved == 0:
        return "So a deeper net that is exactly as good **exists**, and nobody had to train it."
    if not worse.any():
        return "So a deeper net that is at least as good **exists**, and nobody had to train it."
    return "So these copies are nearly as good as the net they were made of, not quite."


SPLIT_WORDS = {"test": "test answers", "train": "training answers"}
