"""The engine of one computer: experiments go into the store, a worker process trains them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

from sqlalchemy import Row

from core.cost import estimate_seconds, lanes_for, multiply_adds, parameters
from core.data.catalogue import DatasetInfo, describe_dataset
from core.home import lab_home
from core.spec import Experiment, RunSpec
from core.store.database import Store
from core.store.reads import find_experiment, list_run, list_runs, read_speeds
from core.store.requests import request
from core.store.runs import append_runs, submit
from core.store.workers import find_worker, read_workers

ROOT = Path(__file__).resolve().parents[2]
LOG_BYTES = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What an experiment would take.

    Attributes:
        parameters: of each run's net, in the order of the specs.
        multiply_adds: of each net, forward, one image.
        seconds: on this computer; None while nothing has been timed here.
    """

    parameters: tuple[int, ...]
    multiply_adds: tuple[int, ...]
    seconds: float | None


class RunSizes(TypedDict):
    """Size of a training set, and parameters of each run's net in the order of the specs."""

    train_images: int
    parameters: tuple[int, ...]


class LocalEngine:
    """Submits experiments to a store and sees to it that a worker is there to train them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(self, experiment: Experiment, source: str = "dashboard") -> tuple[str, bool]:
        """Queue an experiment and wake its worker.

        Returns:
            The experiment's id, and False if the same one was under way already.

        Raises:
            ValueError: the data set is not there, or too small for the batch.
        """
        submitted = submit(self.store, experiment, source=source, **run_sizes(experiment))
        self.wake(experiment.device)
        return submitted

    def widen(self, experiment_id: str, experiment: Experiment) -> list[str]:
        """Queue the runs that a larger grid adds to an experiment; their ids."""
        added = append_runs(self.store, experiment_id, experiment, **run_sizes(experiment))
        self.wake(experiment.device)
        return added

    def fork(self, store: Store, run_id: str, specs: Sequence[RunSpec]) -> tuple[str, list[str]]:
        """Queue runs that start at a run's net, as `core.forks.fork_spec` gives their specs.

        They join the experiment of a run of this engine's store; to those of a gallery's run an
        experiment of their own is made. One that is there already is not queued twice.

        Returns:
            The experiment's id and the runs', in the order of the specs.

        Raises:
            ValueError: the run was deleted, or the data set is not there.
        """
        run = list_run(store, run_id)
        if run is None:
            raise ValueError(f"there is no run {run_id}; it may have been deleted")
        experiment = find_experiment(self.store, run.experiment_id)
        if experiment is None:
            forks = Experiment.of(f"forks of {run.label}"[:80], specs, "What does it change?")
            experiment_id, _ = self.submit(forks)
        else:
            experiment_id = run.experiment_id
            own = [_spec(row) for row in list_runs(self.store, experiment_id)]
            every = list(dict.fromkeys((*own, *specs)))
            wider = Experiment.of(experiment.name, every, experiment.question)
            self.widen(experiment_id, wider)
        ids = {_spec(row): row.run_id for row in list_runs(self.store, experiment_id)}
        return experiment_id, [ids[spec] for spec in specs]

    def request(self, experiment_id: str, run_ids: Sequence[str], action: str) -> None:
        """Ask for `pause`, `resume` or `stop` of some of an experiment's runs."""
        request(self.store, run_ids, action)
        experiment = find_experiment(self.store, experiment_id)
        if action == "resume" and experiment is not None:
            self.wake(experiment.device)

    def cost(self, experiment: Experiment, specs: Sequence[RunSpec] | None = None) -> Cost:
        """What an experiment, or some of its runs, would take on the device it asks for."""
        info = describe_dataset(experiment.dataset)
        specs = experiment.specs() if specs is None else specs
        for spec in specs:
            spec.steps_per_epoch(info.train_images)
        return Cost(
            tuple(parameters(spec, info) for spec in specs),
            tuple(multiply_adds(spec, info) for spec in specs),
            self._seconds(experiment, specs, info),
        )

    def wake(self, device: str) -> None:
        """Start a worker for a device (as a spec names it) unless a living one serves it."""
        with self.store.read() as connection:
            if find_worker(connection, device):
                return
        command = [sys.executable, "-m", "core.worker", "--store", self.store.url]
        with _open_log(device) as log:
            subprocess.Popen(
                [*command, "--device", device],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **_DETACHED,
            )

    def _seconds(
        self, experiment: Experiment, specs: Sequence[RunSpec], info: DatasetInfo
    ) -> float | None:
        workers = read_workers(self.store).dropna(subset=["device_name"])
        serving = workers[workers["serves"].str.contains(f" {experiment.device} ")]
        if serving.empty or not specs:
            return None
        worker = serving.iloc[0]
        precision = experiment.precision
        if precision == "auto":
            precision = worker["precision"]
        speeds = read_speeds(self.store, worker["device_name"], precision)
        seconds = estimate_seconds(specs, info, speeds)
        return None if seconds is None else seconds / lanes_for(specs[0], info, worker["cores"])


def _spec(run: Row) -> RunSpec:
    return RunSpec.model_validate_json(run.spec)


def run_sizes(experiment: Experiment) -> RunSizes:
    """What the store asks for about an experiment's runs.

    Raises:
        ValueError: the data set is not there, or too small for the batch.
    """
    info = describe_dataset(experiment.dataset)
    experiment.steps_per_epoch(info.train_images)
    counts = tuple(parameters(spec, info) for spec in experiment.specs())
    return {"train_images": info.train_images, "parameters": counts}


def _open_log(device: str) -> IO[str]:
    folder = lab_home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"worker-{device}.log"
    if file.exists() and file.stat().st_size > LOG_BYTES:
        file.replace(file.with_suffix(".old.log"))
    return file.open("a")


# The worker outlives the dashboard: closing one's terminal must not end a race.
_DETACHED: dict = (
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    if os.name == "nt"
    else {"start_new_session": True}
)
