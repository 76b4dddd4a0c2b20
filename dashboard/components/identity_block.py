"""The block by hand: its branch is turned down to nothing, and a shortcut, if any, is left."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.chosen_image import ChosenImage
from core.inspection import InspectionError, ask
from dashboard.components.answers import Sides, shown_sides, side_names
from dashboard.components.everywhere import show_then_rerun_if_told
from dashboard.components.identity_block_choice import counterpart, left_out
from dashboard.components.identity_block_controls import (
    BIAS,
    SCALE,
    Hand,
    follow,
    picked_block,
    picked_hand,
)
from dashboard.components.identity_block_words import (
    FOLDED,
    Answer,
    Turned,
    arithmetic,
    difference_reading,
    maps_alt,
    maps_table,
    row_reading,
    row_table,
)
from dashboard.components.image_picker import picked_image, thumbnail
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.identity_block import HEIGHT, Cell, Turn, identity_block, read_cell
from dashboard.figures.identity_block_row import HEIGHT as ROW_HEIGHT
from dashboard.figures.identity_block_row import Line, identity_block_row
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

SOURCE = (
    "He, Zhang, Ren and Sun 2015, section 3.1 and Figure 2, https://arxiv.org/abs/1512.03385: to"
    " learn the identity, a residual block need only drive its weights toward zero"
)
SENTENCE = (
    "A residual block puts out ReLU(F(x) + x). Turn its **branch** F(x) down: with s = 0 and β = 0"
    " only x is left, and ReLU lets pass what is not negative. A plain block puts out ReLU(F(x)):"
    " there nothing is left. In the maps 0 is white, red is above and blue below, and a channel's"
    " strongest colour is the number beside it. Click a pixel for its arithmetic."
)
ANSWERS = 128  # kept: of one block most places of both sliders that somebody tries


def block_by_hand_section(sides: Sides) -> None:
    """A block of each net on one image: maps, one pixel's arithmetic, and such blocks in a row."""
    st.fragment(_section, key="block-by-hand")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "block-by-hand",
        "Can a block learn to do nothing?",
        SENTENCE,
        badges={"live": "One image goes through a block of the saved nets now, as often as told."},
        source=SOURCE,
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        picture, controls = st.columns([1, 6], vertical_alignment="center")
        with controls:
            image, block = picked_image(shown[0].spec.dataset), picked_block(shown)
            st.caption(left_out(side_names(shown), shown))
        turned = block and st.fragment(_turned, key="block-turned")(shown, image, block)
        if turned:
            with picture:
                thumbnail(turned[0].answer["image"], turned[0].answer["label"])
            data_table(data, "block-by-hand", maps_table(turned))
            data_table(data, "blocks-in-a-row", row_table(turned))
    show_then_rerun_if_told()  # of another image


def _turned(shown: Sequence[Side], image: ChosenImage, block: str) -> list[Turned]:
    """What a slider changes, and no more: a fragment of its own is half as much to send."""
    hand = picked_hand()
    turned = _all_turned(shown, image, block, hand)
    if turned:
        _drawn(turned, hand)
    return turned


def _all_turned(shown: Sequence[Side], image: ChosenImage, block: str, hand: Hand) -> list[Turned]:
    """The block of each net that has one, as far as there are answers."""
    found = []
    for name, side in zip(side_names(shown), shown, strict=True):
        own = counterpart(side, block)
        if own and (answer := _answer(name, (*side.address, image, own, *hand))):
            found.append(Turned(name, side, own, answer))
    return found


def _answer(name: str, question: tuple) -> Answer | None:
    try:
        with st.spinner(f"Sending the image through {name} ... The first time takes some seconds."):
            return _kept(*question)
    except (ValueError, InspectionError) as error:
        st.error(str(error), icon=":material/error:")
        st.button("Try again", key=f"again-hand-{name}", icon=":material/refresh:")
        return None


@st.cache_resource(max_entries=ANSWERS, show_spinner=False)
def _kept(*question: object) -> Answer:
    """For everybody; apart from long answers, which a slider would drive out."""
    return ask("block-by-hand", *question)


def _drawn(all_turned: list[Turned], hand: Hand) -> None:
    for place, column in enumerate(st.columns(2)[: len(all_turned)]):
        with column:
            _maps(place, all_turned[place], hand)
    lines = [
        Line(
            turned.name,
            turned.side.spec.family,
            turned.side.spec.depth,
            turned.answer["differences"],
            turned.answer["largest"]["x"],
        )
        for turned in all_turned
    ]
    st.markdown(ROW_QUESTION)
    figure("blocks-in-a-row", identity_block_row(lines, mode=page_mode()), ROW_HEIGHT)
    st.markdown(row_reading(all_turned))


def _maps(place: int, turned: Turned, hand: Hand) -> None:
    answer = turned.answer
    st.markdown(f"**{turned.name}**, {turned.place}, at step {turned.side.net_step:,}")
    cell = Cell(*(answer["pixel"][name] for name in Cell._fields))
    sliders = {SCALE: hand.scale, BIAS: hand.bias}
    drawn = identity_block(
        answer["maps"],
        answer["channels"],
        answer["reaches"],
        cell,
        Turn(sliders, answer["adds"], answer["rectifies"]),
        alt=maps_alt(turned),
        mode=page_mode(),
    )
    figure(f"block-by-hand-{place}", drawn, HEIGHT, _click_on(answer["shape"]))
    st.markdown(
        f"{difference_reading(turned)}\n\n{arithmetic(answer, hand.scale, hand.bias)}",
        help=FOLDED,
    )


def _click_on(shape: tuple[int, int, int]) -> Callable[[str], None]:
    return lambda hit: follow(read_cell(int(hit), shape))


ROW_QUESTION = (
    "**And many such blocks?** The same block again and again on its own output, as it is turned"
    " now; dotted: the largest number that came in."
)
