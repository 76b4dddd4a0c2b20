"""Where each net looks: Grad-CAM of every block, plain beside residual, and one block large."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from core.chosen_image import ChosenImage
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_answers import Look, knows, looks, says
from dashboard.components.attention_choice import block_of, block_places, shown_choice
from dashboard.components.attention_gallery import gallery_button
from dashboard.components.attention_large import large_maps
from dashboard.components.attention_picker import block_picker, choose_block, class_picker
from dashboard.components.attention_strip import Strip, strips
from dashboard.components.attention_words import strips_reading, strips_table
from dashboard.components.everywhere import about_to_rerun, show_then_rerun_if_told
from dashboard.components.image_picker import picked_image, thumbnail
from dashboard.components.inside_strips import MOST_ROWS
from dashboard.components.section import data_table, page_mode, section
from dashboard.data import newest_net
from dashboard.figures.cam_strip import cam_strip, height_of
from dashboard.live_plot import live_plot, message
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side
from dashboard.theme import Mode

LIVE_SECONDS = 2.0
SENTENCE = (
    "**Grad-CAM** asks a block: which regions of your output raise the score of this class (red),"
    " which lower it (blue)? One map a block, from input to output: 2.3 is stage 2, block 3. Each"
    " cell is one place of the block's own grid. In each place both nets share one scale, so their"
    " colours can be compared. Click a map to see it large."
)
SOURCE = (
    "Selvaraju et al. 2017, equations 1 and 2, without the ReLU unless you switch it on,"
    " https://arxiv.org/abs/1610.02391"
)


class View(NamedTuple):
    """The switches."""

    relu: bool = False
    all_blocks: bool = False
    live: bool = False


def attention_section(sides: Sides) -> None:
    """The image, what each net says of it, where each of its blocks looks, and one block large."""
    st.fragment(_section, key="attention")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    _maps(shown)
    show_then_rerun_if_told()  # of another choice


def _maps(shown: list[Side]) -> None:
    with section(
        "attention",
        "Where does each net look?",
        SENTENCE,
        badges={"live": "The saved weights are loaded and asked about the image now."},
        source=SOURCE,
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        picture, controls = st.columns([1, 5], vertical_alignment="center")
        with controls:
            picked_image(shown[0].spec.dataset)
            pickers = st.container(horizontal=True, vertical_alignment="bottom")
            view = _view(shown)
        choice = shown_choice()
        found = looks(shown, choice, "attention")
        if not found:
            return
        if not any(knows(look, choice.target) for look in found):
            st.query_params.pop("class", None)  # looks() has told; other sections need not
        with pickers:
            class_picker(found[0].answer["class_names"], choice)
            block_picker(shown, choice)
            gallery_button(shown)
        with picture:
            _thumbnails(found)
        every = LIVE_SECONDS if view.live else None
        st.fragment(_figures, run_every=every, key="attention-figures")(shown, view)
        data_table(data, "attention", strips_table(found))


def _thumbnails(found: Sequence[Look]) -> None:
    """The image; two of them where the nets learned from different data sets."""
    for place, look in enumerate(found):
        answer = look.answer
        if not place or not np.array_equal(answer["image"], found[0].answer["image"]):
            thumbnail(answer["image"], answer["label"])


def _view(shown: Sequence[Side]) -> View:
    """The switches; only those that change something for these nets."""
    blocks = max(len(block_places(side)) for side in shown)
    with st.container(horizontal=True):
        relu = st.toggle(
            "Only what raises the class",
            key="attention_relu",
            help="The classic Grad-CAM: a ReLU turns all that lowers the class to 0.",
        )
        all_blocks = blocks > MOST_ROWS and st.toggle(
            f"All {blocks} maps, not {MOST_ROWS}",
            key="attention_all_blocks",
            help=f"{MOST_ROWS} of {blocks} maps are shown, spread evenly over the depth.",
        )
        live = any(side.active for side in shown) and st.toggle(
            "Follow the training",
            key="attention_live",
            help="Looks every two seconds whether a newer net was saved, and shows that one.",
        )
    return View(relu, bool(all_blocks), bool(live))


def _figures(shown: list[Side], view: View) -> None:
    """What changes when a block is clicked, and while a net trains."""
    now = [newest_net(side) for side in shown] if view.live else shown
    body, foot = st.container(), st.container()
    with foot:  # a spinner below moves nothing
        found = looks(now, shown_choice(), "live")
    if found:
        with body:
            _strips(found, view)
            st.markdown(strips_reading(found))
            large_maps(found, relu=view.relu)
    show_then_rerun_if_told()
    if view.live and not any(side.active for side in now):
        st.rerun()


def _strips(found: list[Look], view: View) -> None:
    choice = shown_choice()
    framed = _framed(choice.block)
    addresses = tuple(look.side.address for look in found)
    for place, column in enumerate(st.columns(2, vertical_alignment="bottom")[: len(found)]):
        look = found[place]
        with column:
            st.markdown(f"**{look.name}** at step {look.side.net_step:,} says {says(look.answer)}")
            block = block_of(look.side, framed)
            key = (addresses, choice.image, choice.target, view, page_mode(), place, block)
            drawn, height = _drawn(*key, found)
            live_plot(drawn, key=f"plot-cam-{place}", height=height, on_click=choose_block)


def _framed(block: str | None) -> str | None:
    """The block with a frame around its map: after a click its large map comes first."""
    if not about_to_rerun():
        st.session_state["attention_framed"] = block
    return st.session_state.get("attention_framed", block)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(
    addresses: tuple,
    image: ChosenImage,
    target: int | None,
    view: View,
    mode: Mode,
    place: int,
    block: str,
    _found: list[Look],
) -> tuple[bytes, int]:
    """A net's figure, packed, and its height: once for all who look at the same."""
    look = _found[place]
    strip = strips(_found, relu=view.relu, all_blocks=view.all_blocks)[place]
    height = height_of(strip.slots)
    drawn = cam_strip(
        strip.tiles,
        strip.captions,
        strip.slots,
        family=look.side.spec.family,
        chosen=strip.addresses.index(block) if block in strip.addresses else None,
        alt=_alt(look, strip),
        mode=mode,
    )
    return message(drawn, height=height), height


def _alt(look: Look, strip: Strip) -> str:
    ends = [
        f"{caption} {tile.numbers.min():.2g} to {tile.numbers.max():.2g}"
        for caption, tile in zip(strip.captions, strip.tiles, strict=True)
    ]
    return f"Grad-CAM of {look.name} for {look.class_name} in logits, by block: {'; '.join(ends)}."
