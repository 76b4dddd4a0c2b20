"""The unit card: what one channel of one block is made of, answers to and is needed for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.features_unit_choice import Unit, choose, picked_unit
from dashboard.components.features_unit_classes import classes_section
from dashboard.components.features_unit_exciting import exciting_section
from dashboard.components.features_unit_grid import unit_grid
from dashboard.components.section import data_table, section
from dashboard.figures.filters import COLOURS, filter_pictures, weights_in_words
from dashboard.figures.image_grid import Tile
from dashboard.figures.places import place_names
from dashboard.provenance import SOME_TEST, provenance
from dashboard.sides import Side

SENTENCE = (
    "A **filter** is the small set of weights that a convolution slides over its input; each"
    " filter makes one **channel**. Those of the first layer can be seen as pictures: click one,"
    " or choose any channel of any block. Each group of pictures has its own colour scale."
)
SOURCE = (
    "first-layer filters as in Krizhevsky, Sutskever and Hinton 2012, Figure 3; weights of the"
    " saved net"
)
SIGNED = "red above 0, blue below, white at 0"
IN_COLOURS = "for red, green and blue; grey where they are 0"
MOST_WEIGHTS = 5  # a side, of a filter whose weights are told on hover

Answer = dict[str, Any]  # of the task `unit`


def unit_section(sides: Sides) -> None:
    """Filters to choose from, then the chosen channel: its classes, its images, its own image."""
    st.fragment(_sections, key="unit")(shown_sides(sides))


def _sections(shown: list[Side]) -> None:
    with section(
        "unit",
        "What is this filter made of?",
        SENTENCE,
        badges={"live": "The weights are read from the saved nets now."},
        source=SOURCE,
        provenance=provenance(shown, SOME_TEST),
    ) as data:
        unit = picked_unit(shown)
        side, name = shown[unit.side], side_names(shown)[unit.side]
        answer = answered(
            "unit",
            *side.address,
            unit.place,
            unit.channel,
            doing="Sending images through the net ...",
        )
        if answer is None:
            st.button("Try again", key="again-unit", icon=":material/refresh:")
            return
        *stems, own = st.columns(len(shown) + 1)
        for place, column in enumerate(stems):
            with column:
                _stem(shown, place, unit)
        with own:
            _filter(answer, side, unit)
        st.markdown(filter_reading(answer, name, unit))
        data_table(data, "unit", filter_table(answer["filters"][0]))
    classes_section(answer, side, name, unit)
    exciting_section(answer, side, name, unit)


def _stem(shown: Sequence[Side], place: int, unit: Unit) -> None:
    """All filters of a net's first layer; a click chooses one."""
    side, name = shown[place], side_names(shown)[place]
    st.markdown(f"First layer of **{name}**")
    answer = answered("unit", *side.address, "stem", None, doing="Reading the filters ...")
    if answer is None:
        return
    filters = answer["filters"]
    pictures = filter_pictures(filters, float(np.abs(filters).max()))
    each = len(pictures) // len(filters)
    tiles = [
        Tile(_about(filters, index, each), hit=str(index // each)) for index in range(len(pictures))
    ]
    lit = unit.channel * each if (unit.side, unit.place) == (place, "stem") else None
    unit_grid(
        f"filters-{place}",
        pictures,
        tiles,
        side,
        alt=f"The {len(filters)} first-layer filters of {name}.",
        lit=lit,
        on_click=lambda hit: choose(Unit(place, "stem", int(hit))),
    )


def _filter(answer: Answer, side: Side, unit: Unit) -> None:
    """The chosen channel's own, slice by slice."""
    filters = answer["filters"]
    st.markdown(f"Filter of **channel {unit.channel}** of {_where(unit)}")
    pictures = filter_pictures(filters, float(np.abs(filters).max()))
    each = len(pictures)
    tiles = [Tile(_about(filters, index, each)) for index in range(each)]
    alt = f"The filter of channel {unit.channel}, a picture for each of its inputs."
    unit_grid("filter", pictures, tiles, side, alt=alt)


def _about(filters: np.ndarray, index: int, each: int) -> str:
    """A picture of `each` a filter, with its weights if they are few."""
    channel, slice_ = divmod(index, each)
    head = f"filter {channel}" if len(filters) > 1 else f"weights for input channel {slice_}"
    if each != filters.shape[1] or filters.shape[2] > MOST_WEIGHTS:
        return head
    return f"{head}<br>{weights_in_words(filters[channel, slice_])}"


def filter_table(filter_: np.ndarray) -> pd.DataFrame:
    """A row a weight of a filter [in, k, k]: columns input_channel, row, column, weight."""
    channels, rows, columns = (index.ravel() for index in np.indices(filter_.shape))
    return pd.DataFrame(
        {"input_channel": channels, "row": rows, "column": columns, "weight": filter_.ravel()}
    )


def filter_reading(answer: Answer, name: str, unit: Unit) -> str:
    """The filter's size, and how much of its weight its strongest inputs have."""
    weights = answer["filters"][0]
    inputs, height, width = weights.shape
    head = (
        f"Channel {unit.channel} of {_where(unit)} of **{name}** is made by a filter of {inputs} x"
        f" {height} x {width} weights (input channels x rows x columns), from"
        f" {weights.min():+.2f} to {weights.max():+.2f}"
        f" ({IN_COLOURS if inputs == COLOURS else SIGNED})"
    )
    return f"{head}{_sum_in_words(weights)}"


def _sum_in_words(weights: np.ndarray) -> str:
    strength = np.abs(weights).sum()
    if not strength:
        return ". All are 0: it makes nothing."
    lean = float(weights.sum() / strength)
    if abs(lean) < 0.2:
        return "; they nearly cancel, so it answers to differences and not to even brightness."
    more = "positive" if lean > 0 else "negative"
    return f"; {50 + 50 * abs(lean):.0f}\u00a0% of their sum without signs is {more}."


def _where(unit: Unit) -> str:
    return "the stem" if unit.place == "stem" else place_names((unit.place,))[0]
