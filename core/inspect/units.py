"""One channel of one block: its filter, which classes it answers to, and who needs it.

The image patches that excite a unit most are shown as in Zeiler, Fergus 2014, arXiv:1311.2901;
removing single units is the ablation of Morcos et al. 2018, arXiv:1803.06959.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.inspect.crops import box_of, field_of
from core.inspect.nets import THREADS, Address, Loaded, load_net
from core.inspect.responses import check_unit, guesses_without, maker, responses
from core.nets.receptive_field import Field
from core.training.device import threads

KEPT = 256  # costs of removal, and fields: an array of classes each at most


def unit(
    url: str, read_only: bool, run_id: str, step: int, place: str, channel: int | None
) -> dict[str, Any]:
    """A channel's card; or, without a channel, the filters of all channels of a place.

    The answers of all channels of a place are kept: another one costs a pass, not two.

    Args:
        url: of the store, like `read_only`, the run and the step.
        place: address of a block, or 'stem'.
        channel: counted from 0; None asks for no images.

    Returns:
        step, maker (address of the convolution that makes the channel) and filters (float32
        [1, in, k, k], without a channel [C, in, k, k]); with a channel also class_names (of the
        data set), places (int64 [N], numbers of the test images), labels (int64 [N]), mean and
        largest (float32 [N], over the positions of the channel's map), before and after (float64
        [classes], error in % with the channel and with 0 in its place; not a number for a class
        without an image) and error_before, error_after (%, of all those images).

    Raises:
        ValueError: no such net, place or channel, or numbers that overflow; one sentence.
    """
    address = (url, read_only, run_id, step)
    loaded = load_net(*address)
    check_unit(loaded, place, channel or 0)
    name, convolution = maker(loaded.net, place)
    weights = convolution.weight.detach().contiguous().numpy().copy()
    if channel is None:
        return {"step": step, "maker": name, "filters": weights}
    loaded.check_classes("there is no error by class")
    found = responses(address, place)
    return {
        "step": step,
        "maker": name,
        "filters": weights[channel : channel + 1],
        "class_names": loaded.images.class_names,
        "places": found.places.numpy(),
        "labels": found.labels.numpy(),
        "mean": found.mean[:, channel].numpy().copy(),
        "largest": found.largest[:, channel].numpy().copy(),
        **_removal(address, place, channel),
    }


def exciting(
    url: str, read_only: bool, run_id: str, step: int, place: str, channel: int, count: int
) -> dict[str, Any]:
    """The test images that a channel answers to most, and what it sees of them.

    Args:
        url: of the store, like `read_only`, the run, the step, the place and the channel.
        count: of images, at most.

    Returns:
        step, field (pixels along the side of what one value of the channel sees; the border is no
        limit), looked_at (number of test images) and images, those of the largest values first,
        each with place (number of the test image), label (class name), value, position (row and
        column of the value in its map), box (top, left, bottom, right in pixels, clipped at the
        border), image and crop (uint8 [h, w, C]). None where the channel is never above 0.

    Raises:
        ValueError: as for `unit`.
    """
    address = (url, read_only, run_id, step)
    loaded = load_net(*address)
    check_unit(loaded, place, channel)
    found = responses(address, place)
    values = found.largest[:, channel]
    order = [n for n in values.argsort(descending=True, stable=True).tolist() if values[n] > 0]
    field, images = _field(address, place), []
    for n in order[:count]:
        position = divmod(int(found.position[n, channel]), found.size[1])
        box = box_of(field, position, loaded.images.test_images.shape[2:])
        images.append(
            _described(loaded, int(found.places[n]))
            | {"value": float(values[n]), "position": position, "box": tuple(box)}
        )
    for one in images:
        top, left, bottom, right = one["box"]
        one["crop"] = one["image"][top:bottom, left:right]
    return {"step": step, "field": field.side, "looked_at": len(values), "images": images}


@lru_cache(maxsize=KEPT)
def _field(address: Address, place: str) -> Field:
    loaded = load_net(*address)
    with threads(THREADS):
        return field_of(loaded.net, place, loaded.images.test_images.shape[1:])


def _described(loaded: Loaded, place: int) -> dict[str, Any]:
    image, label = loaded.picture(place)
    return {
        "place": place,
        "label": label,
        "image": image[0].permute(1, 2, 0).contiguous().numpy(),
    }


@lru_cache(maxsize=KEPT)
def _removal(address: Address, place: str, channel: int) -> dict[str, Any]:
    found = responses(address, place)
    after = guesses_without(address, place, channel)
    classes = len(load_net(*address).images.class_names)
    return {
        "before": _errors(found.guesses, found.labels, classes),
        "after": _errors(after, found.labels, classes),
        "error_before": 100 * (found.guesses != found.labels).double().mean().item(),
        "error_after": 100 * (after != found.labels).double().mean().item(),
    }


def _errors(guesses: Tensor, labels: Tensor, classes: int) -> np.ndarray:
    """Error of each class, %."""
    wrong = torch.bincount(labels, (guesses != labels).double(), minlength=classes)
    return (100 * wrong / torch.bincount(labels, minlength=classes)).numpy()
