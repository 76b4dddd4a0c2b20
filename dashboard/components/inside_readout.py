"""Where a net first knows the class: how far a simple readout gets with each block's output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.answers import Sides, on_demand, shown_sides, side_names
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.image_picker import shown_image
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.block_accuracy import block_accuracy, block_guesses
from dashboard.figures.places import place_names
from dashboard.provenance import BOTH, provenance
from dashboard.sides import Side
from dashboard.theme import percent

HEIGHT, ROW_PIXELS, FRAME_PIXELS = 340, 30, 110
SOURCE = (
    "linear classifier probes of Alain and Bengio 2016, https://arxiv.org/abs/1610.01644; here"
    " solved in closed form (ridge regression)"
)
SENTENCE = (
    "A **readout** is the simplest classifier there is, one weighted sum a class, fitted on what"
    " comes out of one block, each channel averaged over the image. It tells how much of the answer"
    " can be read off there already; the net itself stays as it is."
)


def readout_section(sides: Sides) -> None:
    """Once asked for: accuracy by block, and the guesses for the image picked above."""
    st.fragment(_section, key="readout")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    rerun_if_told()
    image = shown_image()
    with section(
        "readout",
        "Where does the net first know the class?",
        SENTENCE,
        badges={"live": "Readouts are fitted on training images and tested on test images."},
        source=SOURCE,
        provenance=provenance(shown, BOTH),
    ) as data:
        answers = on_demand(
            "readout",
            shown,
            [(*side.address, image) for side in shown],
            label="Measure",
            doing="Fitting a readout to every block ...",
        )
        if answers is None:
            return
        table = readout_table(shown, answers)
        _accuracy(table, 100 / len(answers[0]["class_names"]))
        st.markdown(
            f"{accuracy_reading(table)} Fitted on {answers[0]['fitted_on']:,} training images,"
            f" tested on {answers[0]['tested_on']:,} test images."
        )
        labels = {answer["label"] for answer in answers}
        if len(labels) == 1:
            _guesses(table, labels.pop())
        else:
            st.caption(
                "These nets learned from different images: their guesses cannot be compared."
            )
        data_table(data, "readout", table)


def _accuracy(table: pd.DataFrame, chance: float) -> None:
    drawn = block_accuracy(table, chance, lit=highlighted_run(), mode=page_mode())
    figure("readout", drawn, HEIGHT, highlight)


def _guesses(table: pd.DataFrame, label: str | None) -> None:
    st.markdown(
        "**What would each block say of the image above?**",
        help="A dot is right, a cross is wrong. Pick another image in the section before.",
    )
    height = FRAME_PIXELS + ROW_PIXELS * table["guess"].nunique()
    figure("guesses", block_guesses(table, label, mode=page_mode()), height)
    st.markdown(guesses_reading(table, label))


def readout_table(sides: Sequence[Side], answers: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A row a place of each net, in the order of the signal.

    Returns:
        Columns net, run_id, family, depth, step, block, address, number (0: the stem), share (% of
        the net's depth), accuracy (%), guess.
    """
    tables = []
    for name, side, answer in zip(side_names(sides), sides, answers, strict=True):
        numbers = np.arange(len(answer["places"]))
        own = {
            "net": name,
            "run_id": side.run.run_id,
            "family": side.spec.family,
            "depth": side.spec.depth,
            "step": side.net_step,
            "block": place_names(answer["places"]),
            "address": list(answer["places"]),
            "number": numbers,
            "share": 100 * numbers / max(len(numbers) - 1, 1),
            "accuracy": np.asarray(answer["accuracy"], float),
            "guess": list(answer["guesses"]),
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def accuracy_reading(table: pd.DataFrame) -> str:
    """From which block on each net stays above the highest tens that one of them reaches."""
    bar = 10 * int(np.ceil(table["accuracy"].max() / 10) - 1)
    parts = [f"{_stays_above(name, own, bar)}" for name, own in table.groupby("net", sort=False)]
    return f"{'; '.join(parts)}."


def _stays_above(name: Any, own: pd.DataFrame, bar: int) -> str:
    above = (own["accuracy"] > bar).to_numpy()
    if not above.any():
        best = percent(own["accuracy"].max())
        return f"**{name}** is never above {bar}\u00a0%, its best block has {best}"
    below = np.flatnonzero(~above)
    first = int(below[-1]) + 1 if len(below) else 0
    if first == len(own):
        where = _named(own, int(above.argmax()))
        return f"**{name}** is above {bar}\u00a0% at {where}, but no longer at its last block"
    where = _named(own, first)
    count = f"block {first} of {len(own) - 1}" if first else "all along"
    return f"**{name}** is above {bar}\u00a0% from {where} on ({count})"


def guesses_reading(table: pd.DataFrame, label: str | None) -> str:
    """What each net's last block says, and since which block."""
    parts = []
    for name, own in table.groupby("net", sort=False):
        last = own["guess"].iloc[-1]
        others = np.flatnonzero((own["guess"] != last).to_numpy())
        since = int(others[-1]) + 1 if len(others) else 0
        where = _named(own, since)
        truth = "" if label is None else ", which is right" if last == label else ", which is wrong"
        parts.append(f"**{name}** says {last} from {where} on{truth}")
    return f"{'; '.join(parts)}."


def _named(own: pd.DataFrame, place: int) -> str:
    return str(own["block"].iloc[place]) if place else "the stem"
