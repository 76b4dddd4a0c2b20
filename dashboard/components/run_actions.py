"""What can be done with the ticked runs."""

from functools import partial

import pandas as pd
import streamlit as st
from sqlalchemy.exc import DBAPIError

from core.store.database import reason
from core.store.files import remove_files
from core.store.reads import find_experiment, read_curves
from core.store.runs import annotate, delete_runs
from dashboard import words
from dashboard.components.fork_dialog import fork_button, fork_dialog
from dashboard.components.race_form import fill_form
from dashboard.data import gallery, user_store


def run_actions(runs: pd.DataFrame) -> None:
    """A row of buttons for the ticked runs; nothing without one."""
    fork_dialog()
    if runs.empty:
        return
    own = runs[runs["kept"] != "gallery"]
    one_race = runs["experiment_id"].nunique() == 1
    with st.container(horizontal=True):
        if st.button(
            "Open",
            key="open",
            icon=":material/open_in_new:",
            type="primary",
            disabled=not one_race,
            help="This race on the first page; a single run stands out in it.",
        ):
            query = {"experiment": runs["experiment_id"].iloc[0]}
            if len(runs) == 1:
                query["run"] = runs["run_id"].iloc[0]
            st.switch_page("views/race.py", query_params=query)
        if st.button(
            "Repeat with changes",
            key="repeat",
            icon=":material/replay:",
            disabled=not one_race,
            help="Puts this race into the form of the first page, without its forks.",
        ):
            _repeat(runs)
        if len(runs) == 1:
            fork_button(next(runs.itertuples(index=False)), "Fork")
        if st.button(
            "Rename",
            key="rename",
            icon=":material/edit:",
            disabled=not (one_race and len(own)),
            help="Name and note of a race of your own.",
        ):
            _rename(runs["experiment_id"].iloc[0], runs["race"].iloc[0], runs["note"].iloc[0])
        st.download_button(
            "Curves as CSV",
            partial(_curves_csv, list(runs["run_id"])),
            file_name="curves.csv",
            mime="text/csv",
            key="curves_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        if st.button(
            "Delete",
            key="delete",
            icon=":material/delete:",
            disabled=own.empty,
            help="Runs of the gallery cannot be deleted.",
        ):
            _delete(own)


def _repeat(runs: pd.DataFrame) -> None:
    store = gallery() if runs["kept"].iloc[0] == "gallery" else user_store()
    experiment = find_experiment(store, runs["experiment_id"].iloc[0])
    if experiment is not None:
        fill_form(experiment)
        st.session_state["advanced_open"] = True
        st.switch_page("views/race.py", query_params={})  # None would refuse to drop a filter's


def _curves_csv(run_ids: list[str]) -> str:
    tables = [read_curves(store, run_ids=run_ids) for store in (user_store(), gallery())]
    return pd.concat([table for table in tables if len(table)] or tables).to_csv(index=False)


@st.dialog("Rename a race", icon=":material/edit:")
def _rename(experiment_id: str, name: str, note: str) -> None:
    new_name = st.text_input("Name", name, key="new_name", max_chars=80)
    new_note = st.text_area("Note", note, key="new_note")
    if not (new_name or "").strip():
        st.error("A race needs a name.")
    elif st.button("Save", key="save_name", type="primary"):
        try:
            annotate(user_store(), experiment_id, name=new_name or name, note=new_note or "")
        except DBAPIError as error:
            st.error(reason(error))
        else:
            st.rerun()


@st.dialog("Delete for good?", icon=":material/delete:")
def _delete(runs: pd.DataFrame) -> None:
    st.write(f"{words.plural(len(runs), 'run')}, with curves and checkpoints:")
    for race, same in runs.groupby("race", sort=False):
        st.write(f"**{race}**: {', '.join(same['label'])}")
    if st.button("Delete", key="delete_now", type="primary", icon=":material/delete:"):
        try:
            remove_files(user_store(), delete_runs(user_store(), list(runs["run_id"])))
        except (ValueError, DBAPIError, OSError) as error:
            st.error(str(error) if isinstance(error, ValueError) else reason(error))
        else:
            st.rerun()
