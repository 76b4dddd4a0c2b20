"""What decides a run's result: no torch here, since pages, forms and commands share it."""

from itertools import product
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

Family = Literal["plain", "resnet"]
ShortcutOption = Literal["A", "B", "C"]
Schedule = Literal["steps", "cosine", "constant"]
Augmentation = Literal["none", "crop-flip"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "float32", "bfloat16"]

FAMILY_WORDS: dict[str, str] = {"plain": "plain", "resnet": "residual"}  # in words, for people
MAX_DEPTH = 1202  # the deepest net of He et al. 2015
WARMUP_DEPTH = 110  # He et al. warm up the nets of 110 layers only

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]


def check_depth(depth: int) -> int:
    """The depth itself when it is 6n + 2 (He et al. 2015, section 4.2); else a ValueError."""
    if depth < 8 or depth > MAX_DEPTH or (depth - 2) % 6:
        n = min(max(round((depth - 2) / 6), 1), (MAX_DEPTH - 2) // 6)
        raise ValueError(
            f"depth {depth} is not 6n + 2 between 8 and {MAX_DEPTH}; the nearest is {6 * n + 2}"
        )
    return depth


class Recipe(BaseModel):
    """What all runs of an experiment have in common: data, shape of the nets, training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Annotated[str, Field(min_length=1)] = "fashion-mnist-mini"
    augmentation: Augmentation = "none"
    width: Annotated[int, Field(ge=1, le=256)] = 16
    stem_stride: Annotated[int, Field(ge=1, le=2)] = 1
    shortcut: ShortcutOption = "A"
    batch_norm: bool = True
    epochs: Annotated[float, Field(gt=0, le=10_000)] | None = None
    steps: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    batch_size: Annotated[int, Field(ge=2, le=65_536)] = 128
    schedule: Schedule = "steps"
    milestones: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.75)
    warmup_rate: Rate | None = None
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-4
    snapshots: Annotated[int, Field(ge=0, le=64)] = 8
    device: Device = "auto"
    precision: Precision = "auto"

    @field_validator("milestones")
    @classmethod
    def _ascending(cls, milestones: tuple[float, ...]) -> tuple[float, ...]:
        rising = tuple(sorted(set(milestones)))
        if milestones != rising:
            raise ValueError(f"milestones {milestones} must rise; the nearest is {rising}")
        return milestones

    @model_validator(mode="after")
    def _one_length(self) -> "Recipe":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError(
                f"give either epochs or steps, not {'both' if self.epochs else 'neither'}"
            )
        return self

    def steps_per_epoch(self, train_images: int) -> int:
        """Whole batches in one pass over the training set; an epoch drops the rest."""
        if self.batch_size > train_images:
            raise ValueError(
                f"batch size {self.batch_size} is larger than the {train_images} training images;"
                f" the largest is {train_images}"
            )
        return train_images // self.batch_size

    def total_steps(self, train_images: int) -> int:
        """Length of a run in steps; `milestones` are fractions of it."""
        per_epoch = self.steps_per_epoch(train_images)
        return self.steps or max(1, round(self.epochs * per_epoch))  # type: ignore[operator]


class RunSpec(Recipe):
    """One net, one seed, one training: the same spec gives the same numbers on the same device."""

    family: Family
    depth: int
    learning_rate: Rate = 0.1
    seed: Seed = 0

    _depth = field_validator("depth")(check_depth)

    @property
    def net(self) -> str:
        """Name in words: family and depth."""
        return f"{FAMILY_WORDS[self.family]}-{self.depth}"

    def snapshot_steps(self, total: int) -> tuple[int, ...]:
        """Steps whose weights are kept: `snapshots` of them, log-spaced from 1, and the last."""
        spaced = {round(total ** (n / self.snapshots)) for n in range(self.snapshots)}
        return (*sorted(spaced - {total}), total)


class Experiment(Recipe):
    """A named grid of runs: every family at every depth, learning rate and seed."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    question: str = ""
    families: Annotated[tuple[Family, ...], Field(min_length=1)] = ("plain", "resnet")
    depths: Annotated[tuple[int, ...], Field(min_length=1)] = (8, 20)
    learning_rates: Annotated[tuple[Rate, ...], Field(min_length=1)] = (0.1,)
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)] = (0,)

    @field_validator("depths")
    @classmethod
    def _depths(cls, depths: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({check_depth(depth) for depth in depths}))

    @field_validator("families", "learning_rates", "seeds")
    @classmethod
    def _once(cls, values: tuple) -> tuple:
        return tuple(dict.fromkeys(values))

    def specs(self) -> tuple[RunSpec, ...]:
        """The runs by seed, learning rate, depth and family; only deep nets get `warmup_rate`."""
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


def explain(error: ValidationError) -> dict[str, str]:
    """A sentence for each bad field: the given value, the rule, the nearest good value."""
    sentences = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        sentences.setdefault(name, _sentence(name, problem))
    return sentences


def _sentence(name: str, problem: ErrorDetails) -> str:
    kind, words = problem["type"], name.replace("_", " ")
    if kind == "value_error":
        return str(problem.get("ctx", {})["error"])  # our own, already a sentence
    rule = RULES.get(kind, "{name} {value}: " + problem["msg"])
    value = "nothing" if problem["input"] is None else problem["input"]
    return rule.format_map(problem.get("ctx", {}) | {"name": words, "value": value})


RULES = {
    "extra_forbidden": "there is no setting {name}",
    "missing": "{name} is missing",
    "greater_than": "{name} {value} is too small; it must be above {gt:g}",
    "greater_than_equal": "{name} {value} is too small; the nearest is {ge:g}",
    "less_than": "{name} {value} is too large; it must be below {lt:g}",
    "less_than_equal": "{name} {value} is too large; the nearest is {le:g}",
    "int_parsing": "{name} {value} is not a whole number",
    "int_from_float": "{name} {value} is not a whole number",
    "int_type": "{name} {value} is not a whole number",
    "int_parsing_size": "{name} {value} is too large",
    "float_parsing": "{name} {value} is not a number",
    "float_type": "{name} {value} is not a number",
    "finite_number": "{name} {value} is not a finite number",
    "bool_parsing": "{name} {value} must be True or False",
    "bool_type": "{name} {value} must be True or False",
    "literal_error": "{name} {value} must be {expected}",
    "string_too_short": "{name} is empty; give at least one letter",
    "string_too_long": "{name} is too long; it has at most {max_length} letters",
    "string_type": "{name} is empty; give at least one letter",
    "tuple_type": "{name}: give at least one",
    "too_short": "{name}: give at least one",
}
