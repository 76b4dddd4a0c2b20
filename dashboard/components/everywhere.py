"""What is clicked in one fragment and concerns the others: then the whole page runs again."""

import time

import streamlit as st


def tell_all() -> None:
    """For callbacks, in which Streamlit has no rerun."""
    st.session_state["told"] = True


def about_to_rerun() -> bool:
    """Somebody told, and the page has not run again since."""
    return st.session_state.get("told", False)


def rerun_if_told(pause: float = 0.0) -> None:
    """At the start of a fragment whose widgets tell.

    Or at its end, with seconds in which the browser draws the fragment before all else comes.
    """
    if st.session_state.pop("told", False):
        time.sleep(pause)
        st.rerun()
