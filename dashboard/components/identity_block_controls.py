"""The widgets of the block by hand. The link carries all that they say, and the pixel."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from dashboard.components.identity_block_choice import offered
from dashboard.figures.identity_block import Cell
from dashboard.figures.places import place_names
from dashboard.sides import Side

CHANNEL, PIXEL = "hand_channel", "hand_pixel"  # in the link
SCALE, BIAS = "Scale s of the branch", "Bias β added to it"
MOST_TIMES, FIRST_TIMES = 8, 4


class Hand(NamedTuple):
    """What is done to a block, and which number of it is followed.

    Attributes:
        scale, bias: s and β of s F(x) + β.
        times: blocks in a row.
        channel, pixel: None takes where the branch is strongest.
    """

    scale: float
    bias: float
    times: int
    channel: int | None
    pixel: tuple[int, int] | None


def picked_block(shown: Sequence[Side]) -> str | None:
    """The address that the widget says; None, and no widget, where no block can be turned."""
    blocks = offered(shown)
    if not blocks:
        return None
    names = dict(zip(blocks, place_names(tuple(blocks)), strict=True))
    return st.selectbox(
        "Block",
        blocks,
        key="hand_block",
        bind="query-params",
        format_func=names.__getitem__,
        on_change=_follow_the_strongest,
        width=180,
        help="Blocks whose output has the shape of their input, and whose shortcut changes"
        " nothing.",
    )


def picked_hand() -> Hand:
    """The sliders, and the channel and pixel that are followed."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        return Hand(*_sliders(), _channel_picker(), _pixel_told())


def follow(cell: Cell) -> None:
    """Tell about this number from now on."""
    st.session_state[CHANNEL] = cell.channel
    st.query_params[PIXEL] = f"{cell.row}.{cell.column}"


def _channel_picker() -> int | None:
    return st.number_input(
        "Channel",
        0,
        value=None,
        placeholder="strongest",
        key=CHANNEL,
        bind="query-params",
        width=165,
        help="Shown beside those in which the branch is strongest. A click on a pixel takes its"
        " channel.",
    )


def _sliders() -> tuple[float, float, int]:
    """Rounded: a slider's steps add up to 0.15000000000000002."""
    scale = st.slider(
        SCALE,
        0.0,
        1.0,
        1.0,
        0.05,
        key="hand_scale",
        bind="query-params",
        width=180,
        help="1 is the block as it was trained, 0 switches its branch off.",
    )
    bias = st.slider(
        BIAS,
        -1.0,
        1.0,
        0.0,
        0.05,
        key="hand_bias",
        bind="query-params",
        width=180,
        help="Added to every number of the branch, in the maps' own unit. After batch norm most"
        " branches vary by about 1.",
    )
    times = st.slider(
        "Blocks in a row",
        1,
        MOST_TIMES,
        FIRST_TIMES,
        key="hand_times",
        bind="query-params",
        width=180,
        help="The same block again on its own output, for the curve at the bottom.",
    )
    return round(scale, 2) + 0.0, round(bias, 2) + 0.0, times


def _pixel_told() -> tuple[int, int] | None:
    """Of the link; what is no pixel is none."""
    row, _, column = st.query_params.get(PIXEL, "").partition(".")
    known = all(one.isascii() and one.isdecimal() and len(one) < 5 for one in (row, column))
    return (int(row), int(column)) if known else None


def _follow_the_strongest() -> None:
    st.session_state[CHANNEL] = None
    st.query_params.pop(PIXEL, None)
