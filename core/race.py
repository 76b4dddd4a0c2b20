"""A race: the runs one worker holds, advanced in turn so that all are equally far.

Everything that matters is in the store: what was measured, what people asked for, and a checkpoint
of every run. Killing the process at any moment costs the steps since the last checkpoint, and a
resumed run repeats exactly those.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from core.data.datasets import ImageSet, load_dataset
from core.machine import Machine, versions
from core.spec import RunSpec
from core.store.checkpoints import drop_resume_checkpoints, load_checkpoint, save_checkpoint
from core.store.database import Store
from core.store.recording import Held, Progress, read_held, record, release_run, start_run
from core.store.requests import claim
from core.training.device import choose_precision, keep_freed_memory
from core.training.trainer import Trainer

SLICE_SECONDS = 0.2  # a request is seen after so long, or after one step
RECORD_SECONDS = 0.4
CHECKPOINT_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass
class Entry:
    """One run in the race: its trainer and what is not written down yet."""

    run_id: str
    spec: RunSpec
    trainer: Trainer
    seconds: float
    saved_at: float = field(default_factory=time.monotonic)
    points: list[dict[str, object]] = field(default_factory=list)
    latest: dict[str, float] = field(default_factory=dict)  # split -> error
    speed: float | None = None  # images per second of its own time

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return self.trainer.step / self.trainer.steps

    def advance(self) -> None:
        """One slice: to the next snapshot at most."""
        trainer = self.trainer
        stop = next(step for step in self.spec.snapshot_steps(trainer.steps) if step > trainer.step)
        slice_ = min(stop - trainer.step, trainer.record_every)
        before, started = trainer.step, time.perf_counter()
        points = trainer.advance(slice_, SLICE_SECONDS)
        took = time.perf_counter() - started
        self.seconds += took
        if not any(point.split == "test" for point in points):
            now = (trainer.step - before) * self.spec.batch_size / took
            self.speed = now if self.speed is None else 0.8 * self.speed + 0.2 * now
        for point in points:
            self.latest[point.split] = point.error
            self.points.append(asdict(point) | {"images_per_second": self.speed})

    def values(self) -> dict[str, object]:
        """Columns of the run's row as they are now."""
        return {
            "step": self.trainer.step,
            "epoch": self.trainer.epoch,
            "seconds": self.seconds,
            "images_per_second": self.speed,
            **{f"{split}_error": error for split, error in self.latest.items()},
        }


