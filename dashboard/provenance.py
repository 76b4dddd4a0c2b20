"""Where numbers come from: with which seeds, on which images and on which device, in words."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.catalogue import FOLDER_PREFIX, describe_dataset
from core.spec import Recipe
from dashboard.data import Snapshot
from dashboard.sides import Side

HERE = "this computer"
ONE_IMAGE = "the chosen one"
ALL_TEST = "up to {test:,} test images of {title}"
SOME_TEST = "some of the {test:,} test images of {title}"
SOME_TRAINING = "some of the {train:,} training images of {title}"
PROBED = "batches of the {train:,} training and 32 of the {test:,} test images of {title}"
BATCHES = "batches of the {train:,} training images of {title}"
BOTH = "some of the {train:,} training and {test:,} test images of {title}"
RACE = "{train:,} training and {test:,} test images of {title}"
FROM_PLANS = "Seeds, images and device: none; it is counted from the plans of the nets"


def named(seeds: Iterable[int | str], images: str, device: str) -> str:
    """The sentence: 'Seeds: 0, 1 · Images: ... · Device: ...'."""
    told = list(dict.fromkeys(str(seed) for seed in seeds))
    label = "Seed" if len(told) == 1 else "Seeds"
    return f"{label}: {', '.join(told)} · Images: {images} · Device: {device}"


def quoted(images: str) -> str:
    """Of numbers that others print: seeds and device stand in their source, if anywhere."""
    return f"Images: {images} · Seeds and device: as far as the source names them"


def provenance(sides: Sequence[Side | None], images: str, *, live: bool = True) -> str:
    """Of a panel about the nets of these sides.

    Args:
        images: in words; {train}, {test} and {title} stand for those of the sides' data sets.
        live: measured now, by the inspection process; else recorded while the nets trained.
    """
    shown = [side for side in sides if side is not None]
    runs, specs = [side.run for side in shown], [side.spec for side in shown]
    trained = _devices(runs)
    device = f"{HERE}; nets trained on {trained}" if live else trained
    told = dict.fromkeys(_images(images, spec.dataset, spec) for spec in specs)
    return named(_seeds(runs), " and ".join(told), device)


def provenance_of_runs(runs: Sequence[Any], images: str) -> str:
    """Of a panel about recorded runs, rows of the store; the images in words."""
    return named(_seeds(runs), images, _devices(runs))


def provenance_of(shown: Snapshot) -> str:
    """Of a panel about a race: all its seeds, the images it trains and tests on, its devices."""
    images = _images(RACE, shown.experiment.dataset, shown.experiment)
    return provenance_of_runs(shown.runs, images)


def _seeds(runs: Sequence[Any]) -> list[str]:
    """In rising order; nobody knows those of weights that were imported."""
    found = {run.seed for run in runs if not _is_imported(run)}
    unknown = ["not known"] if any(map(_is_imported, runs)) else []
    return [*map(str, sorted(found)), *unknown]


def _devices(runs: Iterable[Any]) -> str:
    return "; ".join(dict.fromkeys(map(_device, runs)))


def _device(run: Any) -> str:
    if _is_imported(run):
        return "another computer, not known"
    return f"{run.device_name}, {run.precision}" if pd.notna(run.device_name) else "none yet"


def _is_imported(run: Any) -> bool:
    return pd.notna(run.versions) and "weights" in json.loads(run.versions)


def _images(template: str, dataset: str, recipe: Recipe) -> str:
    """The words with the numbers of the data set; of a folder that is gone no more than its name.

    Args:
        recipe: tells how many of the training images are trained on.
    """
    if "{" not in template:
        return template
    try:
        info = describe_dataset(dataset)
    except (ValueError, OSError):
        return f"those of {Path(dataset.removeprefix(FOLDER_PREFIX)).name}, not there any more"
    train = recipe.training_images(info.train_images)
    return template.format(train=train, test=info.test_images, title=info.title)
