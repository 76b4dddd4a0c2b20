"""One run in a race: its trainer, and what has come in but is not written down yet."""

import time
from dataclasses import asdict, dataclass, field
from functools import cached_property

from core.spec import RunSpec
from core.store.recording import Progress
from core.training.recording import Point
from core.training.trainer import Trainer

SLICE_SECONDS = 0.2  # a request is seen after so long, or after one step
RESULTS = ("train", "test")  # splits whose newest error stands in the run's row
FRESH = 0.2  # weight of the newest slice in the speed that is shown


@dataclass(frozen=True)
class Slice:
    """What one slice of training gave: what was measured, the step reached, images, seconds."""

    points: list[Point]
    profiles: list[dict[str, object]]
    measures: list[dict[str, object]]
    step: int
    epoch: float
    images: int
    seconds: float


@dataclass
class Entry:
    """A run's place in the race. A lane advances it; the race alone settles and writes it."""

    run_id: str
    spec: RunSpec
    trainer: Trainer
    seconds: float  # its own time, evaluation included
    step: int
    epoch: float
    saved_at: float = field(default_factory=time.monotonic)
    points: list[dict[str, object]] = field(default_factory=list)
    profiles: list[dict[str, object]] = field(default_factory=list)
    measures: list[dict[str, object]] = field(default_factory=list)
    latest: dict[str, float] = field(default_factory=dict)  # split -> error
    speed: float | None = None  # images per second of its own time
    snapshot_at: int = -1  # step of the last weights kept

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return self.step / self.trainer.steps

    @cached_property
    def snapshots(self) -> tuple[int, ...]:
        """Steps whose weights are to be kept."""
        size = sum(tensor.nbytes for tensor in self.trainer.state_dict().values())
        return self.spec.snapshot_steps(self.trainer.steps, size / 1e6)

    @property
    def at_snapshot(self) -> bool:
        """The weights of this step are to be kept."""
        return self.step in self.snapshots

    def advance(self) -> Slice:
        """Train to the next training point or snapshot at most."""
        trainer, before, started = self.trainer, self.trainer.step, time.perf_counter()
        stop = next((step for step in self.snapshots if step > before), before)
        points = trainer.advance(min(stop - before, trainer.record_every), SLICE_SECONDS)
        images = (trainer.step - before) * self.spec.batch_size
        seconds = time.perf_counter() - started
        profiles, measures = trainer.probing.collect()
        return Slice(points, profiles, measures, trainer.step, trainer.epoch, images, seconds)

    def settle(self, done: Slice) -> None:
        """Take in what a slice gave."""
        self.step, self.epoch = done.step, done.epoch
        self.seconds += done.seconds
        if not any(point.split == "test" for point in done.points):
            now = done.images / done.seconds
            self.speed = now if self.speed is None else self.speed + FRESH * (now - self.speed)
        self.profiles += done.profiles
        self.measures += done.measures
        for point in done.points:
            self.latest[point.split] = point.error
            self.points.append({**asdict(point), "images_per_second": self.speed})

    def unrecorded(self) -> Progress:
        """What came in since `forget_recorded`."""
        return Progress(self.run_id, self.values(), self.points, self.profiles, self.measures)

    def forget_recorded(self) -> None:
        """What came in is in the store."""
        self.points, self.profiles, self.measures = [], [], []

    def values(self) -> dict[str, object]:
        """Columns of the run's row as they are now."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "images_per_second": self.speed,
            **{f"{split}_error": self.latest[split] for split in RESULTS if split in self.latest},
        }
