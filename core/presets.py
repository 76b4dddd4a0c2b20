"""The experiments one can start by name."""

import shlex
from collections.abc import Mapping
from typing import Any

from core.data.catalogue import FOLDER_PREFIX, folder_path
from core.spec import Experiment

CLASSROOM = Experiment(
    name="classroom",
    question="Is deeper always better?",
    depths=(8, 20, 32, 56),
    width=8,
    stem_stride=2,
    epochs=6,
    milestones=(0.6, 0.85),
)

QUICK = CLASSROOM.model_copy(
    update={"name": "quick", "question": "Does it work here?", "depths": (8, 20)}
)

TUNING = CLASSROOM.model_copy(
    update={
        "name": "tuning",
        "question": "Is it just badly tuned?",
        "families": ("plain",),
        "depths": (20, 56),
        "learning_rates": (0.01, 0.03, 0.1, 0.3),
    }
)

CIFAR10 = Experiment(
    name="cifar10",
    question="Is deeper always better, on colour photographs?",
    dataset="cifar10",
    augmentation="crop-flip",
    depths=(20, 32, 44, 56),
    epochs=15,
    schedule="cosine",
)

PAPER = Experiment(
    name="paper",
    question="Does the recipe of He et al. 2015, section 4.2, give their numbers?",
    dataset="cifar10",
    augmentation="crop-flip",
    depths=(20, 32, 44, 56, 110),
    steps=64_000,
    milestones=(0.5, 0.75),  # 32k and 48k of 64k steps
    warmup_rate=0.01,
)

PRESETS: dict[str, Experiment] = {
    preset.name: preset for preset in (CLASSROOM, QUICK, CIFAR10, PAPER, TUNING)
}


GRID = {"name", "question", "families", "depths", "seeds", "chosen"} | {  # and how it is run
    "device",
    "precision",
    "snapshots",
}


def find_preset(name: str) -> Experiment:
    """The preset of that name; a ValueError names those there are."""
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def with_settings(experiment: Experiment, settings: Mapping[str, object]) -> Experiment:
    """The experiment with some fields changed; a length in steps replaces one in epochs.

    Args:
        settings: values of Experiment's fields; text is read as such a value (`8,20`, `none`).

    Raises:
        ValidationError: a value breaks a rule of the spec; `explain` puts it in words.
    """
    values = experiment.model_dump() | {
        name: _value(name, value) for name, value in settings.items()
    }
    for given, other in (("steps", "epochs"), ("epochs", "steps")):
        if settings.get(given) is not None and settings.get(other) is None:
            values[other] = None
    return Experiment.model_validate(values)


def nearest_preset(experiment: Experiment) -> tuple[str, dict[str, Any]]:
    """The preset from which the fewest fields differ, and what the experiment has in those."""
    wanted = experiment.model_dump(exclude={"name", "question"})
    changes = {
        name: {
            field: value for field, value in wanted.items() if value != preset.model_dump()[field]
        }
        for name, preset in PRESETS.items()
    }
    nearest = min(PRESETS, key=lambda name: (len(changes[name]), name != experiment.name))
    return nearest, changes[nearest]


def command(experiment: Experiment) -> str:
    """The line that runs an experiment from a terminal: the nearest preset and what differs."""
    nearest, different = nearest_preset(experiment)
    words = ["python -m core race", nearest]
    words += [f"--seed {seed}" for seed in different.pop("seeds", ())]
    words += [f"--device {different.pop('device')}"] if "device" in different else []
    words += [
        f"--set {shlex.quote(field + '=' + as_text(value).replace(', ', ','))}"
        for field, value in different.items()
        if not (field in ("epochs", "steps") and value is None)
    ]
    return " ".join(words)


def follows_paper(experiment: Experiment) -> bool:
    """True for the data set and recipe of He et al. 2015, section 4.2, at whatever depths."""
    return experiment.model_dump(exclude=GRID) == PAPER.model_dump(exclude=GRID)


def as_text(value: object) -> str:
    """A field's value as `with_settings` reads it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(as_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.strip().lower() in ("", "none") and name != "augmentation":
        return None
    if name == "dataset" and value.startswith(FOLDER_PREFIX):
        return f"{FOLDER_PREFIX}{folder_path(value)}"  # the worker may have another directory
    many = name in ("families", "depths", "learning_rates", "seeds", "milestones")
    return tuple(part for part in value.replace(",", " ").split()) if many else value.strip()
