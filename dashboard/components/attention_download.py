"""Take a map home: a picture, its numbers, or the net with a script that makes the map again."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import ask
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_questions import (
    Question,
    asked_for,
    method_picker,
    method_word,
    page_questions,
)
from dashboard.components.section import data_table, section
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

SENTENCE = (
    "The map of the image, class and block that this page looks for, as files: a **picture**, the"
    " map over the image, all nets on one scale of colours; the **numbers** for NumPy (the map,"
    " the map at the image's size, the image, all probabilities); and the **net** with its input"
    " and a few lines of Python that make the same map with torch and captum alone."
)


def download_section(sides: Sides) -> None:
    """Three files for each net, made when they are asked for."""
    st.fragment(_section, key="download")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "download",
        "Take a map home",
        SENTENCE,
        badges={"live": "The files are made from the saved weights when a button is pressed."},
        source="torch.export, https://docs.pytorch.org/docs/stable/export.html;"
        " captum, https://captum.ai",
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        method, smooth = method_picker("download", "grad-cam")
        questions = page_questions(shown)
        if not questions:
            return
        st.markdown(f"{method_word(method, smooth)}. {asked_for(questions)}")
        for place, column in enumerate(st.columns(2)[: len(questions)]):
            with column, st.container(horizontal=True, vertical_alignment="center"):
                _buttons(place, questions, method, smooth)
        data_table(data, "download", _table(questions, method, smooth))


def _table(questions: Sequence[Question], method: str, smooth: bool) -> pd.DataFrame:
    """What the files are of: a row a net, probability from 0 to 1."""
    return pd.DataFrame(
        {
            "net": question.name,
            "step": question.side.net_step,
            "method": method_word(method, smooth),
            "class": question.class_name,
            "probability": question.probability,
            "block": question.block,
        }
        for question in questions
    )


def _buttons(place: int, questions: Sequence[Question], method: str, smooth: bool) -> None:
    question = questions[place]
    st.markdown(f"**{question.name}**", width="content")
    for kind, (label, icon, words) in KINDS.items():
        st.download_button(
            label,
            partial(_file, question, questions, method, smooth, kind),
            file_name=f"{question.name}-step-{question.side.net_step}-{method}.{kind}",
            key=f"download-{kind}-{place}",
            icon=icon,
            help=words,
            on_click="ignore",
        )


def _file(
    question: Question, questions: Sequence[Question], method: str, smooth: bool, kind: str
) -> bytes:
    """Made in a thread of its own when its button is pressed."""
    limit = _limit(questions, method, smooth) if kind == "png" else None
    return ask("export", *question.of(method, smooth), kind, limit)


def _limit(questions: Sequence[Question], method: str, smooth: bool) -> float:
    """The largest size in any of the maps: their pictures can be compared."""
    maps = [ask("attribute", *one.of(method, smooth))["overlay"] for one in questions]
    return max(float(np.abs(one).max()) for one in maps)


KINDS = {  # label, icon and help of a button, by the kind of its file
    "png": ("Picture", ":material/image:", "A PNG: red raises the class, blue lowers it."),
    "npz": (
        "Numbers",
        ":material/data_array:",
        "An NPZ with map, overlay, image, probabilities and class_names: numpy.load opens it.",
    ),
    "zip": (
        "Net and script",
        ":material/code:",
        "A ZIP with the net, its input, the map, and a script of some ten lines that makes the map"
        " again. It takes some seconds, longer for deep nets.",
    ),
}
