"""The widgets of the lesion lab: what a click does, undo, and blocks dropped at random."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.features_lesion_choice import plans_of
from dashboard.components.features_lesion_clicks import (
    COUNT,
    LINKS,
    MODE,
    SAME,
    SEED,
    SWAPS,
    UNDO,
    draw,
    draw_others,
    forget_pending,
    put_all_back,
    undo,
)
from dashboard.sides import Side

BYPASSES = "bypasses"
MODES = {BYPASSES: "bypasses a block", SWAPS: "swaps two blocks"}


def controls(shown: Sequence[Side]) -> None:
    """In one line, or below each other on a narrow page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "A click",
            list(MODES),
            default=BYPASSES,
            required=True,
            format_func=MODES.__getitem__,
            key=MODE,
            on_change=forget_pending,
            help="To swap, click two blocks of the same shape, one after the other.",
        )
        if len(shown) > 1:
            st.toggle(
                "The same in both",
                value=True,
                key=SAME,
                help="A click on a block acts on the other net's block of the same place too, if"
                " it has one.",
            )
        _dropping(shown)
        _undoing()


def _dropping(shown: Sequence[Side]) -> None:
    most = min(_keeping_shape(side) for side in shown)
    if not most:
        return
    st.session_state.setdefault(SEED, 0)
    st.slider(
        "Drop blocks at random",
        0,
        most,
        key=COUNT,
        on_change=draw,
        args=(shown,),
        width=170,
        help="Drawn among the blocks that keep the shape; each further one is added to those"
        " drawn before.",
    )
    st.button(
        "Other blocks",
        key="lesion-redraw",
        icon=":material/casino:",
        help=f"The same number, drawn again (draw {st.session_state[SEED] + 1} now)",
        disabled=not st.session_state[COUNT],
        on_click=draw_others,
        args=(shown,),
    )


def _undoing() -> None:
    changed = any(st.query_params.get(link) for link in LINKS)
    before = st.session_state.get(UNDO)
    icon = ":material/undo:"
    st.button("Undo", key="lesion-undo", icon=icon, disabled=not before, on_click=undo)
    st.button(
        "Put all back",
        key="lesion-back",
        icon=":material/restart_alt:",
        disabled=not changed,
        on_click=put_all_back,
    )


def _keeping_shape(side: Side) -> int:
    return sum(not plan.changes_shape for plan in plans_of(side).values())
