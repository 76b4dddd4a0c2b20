"""Which part of an image a channel of a block sees at one position."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from core.nets.complexity import Trace
from core.nets.families import ConvNet
from core.nets.modes import evaluation_mode
from core.nets.receptive_field import Field, Span


class Box(NamedTuple):
    """A part of an image, in pixels from its upper left corner; bottom and right are behind it."""

    top: int
    left: int
    bottom: int
    right: int


def field_of(net: ConvNet, place: str, image_shape: Sequence[int]) -> Field:
    """What the first value of a place's maps sees of the image.

    Args:
        image_shape: channels, height, width.
    """
    image = torch.zeros(1, *image_shape)
    trace, found = Trace(net, image), {}

    def keep(module: torch.nn.Module, inputs: object, output: torch.Tensor) -> None:
        found[place] = trace.fields[output]

    handle = net.get_submodule(place).register_forward_hook(keep)
    try:
        with torch.no_grad(), evaluation_mode(net), trace.following(), trace:
            net(image)
    finally:
        handle.remove()
    return found[place]


def box_of(field: Field, position: tuple[int, int], size: Sequence[int]) -> Box:
    """What the value in that row and column of a map sees, as far as the image goes.

    Args:
        size: height and width of the image.
    """
    (top, bottom), (left, right) = (
        _clipped(span, place, pixels)
        for span, place, pixels in zip(field, position, size, strict=True)
    )
    return Box(top, left, bottom, right)


def _clipped(span: Span, place: int, pixels: int) -> tuple[int, int]:
    """First pixel, and the one behind the last; with its limits inside the image."""
    first, behind = span.first + place * span.jump, span.last + place * span.jump + 1
    return max(0, min(first, pixels - 1)), max(1, min(behind, pixels))
