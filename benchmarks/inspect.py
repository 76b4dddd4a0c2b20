"""python -m benchmarks.inspect: how long a look into a net takes, as a page waits for it.

Every answer comes from the inspection process, which has imported torch already, and is pickled on
its way. Each round asks about nets of its own; the medians go to inspect.json beside this file.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import circumstances, keep
from core.data.catalogue import describe_dataset
from core.engines.local import run_sizes
from core.inspect.nets import Address
from core.inspection import ask
from core.nets.families import build_net
from core.spec import Experiment
from core.store.checkpoints import save_checkpoint
from core.store.database import Store, open_store
from core.store.reads import find_run, read_runs
from core.store.runs import submit

DEPTHS = (8, 56, 110)
HOLDER = "benchmark"  # of the runs; no worker has this id, and each of them is a new one
STEP = 1  # of the weights that are read
TARGETS = {"maps_ms": 300, "readout_s": 60}  # 60 s: the patience of a page
COLUMNS = (  # the feature maps of an image, of another, of the first again; readout likewise
    "net",
    "maps_ms",
    "other_ms",
    "again_ms",
    "readout_s",
    "readout_other_ms",
    "similarity_ms",
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inspect", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    results = circumstances("cpu")
    with tempfile.TemporaryDirectory(prefix="depthlab-") as folder:
        store = open_store(str(Path(folder) / "lab.db"))
        look(keep_net(store, DEPTHS[0]))  # imports torch and the images
        nets = [measure(store, depth, given.rounds) for depth in DEPTHS]
    keep("inspect", results | {"rounds": given.rounds, "targets": TARGETS, "nets": nets})
    for row in (dict(zip(COLUMNS, COLUMNS, strict=True)), *nets):
        print("  ".join(f"{row[column]!s:>16}" for column in COLUMNS))  # noqa: T201


def keep_net(store: Store, depth: int, dataset: str = "fashion-mnist-mini") -> Address:
    """A residual net, 16 wide, whose weights are kept."""
    nets = {"families": ("resnet",), "depths": (depth,), "dataset": dataset}
    experiment = Experiment(name="look", steps=STEP, **nets)
    sizes = run_sizes(experiment)
    experiment_id, _ = submit(store, experiment, source="benchmark", worker_id=HOLDER, **sizes)
    run_id = str(read_runs(store, experiment_id)["run_id"].iloc[0])
    spec = find_run(store, run_id)
    assert spec is not None
    info = describe_dataset(spec.dataset)
    weights = build_net(spec, info.channels, info.classes).state_dict()
    save_checkpoint(store, run_id, "weights", STEP, weights)
    return store.url, False, run_id, STEP


def look(address: Address) -> tuple[float, ...]:
    """Seconds of each of COLUMNS but the name, in their order."""
    return (
        seconds("activations", *address, 0),
        seconds("activations", *address, 1),
        seconds("activations", *address, 0),
        seconds("readout", *address, 0),
        seconds("readout", *address, 1),
        seconds("similarity", *address, *address),
    )


def seconds(task: str, *arguments: Any) -> float:
    """From the question to the answer."""
    started = time.perf_counter()
    ask(task, *arguments)
    return time.perf_counter() - started


def measure(store: Store, depth: int, rounds: int) -> dict[str, Any]:
    """Medians of what each look took, in the unit that its name ends with."""
    times = zip(*(look(keep_net(store, depth)) for _ in range(rounds)), strict=True)
    medians = {
        name: round(median(values) * (1000 if name.endswith("_ms") else 1), 1)
        for name, values in zip(COLUMNS[1:], times, strict=True)
    }
    return {"net": f"resnet-{depth}"} | medians


if __name__ == "__main__":
    main()
