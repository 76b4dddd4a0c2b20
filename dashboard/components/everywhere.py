"""What is clicked in one fragment and concerns the others: then the whole page runs again."""

import time

import streamlit as st

DRAWING_SECONDS = 0.15  # of the browser, for one section


def tell_all() -> None:
    """For callbacks, in which Streamlit has no rerun."""
    st.session_state["told"] = True


def about_to_rerun() -> bool:
    """Somebody told, and the page has not run again since."""
    return st.session_state.get("told", False)


def rerun_if_told() -> None:
    """At the start of a fragment whose widgets tell."""
    if st.session_state.pop("told", False):
        st.rerun()


def show_then_rerun_if_told() -> None:
    """At the end of one that shows what was chosen: the browser draws that before all else."""
    if st.session_state.pop("told", False):
        time.sleep(DRAWING_SECONDS)
        st.rerun()
