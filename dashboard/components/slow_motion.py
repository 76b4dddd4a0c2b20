"""One step of training, stage by stage, on the block diagrams of two nets."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.components.slow_motion_images import about, captions
from dashboard.components.slow_motion_recipe import details
from dashboard.components.slow_motion_stages import chosen_stage, chosen_times
from dashboard.components.slow_motion_tables import Found, images_table, places_table
from dashboard.components.slow_motion_words import STAGES, reading
from dashboard.figures.step_diagram import diagram_height, largest, step_diagram
from dashboard.figures.step_diagram_images import batch_height, batch_images
from dashboard.provenance import BATCHES, provenance
from dashboard.sides import Side

MOST_DEPTH = 32  # layers that a diagram has room for
SOURCE = (
    "blocks as in He et al. 2015, Figure 2; the step is the recipe of section 4.2,"
    " https://arxiv.org/abs/1512.03385"
)


def slow_motion_section(sides: Sides) -> None:
    """The next step of each net at the slider's step, taken by a copy of it."""
    st.fragment(_section, key="slow-motion")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "slow-motion",
        "What does one step of training do?",
        SENTENCE,
        badges={"live": "A copy of the saved net takes the step now; the run stays as it is."},
        source=SOURCE,
        provenance=provenance(shown, BATCHES),
    ) as data:
        stage = chosen_stage()
        found = _found(shown, chosen_times())
        if found:
            st.markdown(STAGES[stage].sentence)
            _figures(found, stage)
            st.markdown(reading(stage, [(name, answer) for name, _, answer in found]))
            st.caption(details([(name, answer) for name, _, answer in found]))
            data_table(data, "slow-motion", places_table(found))
            data_table(data, "slow-motion-images", images_table(found))


def _found(shown: list[Side], times: float) -> Found:
    """What the task answers about those that are shallow enough to be drawn."""
    found = []
    for name, side in zip(side_names(shown), shown, strict=True):
        if side.spec.depth > MOST_DEPTH:
            st.info(
                f"{name} has {side.spec.depth} layers, too many for one drawing: choose nets of up"
                f" to {MOST_DEPTH} layers above.",
                icon=":material/height:",
            )
            continue
        doing = f"{name} takes a step ..."
        answer = answered("one-step", *side.address, times, doing=doing)
        found += [(name, side, answer)] if answer else []
    return found


def _figures(found: Found, stage: str) -> None:
    columns = st.columns([4, 5, 5], gap="small")
    with columns[0]:
        _batches(found, stage)
    tables = [places_table([one]) for one in found]
    most = largest(pd.concat(tables))
    for place, (column, table) in enumerate(zip(columns[1:], tables, strict=False)):
        name, side, answer = found[place]
        drawn = step_diagram(
            table,
            stage,
            most,
            net=(side.spec.family, side.spec.depth),
            ends=(f"{answer['images']} images", STAGES[stage].loss(answer)),
            mode=page_mode(),
        )
        with column:
            st.markdown(f"**{name}** at step {side.net_step:,}")
            figure(f"slow-motion-{place}", drawn, diagram_height(len(table) - 2))


def _batches(found: Found, stage: str) -> None:
    """The batch's first images; of nets that draw the same batch once."""
    groups = [found] if _same_batch(found) else [[one] for one in found]
    for place, group in enumerate(groups):
        shown = [answer["shown"] for _, _, answer in group]
        nets = [(side.spec.family, side.spec.depth) for _, side, _ in group]
        names = [name for name, _, _ in group]
        count = len(shown[0]["labels"])
        whose = "" if len(groups) == 1 else f" of {names[0]}"
        st.markdown(f"**Batch**{whose}: {count} of {group[0][2]['images']} images")
        drawn = batch_images(
            shown[0]["pixels"],
            captions(stage, shown, nets, page_mode()),
            about(names, shown),
            nets,
            mode=page_mode(),
        )
        figure(f"slow-motion-batch-{place}", drawn, batch_height(count))


def _same_batch(found: Found) -> bool:
    first, *others = (answer["shown"]["pixels"] for _, _, answer in found)
    return all(np.array_equal(first, other) for other in others)


SENTENCE = (
    "A **step** takes a few training images, the *batch*; the net guesses, the guesses are"
    " compared with the true classes, and all weights are moved a little, so that the loss goes"
    " down. Here is the step that comes next in the run, with its real numbers. Go through its five"
    " stages."
)
