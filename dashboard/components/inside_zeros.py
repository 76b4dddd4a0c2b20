"""Activations of one image as a table and in sentences: zeros, dead channels, what adds up."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard import words
from dashboard.components.inside_strips import PARTS, Answer
from dashboard.figures.places import place_names


def activations_table(names: Sequence[str], answers: Sequence[Answer]) -> pd.DataFrame:
    """A row for each part of each block.

    Returns:
        Columns net, block, address, part, channels, height, width, mean, spread (standard
        deviation), zeros (%), dead_channels (%).
    """
    rows = []
    for net, answer in zip(names, answers, strict=True):
        blocks = place_names(block["address"] for block in answer["blocks"])
        for name, block in zip(blocks, answer["blocks"], strict=True):
            for part, found in block["parts"].items():
                numbers = (found[key] for key in ("mean", "std", "zeros", "dead"))
                shape = found["maps"].shape
                rows.append((net, name, block["address"], PARTS[part], *shape, *numbers))
    return pd.DataFrame(rows, columns=COLUMNS)


def activations_reading(names: Sequence[str], answers: Sequence[Answer]) -> str:
    """One sentence: how much of the blocks' outputs is 0, and how many channels are."""
    parts = []
    for name, answer in zip(names, answers, strict=True):
        outputs = [block["parts"]["output"] for block in answer["blocks"]]
        zeros, dead = (np.mean([one[key] for one in outputs]) for key in ("zeros", "dead"))
        parts.append(f"**{name}** {zeros:.0f}\u00a0% zeros and {dead:.0f}\u00a0% dead channels")
    return (
        f"What the blocks put out, on average over them: {'; '.join(parts)}. A channel is called"
        " dead here when it is zero everywhere in this image."
    )


def adding_reading(name: str, answer: Answer) -> str:
    """That F(x) + x is the sum, measured; empty for a net whose blocks do not add."""
    adding = [block["parts"] for block in answer["blocks"] if "sum" in block["parts"]]
    if not adding:
        return ""
    differences = [
        np.abs(one["branch"]["maps"] + one["shortcut"]["maps"] - one["sum"]["maps"]).max()
        for one in adding
    ]
    return (
        f"Checked: in {words.plural(len(adding), 'block')} of **{name}** the largest difference"
        f" between F(x) + x and the sum is {max(differences):.3g}."
    )


COLUMNS = [
    "net",
    "block",
    "address",
    "part",
    "channels",
    "height",
    "width",
    "mean",
    "spread",
    "zeros",
    "dead_channels",
]
