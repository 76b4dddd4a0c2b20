"""A race: the runs one worker holds, advanced in turn so that all are equally far.

Everything that matters is in the store: what was measured, what people asked for, and a checkpoint
of every run. Killing the process at any moment costs the steps since the last checkpoint, and a
resumed run repeats exactly those. Small nets use one core each, so as many advance at once.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from torch import Tensor

from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.entry import Entry, Slice
from core.machine import Machine, versions
from core.spec import RunSpec
from core.starts import begin
from core.store.checkpoints import drop_resume_checkpoints, load_checkpoint, save_checkpoint
from core.store.database import Store, StoreError, is_full
from core.store.recording import (
    Held,
    Progress,
    read_held,
    record,
    record_speed,
    release_run,
    start_run,
)
from core.store.requests import claim
from core.training.device import choose_precision, keep_freed_memory
from core.training.trainer import NET, Trainer

ASK_SECONDS = 0.1
RECORD_SECONDS = 0.4
CHECKPOINT_SECONDS = 10.0
WAIT_SECONDS = 0.2  # for a lane, before looking at requests again

log = logging.getLogger(__name__)


class Race:
    """Trains the runs that a worker has claimed, until none is left.

    Args:
        serves: devices, as specs name them, whose queued runs it takes by itself.
    """

    def __init__(
        self, store: Store, worker_id: str, machine: Machine, serves: Sequence[str] = ()
    ) -> None:
        self.store, self.worker_id, self.machine = store, worker_id, machine
        self.serves = serves
        self.entries: dict[str, Entry] = {}
        self._experiment_id: str | None = None
        self._images: ImageSet | None = None
        self._pool = ThreadPoolExecutor(machine.cores, thread_name_prefix="lane")
        self._lanes: dict[Future[Slice], Entry] = {}
        self._recorded_at = self._asked_at = 0.0
        self._held_back: set[str] = set()  # asked for: not to be advanced until that is done
        keep_freed_memory()

    def claim(self) -> bool:
        """Take what is queued: of the experiment under way, else the oldest; True if any."""
        ours = self._experiment_id if self.entries else None
        self._experiment_id = claim(self.store, self.worker_id, self.serves, ours) or ours
        return self._experiment_id is not None

    def turn(self) -> bool:
        """Obey what was asked and advance the runs that are least far; False when none is held."""
        if time.monotonic() - self._asked_at > ASK_SECONDS or not self.entries:
            self._obey()
        due = [entry for entry in self._idle() if self._is_due(entry)]
        self._fill_lanes([entry for entry in self._idle() if entry not in due])
        for entry in due:  # while the lanes are busy
            self._write_due(entry)
        if time.monotonic() - self._recorded_at > RECORD_SECONDS:
            self._record()
        for lane in wait(self._lanes, WAIT_SECONDS, FIRST_COMPLETED).done:
            self._settle(lane)
        return bool(self.entries) or bool(read_held(self.store, self.worker_id))

    def interrupt(self) -> None:
        """Let every run go where it is, ready to be resumed."""
        for lane in wait(self._lanes).done:
            self._settle(lane)
        for run_id in list(self.entries):
            self._release(run_id, "interrupted", "")
        self._pool.shutdown()

    def _obey(self) -> None:
        """Do what was asked of runs that are between two slices, and take in new ones."""
        held = read_held(self.store, self.worker_id)
        self._forget_lost({run.run_id for run in held})
        training = {entry.run_id for entry in self._lanes.values()}
        asked = {run.run_id for run in held if run.requested}
        self._held_back = asked & training
        for run in held:
            if run.run_id in training:
                continue
            if run.requested:
                self._release(run.run_id, *RELEASED_AS[run.requested])
            elif run.run_id not in self.entries:
                self._prepare(run)
        self._asked_at = 0.0 if self._held_back else time.monotonic()

    def _prepare(self, run: Held) -> None:
        spec = RunSpec.model_validate_json(run.spec)
        try:
            images = self._load_images(spec.dataset)
            precision = choose_precision(spec.precision, self.machine.device)
            trainer = Trainer(spec, images, self.machine.device, precision)
            saved = load_checkpoint(self.store, run.run_id, "resume")
            if saved:
                trainer.load_state_dict(saved[1])
            elif spec.origin is not None:
                begin(self.store, trainer, spec.origin)
        except Exception as error:  # a run that cannot start must not end the others
            if is_full(error):
                raise
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
        seconds = run.seconds if saved else 0.0
        self.entries[run.run_id] = Entry(
            run.run_id, spec, trainer, seconds, trainer.step, trainer.epoch
        )

    def _load_images(self, name: str) -> ImageSet:
        if self._images is None or self._images.name != name:
            self._images = load_dataset(name, progress=self._say_loading).to(self.machine.device)
        return self._images

    def _say_loading(self, message: str, fraction: float | None) -> None:
        if time.monotonic() - self._recorded_at < RECORD_SECONDS:
            return
        text = message if fraction is None else f"{message}: {fraction:.0%}"
        waiting = [
            Progress(run.run_id, {"message": text})
            for run in read_held(self.store, self.worker_id)
            if run.run_id not in self.entries
        ]
        record(self.store, self.worker_id, waiting)
        self._recorded_at = time.monotonic()

    def _idle(self) -> list[Entry]:
        training = list(self._lanes.values())
        return [entry for entry in self.entries.values() if entry not in training]

    def _fill_lanes(self, ready: Sequence[Entry]) -> None:
        """Start the runs that are least far, as many as there are cores for."""
        free = self.machine.cores - sum(entry.trainer.threads for entry in self._lanes.values())
        for entry in sorted(ready, key=lambda entry: entry.progress):
            if entry.trainer.threads <= free and entry.run_id not in self._held_back:
                self._lanes[self._pool.submit(entry.advance)] = entry
                free -= entry.trainer.threads

    def _settle(self, lane: Future[Slice]) -> None:
        entry = self._lanes.pop(lane)
        if entry.run_id not in self.entries:
            return
        error = lane.exception()
        if error is None:
            entry.settle(lane.result())
        else:  # out of memory, say: the others go on
            del self.entries[entry.run_id]
            self._fail(entry.run_id, error)

    def _is_due(self, entry: Entry) -> bool:
        new_snapshot = entry.at_snapshot and entry.snapshot_at != entry.step
        old_checkpoint = time.monotonic() - entry.saved_at > CHECKPOINT_SECONDS
        return new_snapshot or old_checkpoint or entry.trainer.finished

    def _write_due(self, entry: Entry) -> None:
        """A snapshot, a result or a checkpoint. What fails for want of space is tried again."""
        if entry.trainer.diverged_at is not None:
            why = f"the loss was no longer a number at step {entry.trainer.diverged_at}"
            self._release(entry.run_id, "diverged", why)
            return
        if entry.at_snapshot and entry.snapshot_at != entry.step:
            self._save(entry, "weights")
            entry.snapshot_at = entry.step
        if entry.trainer.finished:
            self._finish(entry)
        elif self._is_due(entry):
            self._save(entry, "resume")

    def _record(self) -> None:
        entries = list(self.entries.values())
        ours = record(self.store, self.worker_id, [entry.unrecorded() for entry in entries])
        for entry in entries:
            entry.forget_recorded()
        self._recorded_at = time.monotonic()
        self._forget_lost(ours)

    def _save(self, entry: Entry, kind: str) -> None:
        """Points first, so that a run resumed from this file lacks none before it."""
        self._record()
        if entry.run_id not in self.entries:
            return
        state = entry.trainer.state_dict()
        parts = {kind: state} if kind == "resume" else _parted(state)
        try:
            for part, tensors in parts.items():
                save_checkpoint(self.store, entry.run_id, part, entry.step, tensors)
        except StoreError as error:  # deleted a moment ago
            log.warning("%s", error)
            del self.entries[entry.run_id]
        entry.saved_at = time.monotonic()

    def _finish(self, entry: Entry) -> None:
        summary = entry.trainer.summary()
        self._record()
        if entry.run_id not in self.entries:
            return
        release_run(
            self.store,
            self.worker_id,
            entry.run_id,
            "finished",
            "",
            train_error=summary.train_error,
            train_error_eval=summary.train_error_eval,
            test_error=summary.test_error,
            images_per_second=_images_trained(entry) / entry.seconds,
        )
        del self.entries[entry.run_id]
        drop_resume_checkpoints(self.store, entry.run_id)
        self._keep_speed(entry)

    def _keep_speed(self, entry: Entry) -> None:
        if entry.speed is None:
            return
        record_speed(
            self.store,
            device_name=self.machine.name,
            precision=choose_precision(entry.spec.precision, self.machine.device),
            layers=entry.spec.depth,
            multiply_adds=multiply_adds(entry.spec, describe_dataset(entry.spec.dataset)),
            batch_size=entry.spec.batch_size,
            seconds_per_step=entry.spec.batch_size / entry.speed,
        )

    def _release(self, run_id: str, status: str, message: str) -> None:
        if run_id in self.entries:
            if status == "diverged":
                self._record()
            else:
                self._save(self.entries[run_id], "resume")
        release_run(self.store, self.worker_id, run_id, status, message)
        self.entries.pop(run_id, None)

    def _fail(self, run_id: str, error: BaseException) -> None:
        log.error("run %s failed", run_id, exc_info=error)
        message = str(error) or type(error).__name__
        release_run(self.store, self.worker_id, run_id, "failed", message)

    def _forget_lost(self, ours: set[str]) -> None:
        for run_id in set(self.entries) - ours:
            log.warning("run %s was taken over or deleted", run_id)
            del self.entries[run_id]


def _parted(state: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The weights for whoever looks at the net, and all else for whoever goes on from it."""
    weights = {name for name in state if name.startswith(NET)}
    return {
        "weights": {name.removeprefix(NET): state[name] for name in weights},
        "training": {name: state[name] for name in state.keys() - weights},
    }


def _images_trained(entry: Entry) -> int:
    return (entry.step - entry.spec.begins) * entry.spec.batch_size


RELEASED_AS = {"pause": ("paused", ""), "stop": ("stopped", "")}
