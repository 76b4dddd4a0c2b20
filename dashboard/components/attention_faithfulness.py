"""Does the map point at what the net uses? Pixels go, or come, in the order of the map."""

from collections.abc import Sequence

import streamlit as st

from core.inspection import ask
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_faithfulness_words import (
    Answers,
    areas_table,
    curves_table,
    faithfulness_reading,
)
from dashboard.components.attention_questions import (
    Question,
    asked_for,
    method_picker,
    method_word,
    page_questions,
)
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.faithfulness_curves import faithfulness_curves
from dashboard.jobs import Tell
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

RANDOM_ORDERS = 10
HEIGHT = 360
KINDS = {
    "deletion": "**Deletion**: how sure is the net still while the pixels go? A good map makes the"
    " line fall early.",
    "insertion": "**Insertion**: how sure does it become while the pixels come, onto a blurred"
    " image? A good map makes the line rise early.",
}
SOURCE = "deletion and insertion of Petsiuk et al. 2018 (RISE), https://arxiv.org/abs/1806.07421"
SENTENCE = (
    "If a map is true to its net, the net needs the pixels that the map marks. So they are taken"
    " away first, each filled with the average colour, or put in first. The **area** under a line"
    " is one number for it; random orders tell what any order would do."
)


def faithfulness_section(sides: Sides) -> None:
    """Once asked for: deletion and insertion curves of a method's maps of both nets."""
    st.fragment(_section, key="faithfulness")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "faithfulness",
        "Does the map point at what the net uses?",
        SENTENCE,
        badges={"live": "The changed images are sent through the saved nets now."},
        source=SOURCE,
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        method, smooth = method_picker("faithfulness", "grad-cam")
        questions = page_questions(shown)
        if not questions:
            return
        found = worked(
            "faithfulness",
            ("faithfulness", *(one.of(method, smooth) for one in questions)),
            lambda tell: _ask_orders(questions, method, smooth, tell),
            label="Measure",
            doing="Taking pixels away and putting them in ...",
            takes="Some seconds; longer for very deep nets.",
        )
        if found is None:
            return
        st.markdown(f"{method_word(method, smooth)}: {asked_for(questions)}")
        table = curves_table(questions, found)
        for kind, column in zip(KINDS, st.columns(2, gap="medium"), strict=True):
            with column:
                st.markdown(KINDS[kind])
                drawn = faithfulness_curves(table, kind, mode=page_mode())
                figure(f"faithfulness-{kind}", drawn, HEIGHT)
        st.markdown(faithfulness_reading(areas_table(questions, found)))
        data_table(data, "faithfulness", table)


def _ask_orders(
    questions: Sequence[Question], method: str, smooth: bool, tell: Tell
) -> list[Answers]:
    """Of each net the map's order, then the random ones."""
    orders = range(RANDOM_ORDERS + 1)
    found: list[Answers] = [[] for _ in questions]
    for order in orders:
        for place, question in enumerate(questions):
            tell((order + place / len(questions)) / len(orders))
            found[place].append(ask("faithfulness", *question.of(method, smooth), order))
    return found
