"""The chosen block's maps, large: image, map and overlay, both nets on one scale."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard.components.attention_answers import Look
from dashboard.components.attention_choice import block_of, shown_choice
from dashboard.components.attention_strip import reach, shown_maps
from dashboard.components.attention_words import large_reading
from dashboard.components.section import figure, page_mode
from dashboard.figures.cam_overlay import HEIGHT, cam_overlay
from dashboard.figures.places import place_names

OPACITY = 70  # %

Large = tuple[Look, str, np.ndarray]  # net, address of the block, its map


def large_maps(found: Sequence[Look], *, relu: bool) -> None:
    """The chosen block of each net, or the nearest that it has."""
    shown = [_chosen(look, relu=relu) for look in found]
    st.markdown("**One block, large**")
    opacity = st.slider(
        "Opacity of the map over the image (%)",
        0,
        100,
        OPACITY,
        5,
        key="attention_opacity",
        help="Of the strongest colours; where the map is near 0 the image shines through.",
        width=300,
    )
    limit = max(reach(numbers) for _, _, numbers in shown)
    for place, column in enumerate(st.columns(2)[: len(shown)]):
        look, address, numbers = shown[place]
        (name,) = place_names((address,))
        with column:
            st.markdown(f"**{look.name}**, {name}, for *{look.class_name}*", help=address)
            about = (
                f"Grad-CAM of {look.name}, {name}, for {look.class_name}: from"
                f" {numbers.min():.3g} to {numbers.max():.3g} logits; the colours reach to"
                f" {limit:.3g}."
            )
            drawn = cam_overlay(
                look.answer["image"], numbers, limit, opacity / 100, alt=about, mode=page_mode()
            )
            figure(f"cam-large-{place}", drawn, HEIGHT)
    st.markdown(large_reading(shown))


def _chosen(look: Look, *, relu: bool) -> Large:
    address = block_of(look.side, shown_choice().block)
    return look, address, shown_maps(look, relu=relu)[address]
