"""Which blocks do the same: linear CKA between all pairs of blocks of one or two nets."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.answers import Sides, on_demand, shown_sides, side_names
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.block_similarity import block_similarity
from dashboard.figures.places import place_names
from dashboard.provenance import SOME_TEST, provenance
from dashboard.sides import Side

HEIGHT = 360
SAME = 0.95  # CKA with the block before from which on a block counts as doing the same
SOURCE = "linear CKA as in Kornblith et al. 2019, section 3, https://arxiv.org/abs/1905.00414"
SENTENCE = (
    "**CKA** compares what two blocks make of the same images: 1 where they say the same up to"
    " rotation and scale, 0 where they have nothing in common. Yellow squares along the diagonal"
    " are blocks that hardly change what they are given."
)

Answer = dict[str, Any]


def similarity_section(sides: Sides) -> None:
    """Once asked for: each net with itself, and the one with the other."""
    st.fragment(_section, key="similarity")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "similarity",
        "Which blocks do the same?",
        SENTENCE,
        badges={"live": "The images are sent through the saved nets now."},
        source=SOURCE,
        provenance=provenance(shown, SOME_TEST),
    ) as data:
        places = list(range(len(shown)))
        pairs = [(place, place) for place in places] + ([(0, 1)] if len(places) == 2 else [])
        answers = on_demand(
            "similarity",
            shown,
            [(*shown[one].address, *shown[other].address) for one, other in pairs],
            label="Compare",
            doing="Comparing all pairs of blocks ...",
        )
        if answers is None:
            return
        names = side_names(shown)
        named = [(names[one], names[other]) for one, other in pairs]
        _figures(named, answers)
        st.markdown(
            f"{effective_depth_reading(names, answers)}"
            f" Measured on {words.plural(answers[0]['images'], 'test image')}."
        )
        data_table(data, "similarity", similarity_table(named, answers))


def _figures(named: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> None:
    for place, column in enumerate(st.columns(3)[: len(answers)]):
        (one, other), answer = named[place], answers[place]
        with column:
            st.markdown(f"**{one}** with " + ("itself" if one == other else f"**{other}**"))
            drawn = block_similarity(
                answer["cka"], answer["rows"], answer["columns"], (one, other), mode=page_mode()
            )
            figure(f"similarity-{place}", drawn, HEIGHT)


def similarity_table(named: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> pd.DataFrame:
    """A row for each pair of blocks: columns net, block, other_net, other_block, cka (0 to 1)."""
    tables = []
    for (one, other), answer in zip(named, answers, strict=True):
        rows, columns = place_names(answer["rows"]), place_names(answer["columns"])
        own = {
            "net": one,
            "block": np.repeat(rows, len(columns)),
            "other_net": other,
            "other_block": np.tile(columns, len(rows)),
            "cka": np.asarray(answer["cka"]).ravel(),
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def effective_depth_reading(names: Sequence[str], answers: Sequence[Answer]) -> str:
    """How many blocks change what they are given, by their CKA with the place before.

    Args:
        answers: of each net with itself, in the order of the names; more are not looked at.
    """
    parts = []
    for name, answer in zip(names, answers, strict=False):
        steps = neighbours(answer)
        parts.append(
            f"**{name}** {int((steps < SAME).sum())} of {len(steps)} (neighbours have"
            f" {steps.mean() if len(steps) else 0:.2f} on average, stem and last block"
            f" {answer['cka'][0, -1]:.2f})"
        )
    return (
        "Effective depth, counted as the blocks that change much, those whose output has a CKA"
        f" below {SAME} with the output of the block before (the first with the stem's):"
        f" {'; '.join(parts)}."
    )


def neighbours(answer: Answer) -> np.ndarray:
    """CKA of each block with the place before, without those where there is none."""
    steps = np.diagonal(answer["cka"], 1)
    return steps[np.isfinite(steps)]
