"""Which classes the nets mix up: confusion matrices, errors by class, images of confused pairs."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.distinguishable import ONE_SEED
from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.features_counts import (
    Net,
    confusion_reading,
    confusion_shares,
    confusion_table,
    error_reading,
    error_table,
)
from dashboard.components.features_pairs import confused_pairs, show_cell
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.class_errors import class_errors
from dashboard.figures.confusion import confusion, confusion_difference
from dashboard.provenance import ALL_TEST, provenance
from dashboard.sides import Side

CLICKED, HEIGHT = "confusion_cell", 400
ROW_PIXELS, FRAME_PIXELS, MOST_PIXELS = 28, 90, 900
SENTENCE = (
    "Each row of a **confusion matrix** takes the test images of one class and tells what the net"
    " says of them: right answers lie on the diagonal, every other square is a mistake. Click a"
    " square to see its images."
)
SOURCE = (
    "the nets' answers to test images, counted; nets and their error as in He et al. 2015,"
    " https://arxiv.org/abs/1512.03385"
)


def confusion_section(sides: Sides) -> None:
    """A matrix of each net, their difference, error by class, and the pairs most mixed up."""
    st.fragment(_section, key="confusion")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "confusion",
        "Which classes does each net mix up?",
        SENTENCE,
        badges={"live": "The test images are sent through the saved nets now."},
        source=SOURCE,
        provenance=provenance(shown, ALL_TEST),
    ) as data:
        nets = [
            Net(name, side, answer, confusion_shares(answer))
            for name, side in zip(side_names(shown), shown, strict=True)
            if (answer := _answer(name, side)) is not None
        ]
        if not nets:
            return
        _matrices(nets)
        st.markdown(confusion_reading(nets))
        table = error_table(nets)
        if len({net.answer["class_names"] for net in nets}) == 1:
            _errors(table)
            confused_pairs(nets)
        data_table(data, "confusion", confusion_table(nets))
        if (cell := st.session_state.pop(CLICKED, None)) is not None:
            place, number = cell
            show_cell(nets, *divmod(number, len(nets[place].shares)))


def _answer(name: str, side: Side) -> dict[str, Any] | None:
    return answered("predictions", *side.address, doing=f"{name} looks at the test images ...")


def _matrices(nets: Sequence[Net]) -> None:
    columns = st.columns(3)
    for place, net in enumerate(nets):
        with columns[place]:
            st.markdown(f"**{net.name}**", help="In % of the images of each true class.")
            drawn = confusion(net.shares, net.answer["class_names"], net.name, mode=page_mode())
            figure(f"confusion-{place}", drawn, HEIGHT, _click_on(place))
    if len(nets) < 2:
        return
    first, second = nets
    with columns[2]:
        if first.answer["class_names"] != second.answer["class_names"]:
            st.caption("These nets know different classes: their answers cannot be compared.")
            return
        st.markdown(
            f"**{second.name} − {first.name}**",
            help="In points of %. Red: the second net says this more often; blue: less often. More"
            " red on the diagonal and more blue beside it is better. Two runs of one net, with"
            " different seeds, would differ too.",
        )
        names = (first.name, second.name)
        drawn = confusion_difference(
            first.shares, second.shares, first.answer["class_names"], names, mode=page_mode()
        )
        figure("confusion-difference", drawn, HEIGHT, _click_on(0))
        st.caption(f"{ONE_SEED.capitalize()}.")


def _click_on(place: int) -> Callable[[str], None]:
    """What a click on a square does in the matrix at that place: it is remembered until shown."""

    def click(number: str) -> None:
        st.session_state[CLICKED] = place, int(number)

    return click


def _errors(table: pd.DataFrame) -> None:
    st.markdown("**How often is each class wrong?**")
    height = min(MOST_PIXELS, FRAME_PIXELS + ROW_PIXELS * table["class"].nunique())
    drawn = class_errors(table, lit=highlighted_run(), mode=page_mode())
    figure("class-errors", drawn, height, highlight)
    st.markdown(error_reading(table))