class Race:
    """Trains the runs that a worker has claimed, until none is left."""

    def __init__(
        self, store: Store, worker_id: str, machine: Machine, serves: Sequence[str] = ()
    ) -> None:
        self.store, self.worker_id, self.machine = store, worker_id, machine
        self.serves = serves  # devices, as specs name them, whose queued runs it takes
        self.experiment_id: str | None = None
        self.entries: dict[str, Entry] = {}
        self.images: ImageSet | None = None
        keep_freed_memory()
        self._recorded_at = 0.0

    def claim(self) -> bool:
        """Take what is queued: of the experiment under way, else the oldest; True if any."""
        ours = self.experiment_id if self.entries else None
        self.experiment_id = claim(self.store, self.worker_id, self.serves, ours) or ours
        return self.experiment_id is not None

    def turn(self) -> bool:
        """Obey what was asked, then advance the run that is least far; False when none is held."""
        held = read_held(self.store, self.worker_id)
        self._forget_lost({run.run_id for run in held})
        for run in held:
            if run.requested:
                self._release(run.run_id, *RELEASED_AS[run.requested])
            elif run.run_id not in self.entries:
                self._prepare(run)
        if not self.entries:
            return bool(held)
        entry = min(self.entries.values(), key=lambda entry: entry.progress)
        if not entry.trainer.finished and entry.trainer.diverged_at is None:
            self._advance(entry)
        self._after(entry)
        return True

    def interrupt(self) -> None:
        """Let every run go where it is, ready to be resumed."""
        for run_id in list(self.entries):
            self._release(run_id, "interrupted", "resume it to go on")

    def _prepare(self, run: Held) -> None:
        spec = RunSpec.model_validate_json(run.spec)
        try:
            images = self._load_images(spec.dataset)
            precision = choose_precision(spec.precision, self.machine.device)
            trainer = Trainer(spec, images, self.machine.device, precision)
            saved = load_checkpoint(self.store, run.run_id, "resume")
            if saved:
                trainer.load_state_dict(saved[1])
        except Exception as error:  # noqa: BLE001 - a run that cannot start must not end the others
            self._fail(run.run_id, error)
            return
        facts = {
            "device": self.machine.device.type,
            "device_name": self.machine.name,
            "precision": precision,
            "versions": versions(),
        }
        from_step = trainer.step if saved else -1
        start_run(self.store, self.worker_id, run.run_id, from_step=from_step, facts=facts)
        self.entries[run.run_id] = Entry(run.run_id, spec, trainer, run.seconds if saved else 0.0)

    def _load_images(self, name: str) -> ImageSet:
        if self.images is None or self.images.name != name:
            self.images = load_dataset(name, progress=self._say_loading).to(self.machine.device)
        return self.images

    def _say_loading(self, message: str, fraction: float | None) -> None:
        if time.monotonic() - self._recorded_at < RECORD_SECONDS:
            return
        text = message if fraction is None else f"{message}: {fraction:.0%}"
        held = read_held(self.store, self.worker_id)
        record(
            self.store, self.worker_id, [Progress(run.run_id, {"message": text}) for run in held]
        )
        self._recorded_at = time.monotonic()

    def _advance(self, entry: Entry) -> None:
        try:
            entry.advance()
        except Exception as error:  # noqa: BLE001 - out of memory, say: the others go on
            del self.entries[entry.run_id]
            self._fail(entry.run_id, error)

    def _after(self, entry: Entry) -> None:
        """Write down what is due. Whatever fails here for want of space is tried again."""
        if entry.run_id not in self.entries:
            return
        trainer = entry.trainer
        if time.monotonic() - self._recorded_at > RECORD_SECONDS:
            self._record()
        if trainer.diverged_at is not None:
            why = f"the loss was no longer a number at step {trainer.diverged_at}"
            self._release(entry.run_id, "diverged", why)
        elif trainer.step in entry.spec.snapshot_steps(trainer.steps):
            self._save(entry, "weights")
        if trainer.finished and trainer.diverged_at is None:
            self._finish(entry)
        elif time.monotonic() - entry.saved_at > CHECKPOINT_SECONDS:
            self._save(entry, "resume")

    def _record(self) -> None:
        batch = [
            Progress(entry.run_id, entry.values(), entry.points) for entry in self.entries.values()
        ]
        ours = record(self.store, self.worker_id, batch)
        for entry in self.entries.values():
            entry.points = []
        self._recorded_at = time.monotonic()
        self._forget_lost(ours)

    def _save(self, entry: Entry, kind: str) -> None:
        """Points first, so that a run resumed from this file lacks none before it."""
        self._record()
        if entry.run_id not in self.entries:
            return
        state = entry.trainer.state_dict()
        if kind == "weights":
            state = {
                name.removeprefix("net."): value
                for name, value in state.items()
                if name.startswith("net.")
            }
        save_checkpoint(self.store, entry.run_id, kind, entry.trainer.step, state)
        entry.saved_at = time.monotonic()

    def _finish(self, entry: Entry) -> None:
        summary = entry.trainer.summary()
        self._record()
        release_run(
            self.store,
            self.worker_id,
            entry.run_id,
            "finished",
            "",
            train_error=summary.train_error,
            train_error_eval=summary.train_error_eval,
            test_error=summary.test_error,
        )
        del self.entries[entry.run_id]
        drop_resume_checkpoints(self.store, entry.run_id)

    def _release(self, run_id: str, status: str, message: str) -> None:
        if run_id in self.entries:
            if status == "diverged":
                self._record()
            else:
                self._save(self.entries[run_id], "resume")
        release_run(self.store, self.worker_id, run_id, status, message)
        self.entries.pop(run_id, None)

    def _fail(self, run_id: str, error: Exception) -> None:
        log.error("run %s failed", run_id, exc_info=error)
        message = str(error) or type(error).__name__
        release_run(self.store, self.worker_id, run_id, "failed", message)

    def _forget_lost(self, ours: set[str]) -> None:
        for run_id in set(self.entries) - ours:
            log.warning("run %s was taken over or deleted", run_id)
            del self.entries[run_id]


RELEASED_AS = {"pause": ("paused", ""), "stop": ("stopped", "")}
