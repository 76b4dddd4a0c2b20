"""To how many layers nets are deepened, and which blocks that adds."""

import pandas as pd
import streamlit as st

from core.depths import blocks_per_stage
from dashboard.components.everywhere import tell_all
from dashboard.figures.places import place_names
from dashboard.sides import Side

KEY = "to"
DEPTHS, FIRST_DEPTH = (32, 56, 110), 56


def chosen_depth() -> int:
    """What the widget says."""
    return int(st.session_state.get(KEY) or FIRST_DEPTH)


def depth_choice() -> None:
    """The widget; the link carries it, and every section of the page follows it."""
    st.segmented_control(
        "Deepen to so many layers",
        DEPTHS,
        default=FIRST_DEPTH,
        required=True,
        key=KEY,
        on_change=tell_all,
        bind="query-params",
        help="Layers with weights: those of the trained net and those of the inserted blocks.",
    )


def blocks_table(side: Side, depth: int) -> pd.DataFrame:
    """The blocks of the deepened net in order: each stage's own, and behind them the inserted.

    Returns:
        Columns address, block (words), stage (from 1), number (in its stage, from 1), inserted.
    """
    spec = side.spec
    trained = blocks_per_stage(spec.family, spec.depth, spec.stem)
    blocks = blocks_per_stage(spec.family, depth, spec.stem)
    places = [(stage, n) for stage, count in enumerate(blocks) for n in range(count)]
    addresses = tuple(f"stages.{stage}.{n}" for stage, n in places)
    return pd.DataFrame(
        {
            "address": addresses,
            "block": place_names(addresses),
            "stage": [stage + 1 for stage, _ in places],
            "number": [n + 1 for _, n in places],
            "inserted": [n >= trained[stage] for stage, n in places],
        }
    )
