"""Badges: where a number on screen comes from."""

from typing import Literal

import streamlit as st

Colour = Literal["green", "blue", "violet", "gray"]

BADGES: dict[str, tuple[Colour, str, str]] = {
    "live": ("green", ":material/sensors:", "Measured just now, on this computer."),
    "recorded": ("blue", ":material/history:", "Measured earlier and kept: nothing is made up."),
    "quoted": (
        "violet",
        ":material/format_quote:",
        "Printed by somebody else; the source is named.",
    ),
    "computed": ("gray", ":material/calculate:", "Computed from the numbers in the figures."),
}


def badge(kind: str, source: str = "") -> None:
    """One of live, recorded, quoted or computed; its meaning and source on hover."""
    colour, icon, meaning = BADGES[kind]
    st.badge(kind, icon=icon, color=colour, help=f"{meaning} {source}".strip())
