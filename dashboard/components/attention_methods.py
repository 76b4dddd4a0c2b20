"""What other methods see: all of them on the page's image, class and block, for both nets."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.attributions import ATTRIBUTIONS
from core.inspection import ask
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_method_words import (
    Found,
    about_methods,
    extent,
    methods_reading,
    methods_table,
)
from dashboard.components.attention_questions import (
    Question,
    asked_for,
    page_questions,
    smooth_toggle,
)
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.attribution_grid import attribution_grid, height_of
from dashboard.figures.attribution_tiles import Row, Tile
from dashboard.jobs import Tell
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

SENTENCE = (
    "Each method asks the same question, *what in this image speaks for this class?*, in its own"
    " way. **Red** raises the class, **blue** lowers it. The methods' units differ, so each row"
    " has its own scale, and both nets share it."
)


def methods_section(sides: Sides) -> None:
    """Once asked for: every method's map of both nets, and what each tells and does not tell."""
    st.fragment(_section, key="methods")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "methods",
        "What do other methods see?",
        SENTENCE,
        badges={"live": "The maps are computed from the saved weights now."},
        source="the paper of each method, named beside it",
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        smooth = smooth_toggle("methods")
        questions = page_questions(shown)
        if not questions:
            return
        found = worked(
            "methods",
            ("methods", *(one.of("", smooth) for one in questions)),
            lambda tell: _ask_all(questions, smooth, tell),
            label="Compare the methods",
            doing="Asking every method ...",
            takes="Some seconds; with SmoothGrad up to a minute.",
        )
        if found is None:
            st.markdown(about_methods(questions, []))
            return
        maps, texts = st.columns([1, 2], gap="medium")
        with maps:
            _grid(questions, found)
        with texts:
            st.markdown(about_methods(questions, found))
        st.markdown(f"{asked_for(questions)} {methods_reading(questions, found)}")
        data_table(data, "methods", methods_table(questions, found))


def _ask_all(questions: Sequence[Question], smooth: bool, tell: Tell) -> Found:
    found: Found = [{} for _ in questions]
    for done, method in enumerate(ATTRIBUTIONS):
        for place, question in enumerate(questions):
            tell((done + place / len(questions)) / len(ATTRIBUTIONS))
            found[place][method] = ask("attribute", *question.of(method, smooth))
    return found


def _grid(questions: Sequence[Question], found: Found) -> None:
    rows = [_row(method, questions, found) for method in ATTRIBUTIONS]
    alt = f"Maps by method. {methods_reading(questions, found)}"
    drawn = attribution_grid(rows, [one.column for one in questions], alt=alt, mode=page_mode())
    figure("methods", drawn, height_of(len(rows)))


def _row(method: str, questions: Sequence[Question], found: Found) -> Row:
    """Maps of both nets on one scale, which reaches as far as the larger one."""
    maps = [answers[method]["map"] for answers in found]
    limit = max(float(np.abs(one).max()) for one in maps)
    title = ATTRIBUTIONS[method].title
    tiles = [
        Tile(numbers, limit, f"<b>{question.name}</b>, {title}<br>{extent(numbers)}")
        for question, numbers in zip(questions, maps, strict=True)
    ]
    return title.replace(" ", "<br>"), tiles
