"""Long work on a page: a button, then a bar with *Stop*, then its answer."""

from typing import Any

import streamlit as st

from dashboard.jobs import Job, Key, Work, drop_job, find_job, start_job

LOOK_SECONDS = 0.5  # between two looks at the bar


def worked(name: str, key: Key, work: Work, *, label: str, doing: str, takes: str) -> Any | None:
    """The work's answer, once somebody asked for it and it is there; never None then.

    What one asked for is there for all who watch.

    Args:
        name: in the keys of its widgets.
        key: of the job: all that decides the answer.
        label: of the button that starts it.
        doing: what stands on the bar.
        takes: how long, in words, beside the button.
    """
    job = find_job(key)
    if job is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                label,
                key=f"start-{name}",
                icon=":material/play_arrow:",
                on_click=_start,
                args=(key, work),
            )
            st.caption(takes)
    elif not job.ended:
        st.fragment(_bar, run_every=LOOK_SECONDS, key=f"bar-{name}")(name, job, doing)
    elif job.fault:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(job.fault, icon=":material/error:", width="stretch")
            st.button(
                "Try again",
                key=f"again-{name}",
                icon=":material/refresh:",
                on_click=_again,
                args=(key, work),
            )
    return job.answer if job is not None and job.ended else None


def _bar(name: str, job: Job, doing: str) -> None:
    """The page runs again when there is an answer."""
    if job.ended:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share, f"{doing} {job.share:.0%}", width="stretch")
        st.button("Stop", key=f"stop-{name}", icon=":material/stop:", on_click=job.stop)


def _start(key: Key, work: Work) -> None:
    start_job(key, work)


def _again(key: Key, work: Work) -> None:
    drop_job(key)
    start_job(key, work)
