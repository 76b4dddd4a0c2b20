"""What can be done with the ticked runs."""

import pandas as pd
import streamlit as st
from sqlalchemy.exc import DBAPIError

from core.store.database import reason
from core.store.files import remove_files
from core.store.reads import find_experiment, read_curves
from core.store.runs import annotate, delete_runs
from dashboard import words
from dashboard.components.race_form import fill_form
from dashboard.data import gallery, user_store


def run_actions(runs: pd.DataFrame) -> None:
    """A row of buttons for the ticked runs; nothing without one."""
    if runs.empty:
        return
    own = runs[runs["kept"] != "gallery"]
    one_race = runs["experiment_id"].nunique() == 1
    with st.container(horizontal=True):
        if st.button("Open", key="open", icon=":material/open_in_new:", type="primary"):
            query = {"experiment": runs["experiment_id"].iloc[0]}
            if len(runs) == 1:
                query["run"] = runs["run_id"].iloc[0]
            st.switch_page("views/race.py", query_params=query)
        if st.button(
            "Repeat with changes",
            key="repeat",
            icon=":material/replay:",
            disabled=not one_race,
            help="Puts this race into the form of the first page.",
        ):
            _repeat(runs)
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
            _curves_csv(runs),
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
            _delete(list(own["run_id"]), list(own["label"]))


def _repeat(runs: pd.DataFrame) -> None:
    store = gallery() if runs["kept"].iloc[0] == "gallery" else user_store()
    experiment = find_experiment(store, runs["experiment_id"].iloc[0])
    if experiment is not None:
        fill_form(experiment)
        st.session_state["advanced_open"] = True
        st.switch_page("views/race.py")


def _curves_csv(runs: pd.DataFrame) -> str:
    ids = list(runs["run_id"])
    tables = [read_curves(store, run_ids=ids) for store in (user_store(), gallery())]
    return pd.concat([table for table in tables if len(table)] or tables).to_csv(index=False)


@st.dialog("Rename a race", icon=":material/edit:")
def _rename(experiment_id: str, name: str, note: str) -> None:
    new_name = st.text_input("Name", name, key="new_name", max_chars=80)
    new_note = st.text_area("Note", note, key="new_note")
    if not (new_name or "").strip():
        st.error("A race needs a name.")
    elif st.button("Save", key="save_name", type="primary"):
        annotate(user_store(), experiment_id, name=new_name or name, note=new_note or "")
        st.rerun()


@st.dialog("Delete for good?", icon=":material/delete:")
def _delete(run_ids: list[str], labels: list[str]) -> None:
    st.write(
        f"{words.plural(len(run_ids), 'run')} with curves and checkpoints: {', '.join(labels)}."
    )
    if st.button("Delete", key="delete_now", type="primary", icon=":material/delete:"):
        try:
            remove_files(user_store(), delete_runs(user_store(), run_ids))
        except (ValueError, DBAPIError, OSError) as error:
            st.error(str(error) if isinstance(error, ValueError) else reason(error))
        else:
            st.rerun()
