"""A published table on the page: as printed, with its source, its footnotes and its download."""

import re
from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.published import read_table
from dashboard.components.badges import badge
from dashboard.components.section import LINE_BREAK
from dashboard.provenance import quoted

UNBROKEN = "\u2011"  # a hyphen at which no line ends
MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]$:<>~#"})


class Published(NamedTuple):
    """A table of assets/published/ for readers.

    Attributes:
        sentence: what one sees in it, above the table.
        images: that the numbers are of.
        columns: those that are shown, and their headings.
        noted: the column whose values carry the footnote marks.
    """

    title: str
    sentence: str
    images: str
    columns: dict[str, str]
    noted: str


def published_tables(*names: str) -> None:
    """Tables of TABLES beside each other, one below the other where the page is narrow."""
    for column, name in zip(st.columns(len(names)), names, strict=True):
        with column:
            published_table(name)


def published_table(name: str) -> None:
    """One table of TABLES, framed."""
    shown, table = TABLES[name], _table(name)
    with st.container(border=True, gap="small"):
        heading(shown.title, name, table, quoted=as_printed(shown.images))
        st.caption(shown.sentence)
        plain_table(in_words(table, shown), alt=f"{shown.title}: {len(table)} published rows.")
        st.caption(LINE_BREAK.join(foot(table)))


def as_printed(images: str) -> str:
    """What the badge of a published table says on hover."""
    return f"Values stand as they are printed. {quoted(images)}."


def heading(title: str, name: str, table: pd.DataFrame, **badges: str) -> None:
    """Title, badges and the download of a table, in one line where they fit."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="stretch")
        for kind, meaning in badges.items():
            badge(kind, meaning)
        st.download_button(
            "CSV",
            table.to_csv(index=False),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv-{name}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            help="Download this table.",
        )


def plain_table(
    table: pd.DataFrame, alt: str, grey: Mapping[str, Sequence[bool]] | None = None
) -> None:
    """A table to be read: every cell is text and stays as it is.

    Args:
        grey: for some columns, which of their cells are doubtful.
    """
    cells = table.map(_cell)
    for column, doubtful in (grey or {}).items():
        pairs = zip(cells[column], doubtful, strict=True)
        cells[column] = [f":gray[{cell}]" if faint else cell for cell, faint in pairs]
    st.table(cells, border="horizontal", hide_index=True, alt=alt)


def in_words(table: pd.DataFrame, shown: Published) -> pd.DataFrame:
    """The table with the headings and the footnote marks that readers see.

    Where the rows have several sources, a column names each row's by its letter in `foot`.
    """
    marks = dict(zip(_notes(table), MARKS, strict=False)) | {"": ""}
    noted = _with_mean(table)[shown.noted] + table["note"].map(marks)
    letters = _letters(table)
    columns = dict(shown.columns) | ({"source": "from"} if len(letters) > 1 else {})
    rows = table.assign(**{shown.noted: noted, "source": table["source"].map(letters)})
    return rows[list(columns)].rename(columns=columns)


def foot(table: pd.DataFrame) -> list[str]:
    """Lines below a table, in Markdown: its footnotes and its sources."""
    notes = [f"{mark} {note}" for mark, note in zip(MARKS, _notes(table), strict=False)]
    letters = _letters(table)
    named = {source: f" {letter}" if len(letters) > 1 else "" for source, letter in letters.items()}
    sources = [f"Source{letter}: {source}" for source, letter in named.items()]
    return [line.translate(MARKUP) for line in notes + sources]


def _letters(table: pd.DataFrame) -> dict[str, str]:
    """Each source of a table and the letter that stands for it."""
    return dict(zip(dict.fromkeys(table["source"]), ascii_lowercase, strict=False))


def _cell(value: object) -> str:
    """In Markdown, the value as it is; no line ends within ResNet-110."""
    return re.sub(r"(?<=[A-Za-z]{2})-(?=\d)", UNBROKEN, str(value)).translate(MARKUP)


def _notes(table: pd.DataFrame) -> list[str]:
    """The footnotes, each once, in the order in which the table needs them."""
    return [note for note in dict.fromkeys(table["note"]) if note]


def _with_mean(table: pd.DataFrame) -> pd.DataFrame:
    """A best run with the mean and standard deviation over runs behind it, as papers print them."""
    if "mean" not in table:
        return table
    both = table["error"] + " (" + table["mean"] + "±" + table["spread"] + ")"
    return table.assign(error=table["error"].where(table["mean"] == "", both))


@st.cache_resource(show_spinner=False)
def _table(name: str) -> pd.DataFrame:
    return read_table(name)


TABLES: dict[str, Published] = {
    "cifar10": Published(
        "CIFAR-10",
        "Small photographs of ten kinds of things, 32 x 32 pixels; with random crops and flips."
        " Residual nets get better up to 110 layers.",
        "10,000 test images of CIFAR-10",
        {
            "method": "method",
            "depth": "layers",
            "parameters": "parameters (M)",
            "error": "test error (%)",
        },
        "error",
    ),
    "imagenet": Published(
        "ImageNet",
        "Validation images of 1,000 classes, ten crops of each. Top-1: the first guess is wrong;"
        " top-5: the five best guesses all are. Shortcuts: A pads with zeros, B projects where the"
        " shape changes, C always projects; 50 layers and more use B.",
        "50,000 validation images of ImageNet",
        {"net": "net", "top1": "top-1 error (%)", "top5": "top-5 error (%)"},
        "net",
    ),
    "winners": Published(
        "ImageNet, 2010 to 2015",
        "Top-5 error on the test images of the ImageNet challenge (ILSVRC), year by year.",
        "test images of ImageNet, ILSVRC",
        {"year": "year", "name": "net or team", "layers": "layers", "error": "top-5 error (%)"},
        "error",
    ),
    "competitions": Published(
        "ILSVRC and COCO 2015",
        "Residual nets of He and his team (MSRA) came first in all five main tracks.",
        "the test images of both competitions",
        {
            "competition": "competition",
            "task": "task",
            "place": "place",
            "margin": "better than 2nd by (%)",
        },
        "task",
    ),
    "complexity": Published(
        "Cost of a net",
        "Multiply-adds: multiplications, each with its addition, for one image of 224 x 224"
        " pixels; the paper calls them FLOPs.",
        "none, the cost is counted",
        {"net": "net", "what": "what", "printed": "printed"},
        "printed",
    ),
    "recipe": Published(
        "Recipe on a slide",
        "How to train a residual net in practice, as the slide says it.",
        "none, it is a recipe",
        {"setting": "setting", "printed": "printed"},
        "printed",
    ),
    "datasets": Published(
        "Sizes of data sets",
        "Classification nets learn from the part of ImageNet called ILSVRC 2012.",
        "those that are counted",
        {"dataset": "data set", "what": "what", "count": "printed"},
        "count",
    ),
}
