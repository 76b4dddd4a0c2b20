"""Nets to look into: as a store kept them at some step, or as they were before any training."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import ResNet18_Weights

from core.chosen_image import ChosenImage
from core.cost import multiply_adds
from core.data.augment import normalise
from core.data.catalogue import describe_dataset
from core.data.image_set import ImageSet
from core.inspect.images import Picture, find_photo, find_picture, load_images
from core.nets.families import ConvNet, build_net
from core.nets.modes import evaluation_mode
from core.spec import RunSpec
from core.store.checkpoints import load_checkpoint
from core.store.database import Store, open_store
from core.store.reads import list_checkpoints, list_run
from core.training.batches import Batches
from core.training.device import threads
from core.training.evaluation import settle_batch_norm

THREADS = 1  # beside a race a second one waits at every layer: ten times slower, as measured
IMAGENET_CLASSES = 1000
NET = "net."  # begins the names of a net's weights among all that a run resumes from
IMPORTED = "weights"  # in a run's versions: the file that an imported net came from
NETS = 4  # kept in memory: two sides, and where they were before

Address = tuple[str, bool, str, int]  # URL of the store, whether read-only, run, step


@dataclass(frozen=True)
class Loaded:
    """A net in eval mode, and the images that it learned from.

    Attributes:
        normalise: uint8 [N, C, H, W] as the net takes them.
        published: weights for ImageNet that others trained: they take pictures as torchvision
            prepares them, 224 x 224 in colour, whatever the images of the data set are.
    """

    spec: RunSpec
    net: ConvNet
    images: ImageSet
    normalise: Callable[[Tensor], Tensor]
    published: bool

    def run(self, images: Tensor, see: "See", addresses: Iterable[str]) -> Tensor:
        """Logits [N, classes] of uint8 images; `see` gets what goes out of these modules."""
        with threads(THREADS), watching(self.net, addresses, see):
            return self.net(self.normalise(images))

    def picture(self, image: ChosenImage) -> Picture:
        """The image as this net takes it, and its class if it is known.

        Raises:
            ValueError: no such place, or a file that is no picture; one sentence.
        """
        find = find_photo if self.published else find_picture
        return find(self.images, image)

    @cached_property
    def class_names(self) -> Sequence[str]:
        """Of the data set, unless the net is an imported one that tells others apart."""
        classes = next(
            module.out_features
            for module in reversed(list(self.net.modules()))
            if isinstance(module, nn.Linear)
        )
        if classes == len(self.images.class_names):
            return self.images.class_names
        if classes == IMAGENET_CLASSES:
            return ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
        return [f"class {number}" for number in range(classes)]

    def check_classes(self, lacking: str) -> None:
        """A ValueError where the images have other classes than the net tells apart.

        Args:
            lacking: what there is not then, for the sentence.
        """
        own, others = len(self.class_names), len(self.images.class_names)
        if own != others:
            raise ValueError(
                f"{self.spec.net} tells {own:,} classes apart and {self.images.name} has"
                f" {others:,}: {lacking}"
            )

    @property
    def work(self) -> int:
        """Multiply-adds for one test image, forward: what bounds how many are looked at."""
        return multiply_adds(self.spec, describe_dataset(self.spec.dataset))

    def places(self) -> tuple[str, ...]:
        """Addresses of the stem and of all blocks, from input to output."""
        return "stem", *(address for address, _ in self.net.blocks())


See = Callable[[str, Tensor], None]  # address, output [N, C, H, W]


@contextmanager
def watching(net: ConvNet, addresses: Iterable[str], see: See) -> Iterator[None]:
    """Show outputs of modules, without gradients and in eval mode; afterwards all is as it was."""

    def keep(address: str) -> Callable[[nn.Module, Any, Tensor], None]:
        return lambda module, inputs, output: see(address, output)

    handles = [
        net.get_submodule(address).register_forward_hook(keep(address)) for address in addresses
    ]
    try:
        with evaluation_mode(net), torch.no_grad():
            yield
    finally:
        for handle in handles:
            handle.remove()


def evenly_spaced(count: int, most: int) -> Tensor:
    """Places int64 of at most so many of `count` images, from the first to the last."""
    return torch.linspace(0, count - 1, min(count, most)).round().long()


@lru_cache(maxsize=NETS)
def load_net(url: str, read_only: bool, run_id: str, step: int) -> Loaded:
    """The net of a run after so many steps.

    Before the first step it is built anew from its spec, and its batch norm settled on the first
    training batch, as the trainer starts; a net that was imported, or that began at another run's
    net, has weights at its first step.

    Raises:
        ValueError: no such store or run, no intact weights of that step, or images that do not
            fit the net; one sentence.
    """
    store = _open(url, read_only)
    run = list_run(store, run_id)
    if run is None:
        raise ValueError(f"there is no run {run_id}; it may have been deleted")
    spec = RunSpec.model_validate_json(run.spec)
    images = load_images(spec.dataset)
    steps = list_checkpoints(store, run_id, "weights")
    is_new = step == 0 and 0 not in steps and spec.origin is None
    origin = json.loads(run.versions or "{}")
    published = spec.stem == "imagenet" and IMPORTED in origin
    with threads(THREADS):
        net = _build(spec, images) if is_new else _restore(store, run_id, step, spec, steps)
        if not published:
            _check_channels(net, spec, images)
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Loaded(spec, net.eval(), images, _normalisation(images, origin), published)


@lru_cache
def _open(url: str, read_only: bool) -> Store:
    return open_store(url, read_only=read_only)


def _build(spec: RunSpec, images: ImageSet) -> ConvNet:
    net = build_net(spec, images.train_images.shape[1], len(images.class_names))
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    settle_batch_norm(net, Batches(spec, images).at(0)[0])
    return net


def _restore(store: Store, run_id: str, step: int, spec: RunSpec, steps: list[int]) -> ConvNet:
    weights = _kept_weights(store, run_id, step)
    if weights is None:
        known = {*steps, 0} if spec.origin is None else {*steps}
        others = sorted(known - {step}, key=lambda other: abs(other - step))
        nearest = f"; the nearest other step is {others[0]}" if others else ""
        raise ValueError(f"{spec.net} has no intact weights of step {step}{nearest}")
    classes = next(len(value) for name, value in weights.items() if _is_head(name, value))
    with torch.device("meta"):
        net = ConvNet(spec, weights["stem.0.weight"].shape[1], classes)
    net = net.to_empty(device="cpu")
    net.load_state_dict(weights)
    return net


def _kept_weights(store: Store, run_id: str, step: int) -> dict[str, Tensor] | None:
    """Those kept for good, or of a run under way those that it would resume from."""
    found = load_checkpoint(store, run_id, "weights", step)
    if found is not None:
        return found[1]
    found = load_checkpoint(store, run_id, "resume", step)
    names = (name for name in found[1] if name.startswith(NET)) if found else ()
    return {name.removeprefix(NET): found[1][name] for name in names} if found else None


def _is_head(name: str, value: Tensor) -> bool:
    return name.startswith("head.") and value.ndim == 2


def _check_channels(net: ConvNet, spec: RunSpec, images: ImageSet) -> None:
    stem = net.get_submodule("stem.0")
    assert isinstance(stem, nn.Conv2d)
    channels = images.test_images.shape[1]
    if stem.in_channels != channels:
        raise ValueError(
            f"{spec.net} takes images of {stem.in_channels} channels and those of {images.name}"
            f" have {channels} (1: grey, 3: red, green, blue)"
        )


def _normalisation(images: ImageSet, origin: dict[str, Any]) -> Callable[[Tensor], Tensor]:
    """As in training: imported nets bring their own mean and std; grey goes into each channel."""
    mean = torch.tensor(origin.get("mean", images.mean))
    std = torch.tensor(origin.get("std", images.std))
    return lambda pixels: normalise(pixels.expand(-1, len(mean), -1, -1), mean, std)
