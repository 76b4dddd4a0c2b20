"""Training in this process: what the command line does, with a bar a run on stderr."""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from core.heartbeat import Heartbeat
from core.machine import find_machine
from core.race import Race
from core.signals import StopSignal
from core.store.database import Store
from core.store.reads import read_runs
from core.store.workers import register_worker

console = Console(stderr=True)


def train_here(store: Store, device: str, take_runs: Callable[[str], None]) -> bool:
    """Train runs in this process until they end or Ctrl-C, which leaves them ready to be resumed.

    Args:
        take_runs: given this worker's id, makes the runs its own.

    Returns:
        False when interrupted.
    """
    machine = find_machine(device)
    worker_id = register_worker(store)
    assert worker_id is not None  # it asks for no lease
    with StopSignal() as stop, Heartbeat(store, worker_id) as heartbeat:
        heartbeat.ready(machine)
        take_runs(worker_id)
        race = Race(store, worker_id, machine)
        with _bars() as bars:
            tasks: dict[str, TaskID] = {}
            while not stop.received and race.turn():
                _show(race, bars, tasks)
        race.interrupt()
    return not stop.received


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[errors]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    )


def _show(race: Race, bars: Progress, tasks: dict[str, TaskID]) -> None:
    for run_id, entry in race.entries.items():
        if run_id not in tasks:
            label = read_runs(race.store, run_ids=[run_id])["label"].iloc[0]
            tasks[run_id] = bars.add_task(label, total=entry.trainer.steps, errors="")
        errors = "  ".join(f"{split} {error:5.1f} %" for split, error in entry.latest.items())
        bars.update(tasks[run_id], completed=entry.step, errors=errors)
    for run_id in set(tasks) - set(race.entries):
        bars.update(tasks[run_id], completed=bars.tasks[tasks[run_id]].total)
