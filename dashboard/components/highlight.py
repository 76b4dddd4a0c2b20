"""The highlighted run: one for the whole view, carried by its link."""

import streamlit as st

from dashboard.components.everywhere import tell_all


def highlighted_run() -> str | None:
    """Id of the run that stands out in every figure, if any."""
    return st.query_params.get("run")


def highlight(run_id: str) -> None:
    """Make a run stand out; the same run again lets it go."""
    if highlighted_run() == run_id:
        del st.query_params["run"]
    else:
        st.query_params["run"] = run_id
    tell_all()
