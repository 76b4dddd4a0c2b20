"""How many blocks a net can lose: the test error when more and more are dropped at random."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.answers import side_names
from dashboard.components.features_lesion_choice import drawn, plans_of
from dashboard.components.features_lesion_errors import Count, counted, question
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.lesion_dropped import dropped_blocks
from dashboard.jobs import Tell
from dashboard.provenance import ALL_TEST, provenance
from dashboard.sides import Side
from dashboard.theme import percent

MOST_COUNTS = 8  # numbers of blocks, spread evenly from 1 to all that keep the shape
DRAWS = 3  # of each number
HEIGHT = 340
SOURCE = "Veit, Wilber and Belongie 2016, Figure 5, https://arxiv.org/abs/1605.06431"
SENTENCE = (
    "Blocks that keep the shape are dropped **at random**, more and more of them. The line is the"
    f" mean of {DRAWS} draws, the band goes from the best to the worst."
)
TAKES = "About 20 seconds for two nets of 56 layers, longer while a race trains."

Dropped = list[dict[tuple[int, int], Count]]  # of each net, by number of blocks and draw


def dropped_section(shown: list[Side]) -> None:
    """Once asked for: the error by number of dropped blocks, both nets in one figure."""
    st.fragment(_section, key="lesion-dropped")(shown)


def _section(shown: list[Side]) -> None:
    with section(
        "lesion-dropped",
        "How many blocks can go?",
        SENTENCE,
        badges={"live": "Copies of the saved nets are changed and tested now."},
        source=SOURCE,
        provenance=provenance(shown, ALL_TEST),
    ) as data:
        dropped = worked(
            "lesion-dropped",
            ("lesion-dropped", *(side.address for side in shown)),
            lambda tell: drop(shown, tell),
            label="Drop more and more",
            doing="Dropping blocks at random ...",
            takes=TAKES,
        )
        if dropped is None:
            return
        table, whole = dropped_table(shown, dropped), dropped[0][0, 0]
        figure("lesion-dropped", dropped_blocks(table, whole.chance, mode=page_mode()), HEIGHT)
        measured = f"Measured on {words.plural(whole.tested, 'test image')}."
        st.markdown(f"{dropped_reading(table)} {measured}")
        data_table(data, "lesion-dropped", table)


def drop(shown: Sequence[Side], tell: Tell) -> Dropped:
    """The work, in pieces: each net without so many blocks, drawn by each seed."""
    chosen = [[(0, 0), *draws_of(side)] for side in shown]
    steps, done, dropped = sum(map(len, chosen)), 0, []
    for side, draws in zip(shown, chosen, strict=True):
        counts = {}
        for count, seed in draws:
            lesion = drawn(plans_of(side), count, seed)
            counts[count, seed] = counted(question(side, lesion.edits))
            done += 1
            tell(done / steps)
        dropped.append(counts)
    return dropped


def draws_of(side: Side) -> list[tuple[int, int]]:
    """Numbers of blocks to drop, and seeds."""
    most = sum(not plan.changes_shape for plan in plans_of(side).values())
    counts = np.unique(np.linspace(1, most, MOST_COUNTS).round().astype(int)) if most else ()
    return [(int(count), seed) for count in counts for seed in range(DRAWS)]


def dropped_table(shown: Sequence[Side], dropped: Dropped) -> pd.DataFrame:
    """A row a draw: columns net, family, depth, step, dropped (blocks), draw, error (%)."""
    rows = [
        (name, side.spec.family, side.spec.depth, side.net_step, blocks, draw + 1, count.error)
        for name, side, counts in zip(side_names(shown), shown, dropped, strict=True)
        for (blocks, draw), count in counts.items()
    ]
    columns = ["net", "family", "depth", "step", "dropped", "draw", "error"]
    return pd.DataFrame(rows, columns=columns)


def dropped_reading(table: pd.DataFrame) -> str:
    """Each net's mean error with all blocks and with the fewest, and what the first ones cost."""
    parts = []
    for name, own in table.groupby("net", sort=False):
        means = own.groupby("dropped")["error"].mean()
        if len(means) == 1:
            parts.append(f"**{name}** has no block that keeps the shape")
            continue
        first, last = means.index[1], means.index[-1]
        parts.append(
            f"**{name}** goes from {percent(means.iloc[0])} with all its blocks to"
            f" {percent(means[last])} without {last} of them; the first"
            f" {'one costs' if first == 1 else f'{first} cost'}"
            f" {means[first] - means.iloc[0]:.1f} points on average"
        )
    return f"{'; '.join(parts)}."
