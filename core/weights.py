"""Weights that others published: into one of our nets, tested, imported as a run like any other."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.data.augment import normalise
from core.data.catalogue import describe_dataset
from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.fitting import Fitted, Outline, fit_net
from core.kept_nets import Told, keep_net
from core.nets.families import ConvNet
from core.spec import RunSpec
from core.state_dicts import StateDict, read_state_dict
from core.store.database import Store, open_store
from core.torchvision_weights import torchvision_file
from core.training.evaluation import evaluate
from core.weight_settings import NORMALISATIONS, TORCHVISION, Numbers, WeightSettings

PUBLISHED_SIZE = 32  # pixels a side of the images of CIFAR, which nets with these names are for


@dataclass(frozen=True)
class Evaluated:
    """A published net on the test images of a data set.

    Attributes:
        error: share of wrong answers, %; not a number if it was not tested.
        mean: per channel, of pixels from 0 to 1, as the images were normalised; so is `std`.
        seconds: that the answers took.
    """

    spec: RunSpec
    net: ConvNet
    error: float
    images: int
    mean: Numbers
    std: Numbers
    seconds: float


def evaluate_weights(weights: str, settings: WeightSettings) -> Evaluated:
    """The test error of a file of weights, in float32.

    Args:
        weights: a path, or `torchvision:` and the name of a ResNet.

    Raises:
        ValueError: one sentence about the file, or about images that do not fit the net.
    """
    return _test(*_read(weights, settings), settings)


def _test(found: StateDict, fitted: Fitted, settings: WeightSettings) -> Evaluated:
    spec, net, outline = fitted
    images = load_dataset(settings.dataset)
    _check_images(outline, images, for_cifar=found.published and spec.stem == "cifar")
    mean, std = settings.mean or images.mean, settings.std or images.std
    _check_normalisation(mean, images)
    started = time.perf_counter()
    error = _test_error(net, images, mean, std, settings.batch)
    seconds = time.perf_counter() - started
    return Evaluated(spec, net, error, len(images.test_labels), mean, std, seconds)


def import_weights(store_url: str, weights: str, settings: WeightSettings) -> str:
    """Test a file of weights and keep its net as a finished run of no steps; the run's id.

    A net for ImageNet is kept without a test error where the data set has other classes.
    Its normalisation stands beside the versions in the run's row, as `mean` and `std`.

    Raises:
        ValueError: one sentence about the file or the images.
        OSError, DBAPIError: the store cannot be written; nothing of the run is left.
    """
    found, fitted = _read(weights, settings)
    has_other_classes = fitted.outline.classes != describe_dataset(settings.dataset).classes
    if fitted.spec.stem == "imagenet" and has_other_classes:
        tested = _untested(fitted, settings)
    else:
        tested = _test(found, fitted, settings)
    return _keep(open_store(store_url), tested, Path(weights).name)


def _read(weights: str, settings: WeightSettings) -> tuple[StateDict, Fitted]:
    is_named = weights.startswith(TORCHVISION)
    file = torchvision_file(weights) if is_named else Path(weights)
    found = read_state_dict(file)
    return found, fit_net(found, settings, file.name)


def _untested(fitted: Fitted, settings: WeightSettings) -> Evaluated:
    """A net for ImageNet, whose images the lab does not have: kept to be looked at."""
    if settings.mean is None or settings.std is None:
        raise ValueError(
            "a net for ImageNet needs the mean and std of its training; torchvision's are"
            f" {' and '.join(NORMALISATIONS['ImageNet'])}"
        )
    mean, std = settings.mean, settings.std
    return Evaluated(fitted.spec, fitted.net, math.nan, 0, mean, std, seconds=0.0)


def _keep(store: Store, tested: Evaluated, file_name: str) -> str:
    told = Told(
        experiment=file_name,
        label=f"{tested.spec.net} (imported)",
        message=f"imported from {file_name}",
        source="import",
        facts={"weights": file_name, "mean": tested.mean, "std": tested.std},
    )
    error = None if math.isnan(tested.error) else tested.error
    return keep_net(store, tested.spec, tested.net, told, error, tested.seconds)


def _check_images(net: Outline, images: ImageSet, for_cifar: bool) -> None:
    channels, size = images.test_images.shape[1], images.test_images.shape[-1]
    classes = len(images.class_names)
    if classes != net.classes:
        raise ValueError(
            f"the net tells {net.classes} classes apart and {images.name} has {classes};"
            f" choose images of {net.classes} classes"
        )
    if channels != net.channels:
        raise ValueError(
            f"the net takes images of {net.channels} channels and those of {images.name} have"
            f" {channels} (1: grey, 3: red, green, blue)"
        )
    if for_cifar and channels == 3 and size != PUBLISHED_SIZE:
        raise ValueError(
            f"the images of {images.name} are {size} x {size} pixels; nets for CIFAR take"
            f" {PUBLISHED_SIZE} x {PUBLISHED_SIZE}"
        )


def _check_normalisation(mean: Numbers, images: ImageSet) -> None:
    channels = images.test_images.shape[1]
    if any(math.isnan(number) for number in mean):
        raise ValueError(
            f"{images.name} has no training images to take the mean from; give mean and std, one"
            f" number a channel ({channels})"
        )
    if len(mean) != channels:
        raise ValueError(
            f"mean and std have {len(mean)} numbers each and the images {channels} channels;"
            " give one number a channel"
        )


def _test_error(net: ConvNet, images: ImageSet, mean: Numbers, std: Numbers, batch: int) -> float:
    means, stds = torch.tensor(mean), torch.tensor(std)
    net.to(memory_format=torch.channels_last)  # three times as fast  # type: ignore[call-overload]

    def prepare(pixels: Tensor) -> Tensor:
        return normalise(pixels, means, stds)

    return evaluate(net, prepare, images.test_images, images.test_labels, batch)[1]
