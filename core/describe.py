"""Any net as plain data: its table of layers, and how long it takes here."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from statistics import median
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from core.machine import find_machine
from core.nets.complexity import Complexity, complexity
from core.nets.families import ConvNet
from core.nets.initialization import initialize
from core.nets.library import Net, OurNet, find_net
from core.training.device import threads

THREADS = 1  # a second one waits at every layer while another process has its core
WARM_RUNS, MAX_RUNS, MAX_SECONDS = 2, 30, 3.0
MAX_MULTIPLY_ADDS, MAX_PARAMETERS = 30e9, 200e6  # of a net that is timed: a pass takes a second


def describe(name: str, settings: dict[str, object]) -> dict[str, Any]:
    """A net's layers and what they cost, as `describe --json` prints it.

    Args:
        name: a family of ours, or a net of torchvision or timm (LIBRARY).
        settings: of a family only: fields of RunSpec, and `size`, `channels`, `classes` of the
            images. What is missing is as in He et al. 2015 for the stem's data set.

    Returns:
        name, parameters, multiply_adds, activation_bytes and layers, each with the keys of
        `core.nets.complexity.Layer`.

    Raises:
        ValueError: no such net; one sentence.
    """
    net = find_net(name, settings)
    found = _measure(net)
    layers = [layer._asdict() | {"output": list(layer.output)} for layer in found.layers]
    return {"name": net.name, **found._asdict(), "layers": layers}


def latency(name: str, settings: dict[str, object]) -> dict[str, Any]:
    """How long the forward pass of one image takes here, on one core in float32.

    It is measured for three seconds, or one pass if that takes longer, or thirty passes.

    Args:
        name: as for `describe`, like the settings.

    Returns:
        milliseconds (median), runs, device (its name), threads.

    Raises:
        ValueError: no such net, or one too large to be timed; one sentence.
    """
    asked = find_net(name, settings)
    _check_small(asked)
    net = build(asked).to_empty(device="cpu")
    initialize(net, "he", torch.Generator().manual_seed(0))
    with threads(THREADS):
        seconds = _time(net.eval(), torch.zeros(1, *asked.image_shape))
    return {
        "milliseconds": 1000 * median(seconds),
        "runs": len(seconds),
        "device": find_machine("cpu").name,
        "threads": THREADS,
    }


def build(net: Net) -> nn.Module:
    """The net on the meta device: it has no weights yet."""
    with torch.device("meta"):
        if isinstance(net, OurNet):
            return ConvNet(net.spec, net.images.channels, net.images.classes)
        return BUILDERS[net.library](net.name, **dict(net.options))


@lru_cache(maxsize=64)
def _measure(net: Net) -> Complexity:
    with uncollected():
        return complexity(build(net), net.image_shape)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: it walks through all of torch, and takes longest."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _check_small(net: Net) -> None:
    found = _measure(net)
    if found.multiply_adds > MAX_MULTIPLY_ADDS or found.parameters > MAX_PARAMETERS:
        raise ValueError(
            f"{net.name} has {found.multiply_adds / 1e9:,.0f} G multiply-adds and"
            f" {found.parameters / 1e6:,.0f} M parameters; up to {MAX_MULTIPLY_ADDS / 1e9:g} G and"
            f" {MAX_PARAMETERS / 1e6:g} M are timed here"
        )


def _time(net: nn.Module, image: Tensor) -> list[float]:
    """Seconds of each of some passes, after others to warm up."""
    seconds: list[float] = []
    with torch.no_grad():
        for _ in range(WARM_RUNS):
            net(image)
        while len(seconds) < MAX_RUNS and sum(seconds) < MAX_SECONDS:
            started = time.perf_counter()
            net(image)
            seconds.append(time.perf_counter() - started)
    return seconds


BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "torchvision": get_model,
    "timm": timm.create_model,
}
