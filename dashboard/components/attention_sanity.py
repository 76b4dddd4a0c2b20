"""Does a map depend on what the net has learned? Weights are redrawn from the top down."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import ask
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_method_words import extent
from dashboard.components.attention_questions import (
    Question,
    asked_for,
    method_picker,
    method_word,
    page_questions,
)
from dashboard.components.attention_sanity_words import (
    UNCHANGED,
    Answers,
    fails,
    group_words,
    sanity_reading,
    sanity_table,
    stage_labels,
)
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.attribution_grid import attribution_grid, height_of
from dashboard.figures.attribution_tiles import Row, Tile
from dashboard.figures.map_similarity import map_similarity
from dashboard.jobs import Tell
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

SOURCE = (
    "cascading randomisation of Adebayo et al. 2018, section 4.1, https://arxiv.org/abs/1810.03292"
)
SENTENCE = (
    "A map that explains a net must change when the net forgets what it learned. Here copies of"
    " the nets get **random weights**, first in the head, then also in the blocks before it, at"
    " last everywhere; the same method is asked each time. A method whose picture stays the same"
    " shows the image, not the net. **Rank correlation** is 1 where all pixels keep their order and"
    " 0 where nothing is left of it; thin lines leave out the signs, red or blue."
)


def sanity_section(sides: Sides) -> None:
    """Once asked for: a method's maps while more and more weights are random, for both nets."""
    st.fragment(_section, key="sanity")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "sanity",
        "Does the map depend on what the net has learned?",
        SENTENCE,
        badges={"live": "Copies of the saved nets get random weights now."},
        source=SOURCE,
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        method, smooth = method_picker("sanity", "guided-backprop")
        questions = page_questions(shown)
        if not questions:
            return
        found = worked(
            "sanity",
            ("sanity", *(one.of(method, smooth) for one in questions)),
            lambda tell: [
                _ask_stages(one, method, smooth, place / len(questions), len(questions), tell)
                for place, one in enumerate(questions)
            ],
            label="Randomise the weights",
            doing="Redrawing weights ...",
            takes="Some seconds; longer for occlusion and with SmoothGrad.",
        )
        if found is None:
            return
        st.markdown(f"{method_word(method, smooth)}: {asked_for(questions)}")
        table = sanity_table(questions, found)
        maps, likeness = st.columns([1, 2], gap="medium")
        with maps:
            _grid(questions, found)
        with likeness:
            rows = height_of(max(map(len, found)))
            figure("likeness", map_similarity(table, UNCHANGED, mode=page_mode()), rows)
        _verdict(table, method_word(method, smooth))
        data_table(data, "sanity", table)


def _ask_stages(
    question: Question, method: str, smooth: bool, done: float, nets: int, tell: Tell
) -> Answers:
    """One net's, from the trained net on; told as its part of the whole."""
    asked = question.of(method, smooth)
    answers = [ask("randomised", *asked, 0)]
    stages = len(answers[0]["groups"])
    for stage in range(1, stages + 1):
        tell(done + stage / (stages + 1) / nets)
        answers.append(ask("randomised", *asked, stage))
    return answers


def _grid(questions: Sequence[Question], found: Sequence[Answers]) -> None:
    rows = [_row(stage, label, questions, found) for stage, label in enumerate(stage_labels(found))]
    alt = "Maps from the trained net to one of random weights only, a row a stage."
    drawn = attribution_grid(rows, [one.column for one in questions], alt=alt, mode=page_mode())
    figure("sanity", drawn, height_of(len(rows)))


def _row(stage: int, label: str, questions: Sequence[Question], found: Sequence[Answers]) -> Row:
    """Each map on its own scale, as theirs: random weights give numbers of any size."""
    pairs = zip(questions, found, strict=True)
    return label, [_tile(question, answers, stage) for question, answers in pairs]


def _tile(question: Question, answers: Answers, stage: int) -> Tile | None:
    """None where all weights of the net are random already."""
    if stage >= len(answers):
        return None
    numbers = answers[stage]["map"]
    groups = ["nothing", *map(group_words, answers[stage]["groups"])]
    added = groups[stage].replace("<br>", " ")
    about = f"<b>{question.name}</b>, new at random: {added}<br>{extent(numbers)}"
    return Tile(numbers, float(np.abs(numbers).max()), about)


def _verdict(table: pd.DataFrame, method: str) -> None:
    """What the figure says; marked where the method does not change."""
    reading = sanity_reading(table, method)
    if fails(table):
        st.warning(reading, icon=":material/warning:")
    else:
        st.markdown(reading)
