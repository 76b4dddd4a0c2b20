"""What the channels of one block answer to test images, and what the net guesses then."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.inspect.nets import THREADS, Address, Loaded, evenly_spaced, load_net
from core.nets.families import ConvNet
from core.nets.modes import evaluation_mode
from core.training.device import threads

MOST_IMAGES, FEWEST_IMAGES = 500, 50
MOST_WORK = 1e11  # multiply-adds of a pass over the images: some 2 s on one core
BATCH = 50  # images
KEPT = 24  # places: 250 kB each of a block of 64 channels


class Responses(NamedTuple):
    """A block's answers to evenly spaced test images, and the guesses of the whole net.

    Attributes:
        places: int64 [N], numbers of the test images.
        labels, guesses: int64 [N], numbers of classes.
        mean, largest: float32 [N, C], over the positions of each channel's map.
        position: int64 [N, C], row * width + column of the largest.
        size: height and width of the map.
    """

    places: Tensor
    labels: Tensor
    guesses: Tensor
    mean: Tensor
    largest: Tensor
    position: Tensor
    size: tuple[int, int]


def up_to(net: ConvNet, place: str, images: Tensor) -> Tensor:
    """What goes out of the stem or a block, [N, C, h, w], for normalised images."""
    output = images
    for address, module in _in_order(net):
        output = module(output)
        if address == place:
            break
    return output


def onward(net: ConvNet, place: str, output: Tensor) -> Tensor:
    """The logits [N, classes] that the net makes of a block's or the stem's output."""
    way = _in_order(net)
    next(address for address, _ in way if address == place)
    for _, module in way:
        output = module(output)
    return net.head(output)


def check_unit(loaded: Loaded, place: str, channel: int) -> None:
    """The net has such a channel.

    Raises:
        ValueError: it has no such place, or not so many channels; one sentence.
    """
    check_place(loaded, place)
    last = _channels(loaded.net, place) - 1
    if not 0 <= channel <= last:
        raise ValueError(
            f"there is no channel {channel} in {place} of {loaded.spec.net}, they are 0 to {last};"
            f" the nearest is {min(max(channel, 0), last)}"
        )


def check_place(loaded: Loaded, place: str) -> None:
    """The net has such a stem or block; else a ValueError of one sentence."""
    if place not in loaded.places():
        raise ValueError(
            f"{loaded.spec.net} has no block {place!r}; its last one is {loaded.places()[-1]!r}"
        )


def maker(net: ConvNet, place: str) -> tuple[str, nn.Conv2d]:
    """The convolution, and its address, that makes a place's channels: its last one.

    In a block it is the last of its branch; what a shortcut adds has no filter of its own here.
    """
    inside = place if place == "stem" else f"{place}.branch"
    found = [
        (f"{inside}.{name}", module)
        for name, module in net.get_submodule(inside).named_modules()
        if isinstance(module, nn.Conv2d)
    ]
    return found[-1]


@lru_cache(maxsize=KEPT)
def responses(address: Address, place: str) -> Responses:
    """One pass over the images; afterwards every channel of the place is known.

    Raises:
        ValueError: no such net or place, or numbers that overflow; one sentence.
    """
    loaded = load_net(*address)
    check_place(loaded, place)
    chosen = sample(loaded)
    means, largest, positions, guesses = [], [], [], []
    size = (0, 0)
    with threads(THREADS), evaluation_mode(loaded.net), torch.no_grad():
        for batch in chosen.split(BATCH):
            output = up_to(loaded.net, place, loaded.normalise(loaded.images.test_images[batch]))
            if not output.isfinite().all():
                raise ValueError(
                    f"the numbers of {loaded.spec.net} overflow in {place}; choose another step"
                )
            most, where = output.flatten(2).max(2)
            means.append(output.mean((2, 3)))
            largest.append(most)
            positions.append(where)
            guesses.append(onward(loaded.net, place, output).argmax(1))
            size = (output.shape[2], output.shape[3])
    return Responses(
        places=chosen,
        labels=loaded.images.test_labels[chosen],
        guesses=torch.cat(guesses),
        mean=torch.cat(means),
        largest=torch.cat(largest),
        position=torch.cat(positions),
        size=size,
    )


def guesses_without(address: Address, place: str, channel: int) -> Tensor:
    """The net's guesses int64 [N] for the same images while a channel of a block gives 0."""
    loaded = load_net(*address)
    found = []
    with threads(THREADS), evaluation_mode(loaded.net), torch.no_grad():
        for batch in sample(loaded).split(BATCH):
            output = up_to(loaded.net, place, loaded.normalise(loaded.images.test_images[batch]))
            output[:, channel] = 0
            found.append(onward(loaded.net, place, output).argmax(1))
    return torch.cat(found)


def sample(loaded: Loaded) -> Tensor:
    """Places int64 [N] of the test images that are looked at: fewer where a net is much work."""
    most = min(MOST_IMAGES, max(FEWEST_IMAGES, int(MOST_WORK / loaded.work)))
    return evenly_spaced(len(loaded.images.test_labels), most)


def _channels(net: ConvNet, place: str) -> int:
    return maker(net, place)[1].out_channels


def _in_order(net: ConvNet) -> Iterator[tuple[str, nn.Module]]:
    yield "stem", net.stem
    yield from net.blocks()
