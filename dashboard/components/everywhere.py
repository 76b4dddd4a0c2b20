"""What is clicked in one fragment and concerns the others: then the whole page runs again."""

import streamlit as st


def tell_all() -> None:
    """For callbacks, in which Streamlit has no rerun."""
    st.session_state["told"] = True


def rerun_if_told() -> None:
    """At the start of a fragment whose widgets tell."""
    if st.session_state.pop("told", False):
        st.rerun()
