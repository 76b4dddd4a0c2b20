"""Nets that come into a store without being trained there: finished runs of no steps."""

import json
import math
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError

from core.machine import find_machine, versions
from core.nets.families import ConvNet
from core.spec import Experiment, RunSpec
from core.store.checkpoints import save_checkpoint
from core.store.database import Store
from core.store.reads import read_runs
from core.store.recording import release_run
from core.store.runs import delete_runs, submit

HOLDER = "import"  # holds a run until its weights are kept; no worker has this id


class Told(NamedTuple):
    """What is said of such a run.

    Attributes:
        experiment: name of the experiment that it alone makes.
        label: its own name.
        message: where it comes from.
        source: who brought it: dashboard, command line or import.
        facts: kept beside the versions; of an imported net its file, mean and std.
    """

    experiment: str
    label: str
    message: str
    source: str
    facts: dict[str, Any]


def keep_net(
    store: Store, spec: RunSpec, net: ConvNet, told: Told, test_error: float | None, seconds: float
) -> str:
    """Keep a net as a run of no steps, its weights at step 0; the run's id.

    Args:
        test_error: %; None if it was not tested.
        seconds: that the test took.

    Raises:
        OSError, DBAPIError: the store cannot be written; nothing of the run is left.
    """
    experiment_id, _ = submit(
        store,
        Experiment.of(told.experiment[:80], [spec]),
        train_images=_images_of_a_step(spec),
        parameters=[sum(parameter.numel() for parameter in net.parameters())],
        source=told.source,
        worker_id=HOLDER,
    )
    run_id = str(read_runs(store, experiment_id)["run_id"].iloc[0])
    weights = {name: value.contiguous() for name, value in net.state_dict().items()}
    machine = find_machine("cpu")
    try:
        save_checkpoint(store, run_id, "weights", 0, weights)
        release_run(
            store,
            HOLDER,
            run_id,
            "finished",
            told.message,
            label=told.label,
            steps=0,
            epochs=0.0,
            test_error=test_error,
            seconds=seconds,
            device=machine.device.type,
            device_name=machine.name,
            precision=spec.precision,
            versions=json.dumps(versions() | told.facts),
        )
    except (OSError, DBAPIError):
        delete_runs(store, [run_id])
        raise
    return run_id


def _images_of_a_step(spec: RunSpec) -> int:
    """A data set of so many has one batch: the run takes no step, whatever its images are."""
    used = spec.train_fraction * (1 - spec.validation_fraction)
    return math.ceil((spec.batch_size + 1) / used)
