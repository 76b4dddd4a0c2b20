"""The feature map that was clicked, large beside the image."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from dashboard.components.image_picker import thumbnail
from dashboard.components.inside_strips import PARTS, Answer, Block, part_limits
from dashboard.components.section import figure, page_mode
from dashboard.figures.feature_map import feature_map
from dashboard.figures.places import place_names

CLICKED, LARGE_PIXELS = "inside_map", 420


def click_on(place: int) -> Callable[[str], None]:
    """What a click on a map does in the figure at that place: it is remembered until shown."""

    def click(hit: str) -> None:
        st.session_state[CLICKED] = f"{place}|{hit}"

    return click


def show_clicked(nets: Sequence[tuple[str, Answer]]) -> None:
    """The map that was clicked since the last time, if it is still there.

    Args:
        nets: name and answer by place.
    """
    if clicked := st.session_state.pop(CLICKED, None):
        place, address, part, channel = clicked.split("|")
        for name, answer in nets[int(place) : int(place) + 1]:
            for block in answer["blocks"]:
                if block["address"] == address and part in block["parts"]:
                    _large(name, answer, block, part, int(channel))


@st.dialog("One feature map", width="large")
def _large(name: str, answer: Answer, block: Block, part: str, channel: int) -> None:
    """The map that was clicked, beside the image."""
    numbers = block["parts"][part]["maps"][channel]
    (where,) = place_names((block["address"],))
    about = (
        f"Channel {channel} of the {PARTS[part]} of {name}'s {where}:"
        f" {' x '.join(map(str, numbers.shape))} numbers from {np.min(numbers):.3g} to"
        f" {np.max(numbers):.3g}, mean {np.mean(numbers):.3g}."
    )
    left, right = st.columns([1, 2], vertical_alignment="center")
    with left:
        thumbnail(answer["image"], answer["label"], 180)
    with right:
        limits, signed = part_limits(block, part), part != "output"
        drawn = feature_map(numbers, limits, signed=signed, alt=about, mode=page_mode())
        figure("map", drawn, LARGE_PIXELS)
    st.caption(f"{about} The colours are those of its row.")
