"""What goes forward and back through every block in one pass, by each way through the block."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from core.nets.families import ConvNet
from core.probes.passes import parts_of

WAYS = ("branch", "shortcut")

Place = dict[str, Tensor]  # input, output; and of each way what goes in and comes out of it
Numbers = dict[str, float]


@contextmanager
def following(net: ConvNet) -> Iterator[dict[str, Place]]:
    """Keep what goes through stem, blocks and head when the net is used, with its gradients.

    What each way of a block is given is a view of the block's input: so autograd tells what comes
    back by this way alone. No number of the pass changes.

    Yields:
        By address: `input` and `output` [N, ...], and of each of `ways_of` a block 'into branch',
        'branch', ...; `take_gradients` gives their gradients after `backward`.
    """
    found: dict[str, Place] = {}
    blocks = dict(net.blocks())
    handles = []
    for address, module in {"stem": net.stem, **blocks, "head": net.head}.items():
        place = found.setdefault(address, {})
        handles.append(module.register_forward_hook(partial(_keep_ends, place)))
        for way, part in ways_of(module).items():
            handles.append(part.register_forward_pre_hook(partial(_enter, place, way)))
            handles.append(part.register_forward_hook(partial(_leave, place, way)))
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def ways_of(block: nn.Module) -> dict[str, nn.Module]:
    """Branch and shortcut of a block that adds them, the branch alone of one without a shortcut.

    None where a learned gate mixes the ways (highway), nor in stem and head.
    """
    parts = parts_of(block)
    if parts or not hasattr(block, "branch"):
        return {way: part for way, part in parts.items() if way != "gate"}
    return {"branch": block.get_submodule("branch")}


def forward_numbers(place: Place) -> Numbers:
    """Root mean square of what goes into a place and out of it, and of what each way brings."""
    parts = ("input", "output", *WAYS)
    return {part: rms(place[part]) for part in parts if part in place}


def take_gradients(places: dict[str, Place]) -> dict[str, Place]:
    """What `backward` left in the places, by address and part; to be asked before weights move.

    Returns:
        Of each place the gradients at its parts, where any came, and 'by branch', 'by shortcut':
        what arrives at the block's input by each way [N, C, h, w]. They add up to that at `input`.
    """
    found = {
        address: {part: one.grad for part, one in place.items() if one.grad is not None}
        for address, place in places.items()
    }
    for address, place in places.items():
        for tensor in place.values():
            tensor.grad = None  # autograd would add to it
        for way in WAYS:
            if f"into {way}" in place:
                found[address][f"by {way}"] = _at_input(place, f"into {way}", found[address])
    return found


def backward_numbers(gradients: Place) -> Numbers:
    """L2 norms of the loss's gradient over the batch, and how it splits.

    Returns:
        gradient: at the place's output; of a block also gradient_branch, where it enters the branch
        from behind, and gradient_in, at the block's input. Of each way through_branch,
        through_shortcut: norms of what arrives there by it; share_branch, share_shortcut: of
        gradient_in, measured along it; together 1. A share is below 0 where the way brings a
        gradient that points against the whole.
    """
    parts = {"gradient": "output", "gradient_branch": "branch", "gradient_in": "input"}
    parts |= {f"through_{way}": f"by {way}" for way in WAYS}
    numbers = {name: norm(gradients[part]) for name, part in parts.items() if part in gradients}
    for way in WAYS:
        if f"by {way}" in gradients:
            arriving = gradients["input"].double()
            along = float((gradients[f"by {way}"].double() * arriving).sum())
            numbers[f"share_{way}"] = along / (numbers["gradient_in"] ** 2 or 1.0)
    return numbers


def _at_input(place: Place, entry: str, gradients: Place) -> Tensor:
    """From where a way begins back to the block's input: an activation may lie in between."""
    if entry not in gradients:
        return torch.zeros_like(place["input"])
    (gradient,) = torch.autograd.grad(
        place[entry], place["input"], gradients[entry], retain_graph=True
    )
    return gradient


def rms(values: Tensor) -> float:
    """Root mean square: the typical size of these numbers."""
    return norm(values) / values.numel() ** 0.5


def norm(values: Tensor) -> float:
    """L2 norm of all numbers."""
    return float(torch.linalg.vector_norm(values.detach(), dtype=torch.float64))


def _keep_ends(place: Place, _module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
    place |= {"input": inputs[0], "output": _watched(output)}


def _enter(place: Place, way: str, _module: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
    entry = inputs[0].view_as(inputs[0])
    place[f"into {way}"] = _watched(entry)
    return (entry,)


def _leave(place: Place, way: str, _module: nn.Module, _inputs: Any, output: Tensor) -> None:
    place[way] = _watched(output)


def _watched(tensor: Tensor) -> Tensor:
    tensor.retain_grad()
    return tensor
