"""Starting forks: from the dialog and from the coach, with the one way to tell what went wrong."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlalchemy.exc import DBAPIError

from core.data.catalogue import describe_dataset
from core.spec import Experiment, RunSpec
from core.store.database import Store, reason
from core.store.reads import list_run
from core.store.recorded import find_store
from dashboard.components.everywhere import tell_all
from dashboard.data import engine, snapshot, user_store


def find_original(run_id: str) -> tuple[Store, Any, RunSpec] | None:
    """Store, row and spec of a run of the user's store or the gallery; None if it was deleted."""
    store = find_store(user_store(), run_id)
    run = list_run(store, run_id) if store is not None else None
    if store is None or run is None:
        return None
    return store, run, RunSpec.model_validate_json(run.spec)


def start_forks(run_id: str, specs: Sequence[RunSpec]) -> str | None:
    """Queue forks of a run; their experiment's id, or None: then the page's notice says why."""
    original = find_original(run_id)
    try:
        if original is None:
            raise ValueError("The run to fork was deleted meanwhile.")
        experiment_id, _ = engine().fork(original[0], run_id, specs)
    except (ValueError, DBAPIError, OSError) as error:
        st.session_state["notice"] = str(error) if isinstance(error, ValueError) else reason(error)
        return None
    snapshot.clear()
    return experiment_id


def start_and_show(run_id: str, specs: Sequence[RunSpec]) -> None:
    """For a button: start forks and show their race."""
    experiment_id = start_forks(run_id, specs)
    if experiment_id is not None:
        st.query_params["experiment"] = experiment_id
    tell_all()


def seconds_of(specs: Sequence[RunSpec]) -> float | None:
    """What forks would take on this computer; None while it is not timed."""
    experiment = Experiment.of("forks", specs)
    images = describe_dataset(experiment.dataset).train_images
    seconds = 0.0
    for spec in specs:
        whole = engine().cost(experiment, [spec]).seconds
        if whole is None:
            return None
        seconds += whole * (1 - spec.begins / spec.total_steps(images))
    return seconds
