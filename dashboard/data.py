"""What pages read: the user's store and the gallery, one snapshot a tick for all sessions."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.cost import lanes_for
from core.data.catalogue import describe_dataset
from core.engines.local import LocalEngine
from core.spec import Experiment
from core.store.database import Store, StoreError, open_store
from core.store.profiles import Profiles, list_measures, read_profiles
from core.store.reads import (
    find_experiment,
    list_checkpoints,
    list_runs,
    read_curves,
    read_experiments,
    read_runs,
)
from core.store.workers import list_workers
from core.verdict import Verdict, judge
from dashboard.sides import Side, side

ASSETS = Path(__file__).resolve().parent.parent / "assets"
MEASURES_SECONDS = 4.0  # what is measured changes at the start of a run, or when a probe gives up
TICK = 0.4  # seconds: no page is older, and no store is asked more often, whoever watches


@dataclass(frozen=True)
class Snapshot:
    """One experiment at one moment.

    Attributes:
        experiment: its spec.
        runs: as `list_runs` gives them, one row each.
        curves: as `read_curves` gives them.
        workers: those alive, one row each.
        recorded: it comes from the gallery.
    """

    experiment_id: str
    experiment: Experiment
    runs: Sequence[Any]
    curves: pd.DataFrame
    workers: Sequence[Any]
    recorded: bool

    @cached_property
    def state(self) -> int:
        """Another number whenever there is something new to draw."""
        return hash((*((run.step, run.status) for run in self.runs), len(self.curves)))

    @cached_property
    def counts(self) -> Counter[str]:
        """How many runs there are in each state."""
        return Counter(run.status for run in self.runs)

    @cached_property
    def verdict(self) -> Verdict:
        """What the experiment shows so far, in words."""
        return judge(self.runs)

    @cached_property
    def seconds_left(self) -> dict[str, float]:
        """Time until each run under way ends, by run_id: they share the device, evenly.

        A run's work in all is its own seconds over the share done; as many runs advance at once
        as the device has room for.
        """
        done = {
            run.run_id: (run.step / run.steps, run.seconds)
            for run in self.runs
            if run.status == "running" and run.step
        }
        work = sum(seconds / share for share, seconds in done.values())
        return {run_id: (1 - share) * work / lanes(self) for run_id, (share, _) in done.items()}

    @property
    def active(self) -> bool:
        """Something is still going to change by itself."""
        return bool(self.counts["queued"] + self.counts["running"])


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
    for store, recorded in ((user_store(), False), (gallery(), True)):
        experiment = find_experiment(store, experiment_id)
        if experiment is not None:
            return Snapshot(
                experiment_id,
                experiment,
                list_runs(store, experiment_id),
                read_curves(store, experiment_id),
                list_workers(user_store()),
                recorded,
            )
    return None


def device_names() -> tuple[str, ...]:
    """Devices of this computer as its worker told them, the best first; none before it is up."""
    devices = [worker.devices for worker in list_workers(user_store()) if worker.devices]
    return tuple(devices[0].split()) if devices else ()


def lanes(shown: Snapshot) -> int:
    """How many of an experiment's runs advance at once."""
    spec = shown.experiment.specs()[0]
    cores = [worker.cores for worker in shown.workers if worker.cores is not None]
    return lanes_for(spec, describe_dataset(spec.dataset), cores[0]) if cores else 1


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
    return _profiles(shown.run.run_id, measure, shown.run.step, shown.run.status, shown.store)


@st.cache_resource(ttl=MEASURES_SECONDS, max_entries=256, show_spinner=False)
def _measures(run_id: str, status: str, _store: Store) -> dict[str, str]:
    return list_measures(_store, run_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profiles(run_id: str, measure: str, step: int, status: str, _store: Store) -> Profiles | None:
    return read_profiles(_store, run_id, measure)
