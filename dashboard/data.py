"""What pages read: the user's store and the gallery, one snapshot a tick for all sessions."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.engines.local import LocalEngine
from core.store.database import Store, StoreError, open_store
from core.store.events import read_events
from core.store.profiles import Profiles, list_measures, read_profiles
from core.store.reads import (
    find_experiment,
    list_checkpoints,
    list_runs,
    read_curves,
    read_experiments,
    read_runs,
)
from core.store.recorded import recorded_stores
from core.store.workers import list_workers
from dashboard.sides import Side, side
from dashboard.snapshots import Snapshot, origin_of

ASSETS = Path(__file__).resolve().parent.parent / "assets"
MEASURES_SECONDS = 4.0  # what is measured changes at the start of a run, or when a probe gives up
TICK = 0.4  # seconds: no page is older, and no store is asked more often, whoever watches


def user_store() -> Store:
    """The store this dashboard was started for; one that cannot be opened is told on the page."""
    try:
        return _open_user_store()
    except StoreError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


@st.cache_resource(show_spinner=False)
def _open_user_store() -> Store:
    return open_store(os.environ.get("DEPTHLAB_STORE"))


@st.cache_resource(show_spinner=False)
def gallery() -> Store:
    """The recorded races that ship with the lab."""
    return open_store(str(ASSETS / "gallery" / "classroom" / "lab.db"), read_only=True)


@st.cache_resource(show_spinner=False)
def width_gallery() -> Store:
    """The recorded sweep of widths: numbers alone, no weights to look into."""
    return open_store(str(ASSETS / "gallery" / "widths" / "lab.db"), read_only=True)


@st.cache_resource(show_spinner=False)
def engine() -> LocalEngine:
    """The engine of the user's store, its worker already waking up."""
    engine = LocalEngine(user_store())
    engine.wake("auto")
    return engine


@st.cache_resource(show_spinner=False)
def published() -> pd.DataFrame:
    """He et al.'s residual nets on CIFAR-10: columns family, depth, split, error, source, ..."""
    table = pd.read_csv(ASSETS / "published" / "cifar10.csv")
    return table[table["family"] == "resnet"].astype({"depth": int})


@st.cache_resource(ttl=TICK, max_entries=64, show_spinner=False)
def snapshot(experiment_id: str) -> Snapshot | None:
    """An experiment of the user's store or the gallery as it is now; None if in neither."""
    for store, recorded in ((user_store(), False), *((one, True) for one in recorded_stores())):
        experiment = find_experiment(store, experiment_id)
        if experiment is not None:
            runs = list_runs(store, experiment_id)
            return Snapshot(
                experiment_id,
                experiment,
                runs,
                read_curves(store, experiment_id),
                list_workers(user_store()),
                recorded,
                pd.DataFrame() if recorded else _events(_states(runs), store),
                _curves_elsewhere(runs),
            )
    return None


def _states(runs: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((run.run_id, run.status) for run in runs)


@st.cache_resource(ttl=MEASURES_SECONDS, max_entries=64, show_spinner=False)
def _events(states: tuple[tuple[str, str], ...], _store: Store) -> pd.DataFrame:
    """Read whenever a run changes its state, and now and then."""
    return read_events(_store, [run_id for run_id, _ in states])


def _curves_elsewhere(runs: Sequence[Any]) -> pd.DataFrame:
    """Of the runs that these were forked from and that are not among them."""
    here = {run.run_id for run in runs}
    origins = [origin for run in runs if (origin := origin_of(run)) is not None]
    wanted = tuple(sorted({origin.run for origin in origins if not origin.fresh} - here))
    if not wanted:
        return pd.DataFrame()
    found = read_curves(user_store(), run_ids=wanted), _recorded_curves(wanted)
    return pd.concat([one for one in found if len(one)] or found)


@st.cache_resource(max_entries=64, show_spinner=False)
def _recorded_curves(run_ids: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat([read_curves(store, run_ids=run_ids) for store in recorded_stores()])


def device_names() -> tuple[str, ...]:
    """Devices of this computer as its worker told them, the best first; none before it is up."""
    devices = [worker.devices for worker in list_workers(user_store()) if worker.devices]
    return tuple(devices[0].split()) if devices else ()


def newest_experiment() -> str:
    """What a first look shows: the newest race under way, else the recorded one."""
    runs = read_runs(user_store())
    active = runs[runs["status"].isin(["queued", "running"])]
    if len(active):
        return str(active["experiment_id"].iloc[0])
    return str(read_experiments(gallery())["experiment_id"].iloc[0])


def runs_to_look_into() -> dict[str, Any]:
    """Every run of the user's store and of the gallery by run_id, newest race first in each."""
    found = [read_runs(store) for store in (user_store(), gallery())]
    rows = [row for runs in found for row in runs.itertuples(index=False)]
    return {str(row.run_id): row for row in rows}


@st.cache_resource(ttl=TICK, max_entries=256, show_spinner=False)
def look_at(run_id: str) -> Side | None:
    """A run of the user's store or the gallery as it is now, at step 0; None if in neither."""
    found = (side(store, run_id, 0) for store in (user_store(), gallery()))
    return next((one for one in found if one is not None), None)


def as_it_is(shown: Side) -> Side | None:
    """The side with what its run has come to by now; None when the run was deleted."""
    found = look_at(shown.run.run_id)
    return found and replace(found, step=shown.step)


def newest_net(shown: Side) -> Side:
    """The side at its run's newest net: a run under way saves one every ten seconds or so."""
    now = as_it_is(shown) or shown
    saved = list_checkpoints(now.store, now.run.run_id, "resume")
    steps = tuple(sorted({*now.net_steps, *saved}))
    return replace(now, net_steps=steps, step=steps[-1])


def measures_of(shown: Side) -> dict[str, str]:
    """What was measured in a side's run so far: measure to why its probe gave up, else ''."""
    return _measures(shown.run.run_id, shown.run.status, shown.store)


def profiles(shown: Side, measure: str) -> Profiles | None:
    """A measure of a side's run, read once for all who watch whenever the run has moved on."""
    run = shown.run
    # By name: for an argument without one Streamlit's cache looks through the signature.
    return _profiles(
        run_id=run.run_id, measure=measure, step=run.step, status=run.status, _store=shown.store
    )


@st.cache_resource(ttl=MEASURES_SECONDS, max_entries=256, show_spinner=False)
def _measures(run_id: str, status: str, _store: Store) -> dict[str, str]:
    return list_measures(_store, run_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profiles(run_id: str, measure: str, step: int, status: str, _store: Store) -> Profiles | None:
    return read_profiles(_store, run_id, measure)
