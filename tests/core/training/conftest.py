"""Tiny real runs: a few hundred of the embedded images, small nets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.depths import nearest_depth
from core.spec import RunSpec
from core.training.trainer import Trainer


@pytest.fixture(scope="session")
def images() -> ImageSet:
    """600 training and 200 test images."""
    mini = load_dataset("fashion-mnist-mini")
    return replace(
        mini,
        train_images=mini.train_images[::16][:600],
        train_labels=mini.train_labels[::16][:600],
        test_images=mini.test_images[::10],
        test_labels=mini.test_labels[::10],
    )


@pytest.fixture(scope="session")
def make_spec() -> Callable[..., RunSpec]:
    """Make a spec of 8 layers or 11, 4 wide, 45 steps of 32 images, with some fields changed."""

    def make(**fields: Any) -> RunSpec:
        if "epochs" not in fields:
            fields.setdefault("steps", 45)
        depth = nearest_depth(fields.get("family", "resnet"), 8)
        small = {"family": "resnet", "depth": depth, "width": 4, "stem_stride": 2, "batch_size": 32}
        return RunSpec(**small | fields)

    return make


@pytest.fixture(scope="session")
def make_trainer(images: ImageSet, make_spec: Callable[..., RunSpec]) -> Callable[..., Trainer]:
    """Make a trainer of such a spec on the CPU."""

    def make(precision: str = "float32", images: ImageSet = images, **fields: Any) -> Trainer:
        return Trainer(make_spec(**fields), images, torch.device("cpu"), precision)

    return make
