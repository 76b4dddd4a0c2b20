"""The lesion lab: blocks are bypassed or swapped by a click, and the test error is counted anew."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.components.answers import Sides, shown_sides, side_names
from dashboard.components.features_lesion_choice import Lesion, plans_of
from dashboard.components.features_lesion_clicks import chosen_lesions, click_block, pending_block
from dashboard.components.features_lesion_controls import controls
from dashboard.components.features_lesion_counting import count_errors, lesion_table
from dashboard.components.features_lesion_dropped import dropped_section
from dashboard.components.features_lesion_sweep import sweep_section
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.lesion_diagram import diagram_height, lesion_diagram
from dashboard.figures.places import place_names
from dashboard.provenance import ALL_TEST, provenance
from dashboard.sides import Side

SOURCE = (
    "Veit, Wilber and Belongie 2016, section 4, https://arxiv.org/abs/1605.06431; a block that"
    " changes the shape is replaced by option A of He et al. 2015, section 4.1"
)
SENTENCE = (
    "Click a block and it is **bypassed**: what goes in comes out, and the net is tested without"
    " it; nothing is trained again. In place of a block that changes the shape (a diamond) every"
    " other pixel is kept, and the new channels are 0."
)


def lesion_section(sides: Sides) -> None:
    """Blocks to click; below, what each single block costs, and how many can go."""
    shown = shown_sides(sides)
    st.fragment(_section, key="lesion")(shown)
    sweep_section(shown)
    dropped_section(shown)


def _section(shown: list[Side]) -> None:
    with section(
        "lesion",
        "Which blocks can the net do without?",
        SENTENCE,
        badges={"live": "A copy of the saved net is changed and tested now."},
        source=SOURCE,
        provenance=provenance(shown, ALL_TEST),
    ) as data:
        controls(shown)
        lesions = chosen_lesions(shown)
        _diagrams(shown, lesions)
        pairs = count_errors(shown, lesions)
        if pairs:
            data_table(data, "lesion", lesion_table(side_names(shown), lesions, pairs))


def _diagrams(shown: Sequence[Side], lesions: Sequence[Lesion]) -> None:
    names = side_names(shown)
    for index, column in enumerate(st.columns(2)[: len(shown)]):
        side, name = shown[index], names[index]
        blocks = blocks_table(side, lesions[index], pending_block(index))
        drawn = lesion_diagram(
            blocks, net=name, family=side.spec.family, depth=side.spec.depth, mode=page_mode()
        )
        with column:
            st.markdown(f"**{name}** at step {side.net_step:,}")
            on_click = partial(click_block, shown, index)
            figure(f"lesion-{index}", drawn, diagram_height(blocks), on_click)


def blocks_table(side: Side, lesion: Lesion, pending: str | None = None) -> pd.DataFrame:
    """The blocks of a side's net in order, as `lesion_diagram` takes them.

    Args:
        pending: address of the first of two blocks to swap.
    """
    plans = plans_of(side)
    places = tuple(plans)
    holds = {place: place for place in places}
    for one, other in lesion.swaps:
        holds[one], holds[other] = holds[other], holds[one]
    states = {place: "swapped" for place in places if holds[place] != place}
    states |= dict.fromkeys(lesion.bypassed, "bypassed") | ({pending: "chosen"} if pending else {})
    return pd.DataFrame(
        {
            "address": places,
            "block": place_names(places),
            "stage": [int(place.split(".")[1]) + 1 for place in places],
            "number": [int(holds[place].split(".")[2]) + 1 for place in places],
            "changes": [plan.changes_shape for plan in plans.values()],
            "state": [states.get(place, "kept") for place in places],
        }
    )
