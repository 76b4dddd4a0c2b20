"""Undoing a fork: it is stopped, and deleted as soon as its worker has let it go."""

import time
from typing import Any

import streamlit as st

from core.store.database import Store
from core.store.files import remove_files
from core.store.reads import list_run
from core.store.recorded import find_store
from core.store.requests import request
from core.store.runs import delete_runs
from dashboard.components.everywhere import tell_all
from dashboard.data import Snapshot, snapshot, user_store
from dashboard.jobs import Job, Tell, drop_job, find_job, start_job

PATIENCE = 60.0  # seconds; a worker obeys after one slice of training
ASK_SECONDS = 0.2


def undo_button(run: Any, shown: Snapshot) -> None:
    """Beside a fork in the strip."""
    job = undoing(run.run_id)
    st.button(
        "",
        key=f"undo-{run.run_id}",
        icon=":material/undo:",
        type="tertiary",
        disabled=job is not None and not job.ended,
        help=f"Undo this fork: {run.label} is stopped and deleted",
        on_click=_undo,
        args=(run.run_id, shown),
    )


def undoing(run_id: str) -> Job | None:
    """The work that takes a fork away, once somebody asked for it."""
    return find_job(_key(run_id))


def take_away(store: Store, run_id: str, tell: Tell) -> None:
    """Stop a run and delete it with its curves and checkpoints; waits for its worker.

    Raises:
        ValueError: the worker does not let it go; one sentence.
    """
    request(store, [run_id], "stop")
    deadline = time.monotonic() + PATIENCE
    while True:
        tell(0.0)
        try:
            files = delete_runs(store, [run_id])
        except ValueError:  # still being trained
            if time.monotonic() > deadline:
                raise ValueError(
                    f"the fork did not stop within {PATIENCE:g} s; press its Undo again"
                ) from None
            time.sleep(ASK_SECONDS)
        else:
            remove_files(store, files)
            return


def _key(run_id: str) -> tuple[str, str, str]:
    return "undo", user_store().url, run_id


def _undo(run_id: str, shown: Snapshot) -> None:
    """Start the work; a race that has no run left after it gives way to the original's."""
    store = user_store()
    drop_job(_key(run_id))  # one that failed
    start_job(_key(run_id), lambda tell: take_away(store, run_id, tell))
    if st.query_params.get("run") == run_id:
        del st.query_params["run"]
    if all((job := undoing(run.run_id)) is not None and not job.fault for run in shown.runs):
        _show_original(shown.forks[run_id].run)
    snapshot.clear()
    tell_all()


def _show_original(run_id: str) -> None:
    held = find_store(user_store(), run_id)
    original = list_run(held, run_id) if held is not None else None
    if original is None:
        st.query_params.clear()
    else:
        st.query_params["experiment"] = original.experiment_id
