"""What decides a run's result: no torch here, since pages, forms and commands share it."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.depths import Family, Stem, blocks_per_stage

ShortcutOption = Literal["A", "B", "C"]
StrideIn = Literal["1x1", "3x3"]
Initialization = Literal["he", "xavier", "zero-gamma"]
Schedule = Literal["steps", "plateau", "cosine", "constant"]
Augmentation = Literal["none", "crop-flip"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "float32", "bfloat16"]

FAMILY_WORDS: dict[str, str] = {  # for people
    "plain": "plain",
    "resnet": "residual",
    "bottleneck": "bottleneck",
    "preact": "pre-activation",
    "highway": "highway",
    "vgg": "VGG",
}
WARMUP_DEPTH = 110  # He et al. warm up the nets of 110 layers only

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]


class Recipe(BaseModel):
    """What all runs of an experiment have in common: data, shape of the nets, training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Annotated[str, Field(min_length=1)] = "fashion-mnist-mini"
    train_fraction: Share = 1.0
    validation_fraction: Annotated[float, Field(ge=0, lt=1)] = 0.0
    label_noise: Annotated[float, Field(ge=0, le=1)] = 0.0
    augmentation: Augmentation = "none"
    width: Annotated[int, Field(ge=1, le=256)] = 16
    stem: Stem = "cifar"
    stem_stride: Annotated[int, Field(ge=1, le=2)] = 1
    shortcut: ShortcutOption = "A"
    stride_in: StrideIn = "1x1"
    batch_norm: bool = True
    init: Initialization = "he"
    epochs: Annotated[float, Field(gt=0, le=10_000)] | None = None
    steps: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    batch_size: Annotated[int, Field(ge=2, le=65_536)] = 128
    schedule: Schedule = "steps"
    milestones: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.75)
    warmup_rate: Rate | None = None
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-4
    snapshots: Annotated[int, Field(ge=0, le=64)] = 8
    snapshot_megabytes: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    probe_every: Literal["auto"] | Annotated[int, Field(ge=1, le=10_000_000)] = "auto"
    device: Device = "auto"
    precision: Precision = "auto"

    @field_validator("milestones")
    @classmethod
    def _ascending(cls, milestones: tuple[float, ...]) -> tuple[float, ...]:
        rising = tuple(sorted(set(milestones)))
        if milestones != rising:
            raise ValueError(f"milestones {milestones} must rise; the nearest is {rising}")
        return milestones

    @field_validator("schedule")
    @classmethod
    def _plateau_is_seen(cls, schedule: Schedule, others: ValidationInfo) -> Schedule:
        if schedule == "plateau" and others.data.get("validation_fraction") == 0:
            raise ValueError(
                "schedule plateau watches validation images and there are none; the nearest good"
                " validation fraction is 0.1"
            )
        return schedule

    @model_validator(mode="after")
    def _one_length(self) -> "Recipe":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError(
                f"give either epochs or steps, not {'both' if self.epochs else 'neither'}"
            )
        return self

    def steps_per_epoch(self, train_images: int) -> int:
        """Whole batches in one pass over the images trained on; an epoch drops the rest.

        Args:
            train_images: of the data set, before any are set aside.
        """
        used = self.training_images(train_images)
        if self.batch_size > used:
            raise ValueError(
                f"batch size {self.batch_size} is larger than the {used} training images;"
                f" the largest is {used}"
            )
        return used // self.batch_size

    def validation_images(self, train_images: int) -> int:
        """How many of a data set's training images are set aside for validation."""
        return round(self.validation_fraction * train_images)

    def training_images(self, train_images: int) -> int:
        """How many of a data set's training images are trained on."""
        rest = train_images - self.validation_images(train_images)
        return max(1, round(self.train_fraction * rest))

    def total_steps(self, train_images: int) -> int:
        """Length of a run in steps; `milestones` are fractions of it."""
        per_epoch = self.steps_per_epoch(train_images)
        return self.steps or max(1, round(self.epochs * per_epoch))  # type: ignore[operator]


def check_depths(
    depths: Iterable[int], families: Iterable[Family | None], stem: Stem | None
) -> None:
    """A ValueError unless every one of the families has nets of all these depths.

    A family or stem that is None was refused already and is left out.
    """
    for family, depth in product(families, depths):
        if family is not None and stem is not None:
            blocks_per_stage(family, depth, stem)


