"""The deepened net trains: beside the shallow one and the same net from random weights."""

import streamlit as st

from dashboard.components.answers import Sides, shown_sides
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.identity_choice import chosen_depth
from dashboard.components.identity_race import QUESTION, newest_race
from dashboard.components.identity_train_form import train_form
from dashboard.components.identity_train_words import results_table, train_reading
from dashboard.components.lens_panel import lens_panel
from dashboard.components.race_panel import TEXT_SECONDS
from dashboard.components.run_strip import race_controls
from dashboard.components.section import data_table, section
from dashboard.data import Snapshot, snapshot, user_store
from dashboard.provenance import RACE, provenance
from dashboard.sides import Side

SOURCE = (
    "He et al. 2015, section 1 (the solution by construction) and 4.1,"
    " https://arxiv.org/abs/1512.03385"
)
SENTENCE = (
    "Three nets of a family race with the same recipe. The shallow one **goes on** from its trained"
    " weights; its **deepened** copy starts as good as it is; the same deep net from **random"
    " weights** would have to find such a solution by itself. *SGD, stochastic gradient descent, is"
    " how all nets here are trained: many small steps.*"
)


def train_section(sides: Sides) -> None:
    """A form that starts the race, and below it the newest race of these nets."""
    st.fragment(_section, key="identity-train")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    rerun_if_told()
    race = newest_race(user_store(), shown)
    found = None if race is None else snapshot(race)
    with section(
        "identity-train",
        QUESTION,
        SENTENCE,
        badges={"live": "The nets are trained on this computer."},
        source=SOURCE,
        provenance=provenance(shown, RACE),
    ) as data:
        train_form(shown, chosen_depth())
        if found is not None:
            _race(found)
            data_table(data, "identity-train", results_table(found.runs))


def _race(found: Snapshot) -> None:
    """The curves while they grow, and what they say."""
    lens_panel("training-curves", found)
    state = st.fragment(_state, run_every=TEXT_SECONDS, key="identity-state")
    state(found.experiment_id, found.active)
    st.page_link(
        "views/race.py",
        label="Open this race",
        icon=":material/flag:",
        query_params={"experiment": found.experiment_id},
    )


def _state(experiment_id: str, was_active: bool) -> None:
    rerun_if_told()
    found = snapshot(experiment_id)
    if found is None or found.active != was_active:
        st.rerun()
    for run in found.runs:
        if run.status == "failed":
            st.error(f"{run.label} failed: {run.message}")
    race_controls(found)
    st.markdown(train_reading(found.runs, found.curves))
