"""An experiment at one moment, as pages, figures and sentences take it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from core.cost import lanes_for
from core.data.catalogue import describe_dataset
from core.spec import Experiment, Origin, RunSpec
from core.verdict import Verdict, judge


@dataclass(frozen=True)
class Snapshot:
    """One experiment at one moment.

    Attributes:
        experiment: its spec.
        runs: as `list_runs` gives them, one row each.
        curves: as `read_curves` gives them.
        workers: those alive, one row each.
        recorded: it comes from the gallery.
        events: as `read_events` gives them; nobody pauses a recorded race.
        ghosts: curves of the runs that were forked and lie elsewhere, as `read_curves` gives them.
    """

    experiment_id: str
    experiment: Experiment
    runs: Sequence[Any]
    curves: pd.DataFrame
    workers: Sequence[Any]
    recorded: bool
    events: pd.DataFrame = field(default_factory=pd.DataFrame)
    ghosts: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def state(self) -> int:
        """Another number whenever there is something new to draw."""
        rows = len(self.curves), len(self.events), len(self.ghosts)
        return hash((*((run.run_id, run.step, run.status) for run in self.runs), *rows))

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """Where those runs began that start at another one's net, by run_id."""
        origins = {run.run_id: origin_of(run) for run in self.runs}
        return {run_id: origin for run_id, origin in origins.items() if origin is not None}

    @cached_property
    def forks(self) -> dict[str, Origin]:
        """The same of those that go on from there, and do not begin anew."""
        return {run_id: origin for run_id, origin in self.origins.items() if not origin.fresh}

    @cached_property
    def counts(self) -> Counter[str]:
        """How many runs there are in each state."""
        return Counter(run.status for run in self.runs)

    @cached_property
    def verdict(self) -> Verdict:
        """What the experiment shows so far, in words; a fork is no further seed of its net."""
        return judge([run for run in self.runs if run.origin is None])

    @cached_property
    def seconds_left(self) -> dict[str, float]:
        """Time until each run under way ends, by run_id: they share the device, evenly.

        A run's work in all is its own seconds over the share done; as many runs advance at once
        as the device has room for.
        """
        done = {
            run.run_id: ((run.step - run.begins) / (run.steps - run.begins), run.seconds)
            for run in self.runs
            if run.status == "running" and run.step > run.begins
        }
        work = sum(seconds / share for share, seconds in done.values())
        return {run_id: (1 - share) * work / lanes(self) for run_id, (share, _) in done.items()}

    @property
    def active(self) -> bool:
        """Something is still going to change by itself."""
        return bool(self.counts["queued"] + self.counts["running"])


def origin_of(run: Any) -> Origin | None:
    """At which net a run of a store starts; None for one that starts from new weights."""
    return _origin(run.spec) if run.origin is not None else None


@lru_cache(maxsize=512)
def _origin(spec: str) -> Origin | None:
    return RunSpec.model_validate_json(spec).origin


def lanes(shown: Snapshot) -> int:
    """How many of an experiment's runs advance at once."""
    spec = shown.experiment.specs()[0]
    cores = [worker.cores for worker in shown.workers if worker.cores is not None]
    return lanes_for(spec, describe_dataset(spec.dataset), cores[0]) if cores else 1