class Origin(BaseModel):
    """Where a run starts instead of weights drawn anew: at another run's net.

    Attributes:
        run: its id, in the same store or in the gallery.
        step: of the weights that are taken.
        change: what was changed there, in words that tell the runs of an experiment apart.
        fresh: only the weights are taken and training begins at step 0; else it goes on from
            `step`, with the momentum and the counters of that run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: Annotated[str, Field(min_length=1)]
    step: Annotated[int, Field(ge=0)]
    change: str
    fresh: bool = False

    @property
    def words(self) -> str:
        """What was changed, and at which step unless it begins anew."""
        return self.change if self.fresh else f"{self.change} from step {self.step}"


class RunSpec(Recipe):
    """One net, one seed, one training: the same spec gives the same numbers on the same device."""

    family: Family
    depth: int
    learning_rate: Rate = 0.1
    seed: Seed = 0
    origin: Origin | None = None

    @field_validator("depth")
    @classmethod
    def _depth(cls, depth: int, others: ValidationInfo) -> int:
        check_depths((depth,), [others.data.get("family")], others.data.get("stem"))
        return depth

    @property
    def net(self) -> str:
        """Name in words: family and depth."""
        return f"{FAMILY_WORDS[self.family]}-{self.depth}"

    @property
    def begins(self) -> int:
        """The step at which the run begins: 0 but for a fork."""
        return 0 if self.origin is None or self.origin.fresh else self.origin.step

    def snapshot_steps(self, total: int, megabytes: float = 0.0) -> tuple[int, ...]:
        """Steps whose weights are kept: `snapshots` of them, log-spaced from 1, and the last.

        A run that starts at another one's net counts from where it begins, and keeps that net too.

        Args:
            megabytes: of the net's weights; those before the last are fewer if all of them would
                take more than `snapshot_megabytes`.
        """
        affordable = int(self.snapshot_megabytes / megabytes) - 1 if megabytes else self.snapshots
        count = max(0, min(self.snapshots, affordable))
        length = total - self.begins
        spaced = {self.begins + round(length ** (n / count)) for n in range(count)}
        first = set() if self.origin is None else {self.begins}
        return (*sorted((first | spaced) - {total}), total)


class Experiment(Recipe):
    """A named grid of runs: every family at every depth, learning rate and seed.

    Attributes:
        chosen: the runs, where they are no grid: forks, or nets of several widths. The fields
            above then say what they have in common and which families and depths there are.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    question: str = ""
    families: Annotated[tuple[Family, ...], Field(min_length=1)] = ("plain", "resnet")
    depths: Annotated[tuple[int, ...], Field(min_length=1)] = (8, 20)
    learning_rates: Annotated[tuple[Rate, ...], Field(min_length=1)] = (0.1,)
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)] = (0,)
    chosen: tuple[RunSpec, ...] = ()

    @field_validator("depths")
    @classmethod
    def _depths(cls, depths: tuple[int, ...], others: ValidationInfo) -> tuple[int, ...]:
        check_depths(depths, others.data.get("families", ()), others.data.get("stem"))
        return tuple(sorted(set(depths)))

    @field_validator("families", "learning_rates", "seeds")
    @classmethod
    def _once(cls, values: tuple) -> tuple:
        return tuple(dict.fromkeys(values))

    @classmethod
    def of(cls, name: str, runs: Sequence[RunSpec], question: str = "") -> "Experiment":
        """An experiment of just these runs, whatever they are.

        Its fields are the first run's, with the families and depths of all, and the learning rates
        and seeds of those that are no forks: what a fork changes makes no sweep.
        """
        shared: dict[str, Any] = runs[0].model_dump(include=set(Recipe.model_fields))
        started = [run for run in runs if run.origin is None or run.origin.fresh] or runs[:1]
        several = {
            "families": [run.family for run in runs],
            "depths": [run.depth for run in runs],
            "learning_rates": [run.learning_rate for run in started],
            "seeds": [run.seed for run in started],
        }
        return cls(name=name, question=question, chosen=tuple(runs), **(shared | several))

    def specs(self) -> tuple[RunSpec, ...]:
        """The runs by seed, learning rate, depth and family; only deep nets get `warmup_rate`."""
        if self.chosen:
            return self.chosen
        shared = self.model_dump(include=set(Recipe.model_fields), exclude={"warmup_rate"})
        own = (
            {
                "family": family,
                "depth": depth,
                "learning_rate": rate,
                "seed": seed,
                "warmup_rate": self.warmup_rate if depth >= WARMUP_DEPTH else None,
            }
            for seed, rate, depth, family in product(
                self.seeds, self.learning_rates, self.depths, self.families
            )
        )
        return tuple(RunSpec.model_validate(shared | one) for one in own)
