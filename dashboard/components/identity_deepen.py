"""Deepen by identity: a trained net gets more layers, and answers as before."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.deeper import check_deepening
from dashboard import words
from dashboard.components.answers import Sides, shown_sides, side_names
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.identity_choice import (
    blocks_table,
    chosen_depth,
    depth_choice,
)
from dashboard.components.identity_counting import (
    INSERTIONS,
    MOST_IMAGES,
    TASK,
    Deepened,
    count,
    counts_table,
    deepened,
)
from dashboard.components.identity_deepen_words import (
    counts_in_words,
    deepened_reading,
    training_mode_note,
)
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.identity_diagram import diagram_height, identity_diagram
from dashboard.figures.identity_errors import identity_errors
from dashboard.jobs import find_job
from dashboard.provenance import provenance
from dashboard.sides import Side

IMAGES = f"{{test:,}} test and up to {MOST_IMAGES:,} training images of {{title}}"
HEIGHT = 280
REDRAW_SECONDS = 1.0  # while it is being counted
SOURCE = (
    "He et al. 2015, section 1, https://arxiv.org/abs/1512.03385; identity layers as in Chen,"
    " Goodfellow and Shlens 2016, https://arxiv.org/abs/1511.05641"
)
SENTENCE = (
    "A deeper net can always be as good: **copy** the shallow one and let each added block hand on"
    " unchanged what it gets (an *identity block*). So a deep net at least as good exists **by"
    " construction**. Here it is built out of a trained net, without any training."
)


def deepen_section(sides: Sides) -> None:
    """The nets with inserted blocks, and what those change once somebody has it counted."""
    st.fragment(_section, key="deepen")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    rerun_if_told()
    with section(
        "deepen",
        "If a shallow net is good, why is the deeper one worse?",
        SENTENCE,
        badges={"live": "Copies of the saved nets are deepened and tested now."},
        source=SOURCE,
        provenance=provenance(shown, IMAGES),
    ) as data:
        depth_choice()
        found = [deepened(side, chosen_depth()) for side in shown if _fits(side, chosen_depth())]
        if not found:
            return
        names = side_names([one.side for one in found])
        if not all(one.complete for one in found):
            _count(found)
        _nets(found, names)
        every = REDRAW_SECONDS if _under_way(found) else None
        st.fragment(_counts, run_every=every, key="deepen-counts")(found, names)
        data_table(data, "deepen", counts_table(names, found))


def _fits(side: Side, depth: int) -> bool:
    """The net can be deepened so far, or a sentence says why not."""
    try:
        check_deepening(side.spec, depth)
    except ValueError as error:
        st.info(f"{error}.", icon=":material/info:")
        return False
    return True


def _key(found: Sequence[Deepened]) -> tuple:
    return (TASK, *((one.depth, one.side.address) for one in found))


def _under_way(found: Sequence[Deepened]) -> bool:
    job = find_job(_key(found))
    return job is not None and not job.ended


def _count(found: Sequence[Deepened]) -> None:
    images = max(sum(tally.images for tally in one.tallies.values()) for one in found)
    worked(
        "deepen",
        _key(found),
        count(found),
        label="Insert the blocks and test",
        doing="Asking the nets before and after, the test images first ...",
        takes=f"{images // len(INSERTIONS):,} images go through each net, a few minutes in all; the"
        " numbers grow while they are counted.",
    )


def _nets(found: Sequence[Deepened], names: list[str]) -> None:
    """Side by side, with the inserted blocks marked."""
    for place, column in enumerate(st.columns(2)[: len(found)]):
        spec, name = found[place].side.spec, names[place]
        blocks = blocks_table(found[place].side, found[place].depth)
        added = words.plural(int(blocks["inserted"].sum()), "new block")
        drawn = identity_diagram(
            blocks, net=name, family=spec.family, depth=spec.depth, mode=page_mode()
        )
        with column:
            st.markdown(f"**{name}** at step {found[place].side.net_step:,} and {added}")
            figure(f"deepen-net-{place}", drawn, diagram_height(blocks))


def _counts(found: Sequence[Deepened], names: list[str]) -> None:
    """Side by side as far as they are counted, and what the counts say."""
    table = counts_table(names, found)
    if table.empty:
        return
    for place, column in enumerate(st.columns(2)[: len(found)]):
        own = table[table["net"] == names[place]]
        with column:
            _errors(place, found[place], names[place], own)
            st.markdown(counts_in_words(own))
    st.markdown(deepened_reading(table))
    st.markdown(training_mode_note(table))


def _errors(place: int, one: Deepened, name: str, table: pd.DataFrame) -> None:
    spec = one.side.spec
    drawn = identity_errors(
        table,
        net=name,
        family=spec.family,
        depths=(spec.depth, one.depth),
        mode=page_mode(),
    )
    figure(f"deepen-errors-{place}", drawn, HEIGHT)
