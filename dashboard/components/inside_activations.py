"""What each block makes of one image: its feature maps, and what shortcut and branch add up to."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.chosen_image import ChosenImage
from core.nets.layout import plan_stages
from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.everywhere import show_then_rerun_if_told
from dashboard.components.guesses import guesses_in_words
from dashboard.components.image_picker import picked_image, thumbnail
from dashboard.components.inside_large import click_on, show_clicked
from dashboard.components.inside_strips import (
    MOST_ROWS,
    Answer,
    Row,
    View,
    rows_side_by_side,
    strips_of,
)
from dashboard.components.inside_zeros import (
    activations_reading,
    activations_table,
    adding_reading,
)
from dashboard.components.section import data_table, page_mode, section
from dashboard.figures.feature_maps import feature_maps, height_of
from dashboard.live_plot import live_plot, message
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side
from dashboard.theme import Mode

ADDING = ("resnet", "bottleneck", "preact")  # families whose blocks have a shortcut to add
SENTENCE = (
    "Each row is a block, from input to output; each small picture is one of its **feature maps**:"
    " what one channel answers to the image, dark for little and yellow for much (each row has its"
    " own scale). Click one to see it large."
)
ADDS = (
    " Where a block adds, its rows are **F(x)**, what its layers compute, **x**, what its shortcut"
    " carries, and their sum before the ReLU: red above 0, blue below, white at 0, one scale for"
    " the three."
)


def activations_section(sides: Sides) -> None:
    """The image, what each net says of it, and all its feature maps side by side."""
    st.fragment(_section, key="activations")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    _image_through(shown)
    show_then_rerun_if_told()  # of another image


def _image_through(shown: list[Side]) -> None:
    adding = bool(st.session_state.get("inside_adding"))
    with section(
        "activations",
        "What does each block make of one image?",
        SENTENCE + (ADDS if adding else ""),
        badges={"live": "The saved weights are loaded and the image is sent through them now."},
        source="blocks as in He et al. 2015, Figure 2",
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        picture, controls = st.columns([1, 5], vertical_alignment="center")
        with controls:
            image = picked_image(shown[0].spec.dataset)
            view = _view(shown)
        found = [
            (name, side, answer)
            for name, side in zip(side_names(shown), shown, strict=True)
            if (answer := _answer(name, side, image))
        ]
        if not found:
            return
        with picture:
            _thumbnails([answer for _, _, answer in found])
        _nets(found, image, view)
        names, answers = [one[0] for one in found], [one[2] for one in found]
        st.markdown(activations_reading(names, answers))
        if view.adding:
            st.markdown(" ".join(map(adding_reading, names, answers)))
        data_table(data, "activations", activations_table(names, answers))


def _answer(name: str, side: Side, image: ChosenImage) -> Answer | None:
    doing = f"Sending the image through {name} ..."
    answer = answered("activations", *side.address, image, doing=doing)
    if answer is None:
        st.button("Try again", key=f"again-{name}", icon=":material/refresh:")
    return answer


def _thumbnails(answers: Sequence[Answer]) -> None:
    """The image; two of them where the nets learned from different data sets."""
    for place, answer in enumerate(answers):
        if not place or not np.array_equal(answer["image"], answers[0]["image"]):
            thumbnail(answer["image"], answer["label"])


def _view(sides: Sequence[Side]) -> View:
    """The switches; only those that change something for these nets."""
    blocks = max(1 + sum(map(len, plan_stages(side.spec))) for side in sides)
    with st.container(horizontal=True):
        all_maps = st.toggle(
            "All maps", key="inside_all_maps", help="All channels of a block, not its 8 strongest."
        )
        adding = any(side.spec.family in ADDING for side in sides) and st.toggle(
            "F(x), x and their sum",
            key="inside_adding",
            help="What goes into the addition at the end of a residual block.",
        )
        all_blocks = blocks > MOST_ROWS and st.toggle(
            f"All {blocks} rows, not {MOST_ROWS}",
            key="inside_all_blocks",
            help=f"{MOST_ROWS} of {blocks} rows are shown, spread evenly over the depth.",
        )
    return View(all_maps, adding, all_blocks)


def _nets(found: list[tuple[str, Side, Answer]], image: ChosenImage, view: View) -> None:
    answers = [answer for _, _, answer in found]
    addresses = tuple(side.address for _, side, _ in found)
    for place, column in enumerate(st.columns(2)[: len(found)]):
        name, side, answer = found[place]
        with column:
            st.markdown(f"**{name}** at step {side.net_step:,} says")
            st.markdown(f"{guesses_in_words(answer['predictions'], answer['label'])}.")
            key = (addresses, image, view, page_mode(), place)
            drawn, height = _drawn(*key, name, side.spec.family, answers)
            live_plot(
                drawn, key=f"plot-activations-{place}", height=height, on_click=click_on(place)
            )
    show_clicked([(name, answer) for name, _, answer in found])


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(
    addresses: tuple,
    image: ChosenImage,
    view: View,
    mode: Mode,
    place: int,
    name: str,
    family: str,
    _answers: list[Answer],
) -> tuple[bytes, int]:
    """A net's figure, packed, and its height: once for all who look at the same."""
    sides, rows = rows_side_by_side(_answers, view)
    strips = [strip for row in sides[place] for strip in strips_of(row, view)]
    height = height_of(view.columns, rows)
    drawn = feature_maps(
        strips,
        family=family,
        columns=view.columns,
        rows=rows,
        mode=mode,
        alt=_alt(name, sides[place]),
    )
    return message(drawn, height=height), height


def _alt(name: str, rows: list[Row]) -> str:
    ends = [f"{row.name} {row.block['parts']['output']['zeros']:.0f} %" for row in rows]
    return f"Feature maps of {name}, a row a block; zeros in the outputs: {'; '.join(ends)}."
