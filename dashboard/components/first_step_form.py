"""What the page First step asks for: which untrained nets the batch goes through."""

from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from core.data.catalogue import CATALOGUE
from core.depths import TRAINED
from core.presets import CLASSROOM
from core.spec import Initialization
from dashboard import words
from dashboard.components.fields import GROUPS

DEPTHS = (8, 14, 20, 26, 32, 38, 44, 56, 74, 92, 110, 164, 218)
FIRST_DEPTHS = (8, 20, 56, 110)
NETS = GROUPS["Nets"]  # the run form's fields, and what it says about them


@dataclass(frozen=True)
class Choice:
    """The nets to look at: every family at every depth."""

    families: tuple[str, ...]
    depths: tuple[int, ...]
    batch_norm: bool
    init: str
    dataset: str
    seed: int

    def settings(self, family: str, depth: int, batch_norm: bool) -> dict[str, Any]:
        """Fields of RunSpec; the nets are as wide as those of the classroom's race."""
        return {
            "family": family,
            "depth": depth,
            "batch_norm": batch_norm,
            "init": self.init,
            "dataset": self.dataset,
            "seed": self.seed,
            "width": CLASSROOM.width,
            "stem_stride": CLASSROOM.stem_stride,
        }


def first_step_form() -> Choice:
    """The widgets at the top of the page; a link carries what is chosen."""
    left, right = st.columns([3, 2], gap="medium")
    families = left.pills(
        "Families",
        TRAINED,
        selection_mode="multi",
        default=CLASSROOM.families,
        format_func=words.family,
        key="step_families",
        help=NETS["families"].help,
        bind="query-params",
    )
    init = right.segmented_control(
        "Initialisation",
        get_args(Initialization),
        default="he",
        required=True,
        format_func=INIT_WORDS.__getitem__,
        key="step_init",
        help="The random weights a net starts with. " + NETS["init"].help,
        bind="query-params",
    )
    depths, batch_norm, dataset, seed = _second_row()
    return Choice(tuple(families), tuple(sorted(depths)), batch_norm, str(init), dataset, seed)


def _second_row() -> tuple[list[int], bool, str, int]:
    """Depths, batch norm, data set and seed."""
    columns = st.columns([10, 6, 8, 4], gap="small", vertical_alignment="bottom")
    depths = columns[0].multiselect(
        "Depths",
        DEPTHS,
        default=FIRST_DEPTHS,
        key="step_depths",
        help="Layers with weights. Bottleneck nets take 9n + 2 of them: 20, 38, 56, 74, 92, 110.",
        bind="query-params",
    )
    batch_norm = columns[1].toggle(
        "Batch norm", True, key="step_norm", help=NETS["batch_norm"].help, bind="query-params"
    )
    dataset = columns[2].selectbox(
        "Data set",
        list(CATALOGUE),
        format_func=lambda name: CATALOGUE[name].title,
        key="step_data",
        help="The first comes with the lab; the others are there once a race has fetched them.",
        bind="query-params",
    )
    seed = columns[3].number_input(
        "Seed",
        0,
        999,
        key="step_seed",
        help="Another seed: other random weights and another batch.",
        bind="query-params",
    )
    return list(depths), batch_norm, dataset, int(seed)


INIT_WORDS = {"he": "He", "xavier": "Xavier", "zero-gamma": "zero-gamma"}
