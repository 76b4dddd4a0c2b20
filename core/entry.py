"""One run in a race: its trainer, and what has come in but is not written down yet."""

import time
from dataclasses import asdict, dataclass, field

from core.spec import RunSpec
from core.training.recording import Point
from core.training.trainer import Trainer

SLICE_SECONDS = 0.2  # a request is seen after so long, or after one step
RESULTS = ("train", "test")  # splits whose newest error stands in the run's row
FRESH = 0.2  # weight of the newest slice in the speed that is shown


@dataclass(frozen=True)
class Slice:
    """What one slice of training gave: points, the step reached, images trained, seconds."""

    points: list[Point]
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
    latest: dict[str, float] = field(default_factory=dict)  # split -> error
    speed: float | None = None  # images per second of its own time
    snapshot_at: int = -1  # step of the last weights kept

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return self.step / self.trainer.steps

    @property
    def at_snapshot(self) -> bool:
        """The weights of this step are to be kept."""
        return self.step in self.spec.snapshot_steps(self.trainer.steps)

    def advance(self) -> Slice:
        """Train to the next training point or snapshot at most."""
        trainer, before, started = self.trainer, self.trainer.step, time.perf_counter()
        snapshots = self.spec.snapshot_steps(trainer.steps)
        stop = next((step for step in snapshots if step > before), before)
        points = trainer.advance(min(stop - before, trainer.record_every), SLICE_SECONDS)
        images = (trainer.step - before) * self.spec.batch_size
        seconds = time.perf_counter() - started
        return Slice(points, trainer.step, trainer.epoch, images, seconds)

    def settle(self, done: Slice) -> None:
        """Take in what a slice gave."""
        self.step, self.epoch = done.step, done.epoch
        self.seconds += done.seconds
        if not any(point.split == "test" for point in done.points):
            now = done.images / done.seconds
            self.speed = now if self.speed is None else self.speed + FRESH * (now - self.speed)
        for point in done.points:
            self.latest[point.split] = point.error
            self.points.append({**asdict(point), "images_per_second": self.speed})

    def values(self) -> dict[str, object]:
        """Columns of the run's row as they are now."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "images_per_second": self.speed,
            **{f"{split}_error": self.latest[split] for split in RESULTS if split in self.latest},
        }
