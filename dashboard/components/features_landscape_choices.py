"""Which part of the ground around the nets is looked at, and how it is drawn."""

from collections.abc import Callable

import streamlit as st

from dashboard.figures.landscape import landscape_contour, landscape_surface
from dashboard.landscapes import Settings
from dashboard.theme import Figure

POINTS, REACHES, SEEDS = (15, 25, 41), (0.1, 0.25, 0.5, 1.0), (0, 1, 2, 3)
DEFAULTS = Settings(15, 0.25, 0)

Draw = Callable[..., Figure]


def chosen_settings() -> Settings:
    """What the widgets say, which come later on the page."""
    points, reach, seed = (
        st.session_state.setdefault(f"landscape_{name}", value)
        for name, value in DEFAULTS._asdict().items()
    )
    return Settings(points, reach, seed)


def landscape_choices() -> Draw:
    """The widgets; what draws the ground."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="landscape-choices"):
        draw = st.segmented_control(
            "Show as",
            list(VIEWS),
            default=next(iter(VIEWS)),
            required=True,
            key="landscape_view",
            help="Hills turn when you drag them; they need a browser with WebGL, maps do not.",
        )
        st.selectbox(
            "How far",
            REACHES,
            key="landscape_reach",
            format_func=lambda reach: f"{reach:g} filter lengths",
            help="From the middle to a side. The paper goes to 1.",
            width=170,
        )
        st.selectbox(
            "Points",
            POINTS,
            key="landscape_points",
            format_func=lambda points: f"{points} x {points}",
            help="Twice as many on a side take four times as long.",
            width=120,
        )
        st.selectbox(
            "Directions",
            SEEDS,
            key="landscape_seed",
            format_func=lambda seed: f"pair {seed + 1}",
            help="Other random directions: what looks the same along all of them is no accident.",
            width=110,
        )
    return VIEWS[draw]


VIEWS: dict[str, Draw] = {"Hills": landscape_surface, "Map": landscape_contour}
