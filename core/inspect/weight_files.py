"""A net out of a file of weights, to be looked into without a store or a data set."""

from pathlib import Path

import torch
from torch import Tensor

from core.data.augment import normalise
from core.data.image_set import ImageSet
from core.data.images import RESIZED
from core.depths import Stem
from core.fitting import fit_net
from core.inspect.nets import Loaded
from core.state_dicts import read_state_dict
from core.torchvision_weights import torchvision_file
from core.weight_settings import NORMALISATIONS, TORCHVISION, WeightSettings

USUAL: dict[Stem, str] = {"imagenet": "ImageNet", "cifar": "CIFAR-10"}  # normalisation, by stem
COLOURS = 3


def load_weights(weights: str, settings: WeightSettings) -> Loaded:
    """The net of a file of weights, in eval mode; it takes pictures and has no test images.

    Args:
        weights: a path, or `torchvision:` and the name of a net.
        settings: without mean and std they are those of ImageNet or of CIFAR-10, by the stem.

    Raises:
        ValueError: one sentence about the file or the normalisation.
    """
    is_named = weights.startswith(TORCHVISION)
    file = torchvision_file(weights) if is_named else Path(weights)
    spec, net, outline = fit_net(read_state_dict(file), settings, file.name)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean, std = _normalisation(settings, spec.stem, outline.channels)
    return Loaded(
        spec,
        net.eval(),
        _no_images(outline.channels, file.name),
        lambda pixels: normalise(pixels, mean, std),
        published=spec.stem == "imagenet",
    )


def _normalisation(settings: WeightSettings, stem: Stem, channels: int) -> tuple[Tensor, Tensor]:
    if settings.mean is None and channels != COLOURS:
        raise ValueError(
            f"the net takes images of {channels} channels; give mean and std, one number a channel"
        )
    usual = (list(map(float, numbers.split(","))) for numbers in NORMALISATIONS[USUAL[stem]])
    given = (settings.mean, settings.std)
    mean, std = map(torch.tensor, usual if settings.mean is None else given)
    if len(mean) != channels:
        raise ValueError(
            f"mean and std have {len(mean)} numbers each and the net takes images of {channels}"
            " channels; give one number a channel"
        )
    return mean, std


def _no_images(channels: int, name: str) -> ImageSet:
    """None, of the size and the channels that pictures are to get."""
    images, labels = torch.empty(0, channels, RESIZED, RESIZED, dtype=torch.uint8), torch.empty(0)
    return ImageSet(name, images, labels, images, labels, (), (), ())
