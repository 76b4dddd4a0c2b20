"""Copies of nets with something changed: the net that is looked at stays as it is."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import prod
from typing import NamedTuple, Protocol

import numpy as np
from torch import nn

from core.nets.blocks import PadShortcut
from core.nets.families import ConvNet


class Edit(Protocol):
    """A change of a net's blocks."""

    def apply(self, net: ConvNet) -> None:
        """Make it, in this very net.

        Raises:
            ValueError: the net has no such block, or the edit does not fit it; one sentence.
        """
        ...


def edited(net: ConvNet, *edits: Edit) -> ConvNet:
    """A copy of the net with these edits made, one after the other; it shares no weights.

    Raises:
        ValueError: an edit does not fit the net; one sentence.
    """
    copy = deepcopy(net)
    for edit in edits:
        edit.apply(copy)
    return copy


@dataclass(frozen=True)
class Bypass:
    """Take a block out: what goes in comes out (Veit, Wilber, Belongie 2016, arXiv:1605.06431).

    A block that keeps the shape becomes the identity. Of a block that ends in a ReLU the input has
    gone through one as well, so it is not negative, and ReLU(x) = x: taking out the branch alone
    and keeping an identity shortcut would be the same. Weights of a shortcut (option C) go too.

    A block that changes the shape becomes option A's shortcut, which subsamples and pads.
    """

    address: str

    def apply(self, net: ConvNet) -> None:
        shape = _shape(net, self.address)
        passing = PadShortcut(*shape) if shape.changes else nn.Identity()
        net.set_submodule(self.address, passing.train(net.training))


@dataclass(frozen=True)
class Swap:
    """Let two blocks of the same shape change places (the paper's section 4.3)."""

    one: str
    other: str

    def apply(self, net: ConvNet) -> None:
        shapes = _shape(net, self.one), _shape(net, self.other)
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{self.one} and {self.other} cannot be swapped: {self.one} {shapes[0].words},"
                f" {self.other} {shapes[1].words}"
            )
        block, other = net.get_submodule(self.one), net.get_submodule(self.other)
        net.set_submodule(self.one, other)
        net.set_submodule(self.other, block)


def read_edits(told: Sequence[tuple[str, ...]]) -> list[Edit]:
    """Edits of plain tuples: ('bypass', address) or ('swap', address, address).

    Raises:
        ValueError: another kind; one sentence.
    """
    for kind, *_ in told:
        if kind not in EDITS:
            raise ValueError(f"there is no edit {kind!r}; there is {' and '.join(EDITS)}")
    return [EDITS[kind](*addresses) for kind, *addresses in told]


class Shape(NamedTuple):
    """What a block makes of an image's shape."""

    channels_in: int
    channels_out: int
    stride: int

    @property
    def changes(self) -> bool:
        """The output has another shape than the input."""
        return self.stride != 1 or self.channels_in != self.channels_out

    @property
    def words(self) -> str:
        """For a sentence about the block."""
        size = "halves" if self.stride == 2 else "keeps"
        return f"{size} the size and goes from {self.channels_in} to {self.channels_out} channels"


def _shape(net: ConvNet, address: str) -> Shape:
    """Of the block at an address, from the layers of its branch and the pool before them.

    Raises:
        ValueError: no block is there, or it is bypassed; one sentence.
    """
    blocks = dict(net.blocks())
    if address not in blocks:
        first, *_, last = blocks
        raise ValueError(f"there is no block {address}; they go from {first} to {last}")
    if not hasattr(blocks[address], "branch"):
        raise ValueError(f"{address} is bypassed already")
    parts = [part for name, part in blocks[address].named_children() if name in ("pool", "branch")]
    layers = [layer for part in parts for layer in part.modules()]
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    pools = [layer for layer in layers if isinstance(layer, nn.MaxPool2d)]
    stride = prod(int(np.max(layer.stride)) for layer in (*pools, *convolutions))
    return Shape(convolutions[0].in_channels, convolutions[-1].out_channels, stride)


EDITS: dict[str, type[Bypass] | type[Swap]] = {"bypass": Bypass, "swap": Swap}
