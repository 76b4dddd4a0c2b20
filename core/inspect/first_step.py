"""Does the signal get through? One batch forward and back through a net that has never trained."""

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from pydantic import ValidationError
from torch import Tensor, nn

from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.nets.families import ConvNet, build_net
from core.refusals import explain
from core.spec import RunSpec
from core.training.batches import Batches
from core.training.device import choose_threads, threads

IMAGES = 64  # of the batch: the run's first training images
LINES, POINTS = 4, 33  # pairs of images, and inputs from the one to the other
STEPS = (1, 2, 4, 8, 16, 32)  # between the two inputs whose gradients are compared
DISTANCES = tuple(step / (POINTS - 1) for step in STEPS)  # the whole way is 1


class Layer(NamedTuple):
    """A convolution on the way from input to output, and what hands its activations on."""

    address: str
    conv: nn.Conv2d
    output: nn.Module


class Signal(NamedTuple):
    """What one batch leaves in each of L layers; float64 [L], and the loss in nats."""

    gradient_norm: np.ndarray
    activation_std: np.ndarray
    loss: float


def first_step(settings: dict[str, Any]) -> dict[str, Any]:
    """What the first batch of a training finds in the untrained net; nothing of it is kept.

    The net is in training mode, as in a first step: batch norm takes the batch's own statistics.

    Args:
        settings: fields of RunSpec; the batch has IMAGES images unless `batch_size` is among them.

    Returns:
        net ('plain-56'), layers (L addresses), gradient_norm and activation_std (float64 [L]),
        distances and input_gradient_correlation (float64, one for each of them), loss (nats),
        images, seconds.

    Raises:
        ValueError: no such net or data set; one sentence.
    """
    started = time.perf_counter()
    spec = _spec(settings)
    images = _dataset(spec.dataset)
    with threads(choose_threads(spec, images.train_images.shape[-1])):
        batch, labels = Batches(spec, images).at(0)
        net = build_net(spec, batch.shape[1], len(images.class_names))
        net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        layers = list(trunk(net))
        signal = measure_signal(net, layers, batch, labels)
        correlation = input_gradient_correlation(net, lines_between(batch))
    return {
        "net": spec.net,
        "layers": tuple(layer.address for layer in layers),
        **signal._asdict(),
        "distances": DISTANCES,
        "input_gradient_correlation": correlation,
        "images": len(batch),
        "seconds": time.perf_counter() - started,
    }


def trunk(net: ConvNet) -> Iterator[Layer]:
    """The convolutions that count as depth, from input to output; shortcuts and gates do not.

    The activations of a layer are what the next one gets: behind the ReLU, and behind the addition
    at the end of a block.
    """
    yield Layer("stem.0", net.stem[0], net.stem)  # type: ignore[arg-type]
    for address, block in net.blocks():
        branch = list(block.branch)  # type: ignore[arg-type]
        places = [place for place, layer in enumerate(branch) if isinstance(layer, nn.Conv2d)]
        for place in places:
            behind = (layer for layer in branch[place:] if isinstance(layer, nn.ReLU))
            yield Layer(f"{address}.branch.{place}", branch[place], next(behind, block))


def measure_signal(
    net: nn.Module, layers: Sequence[Layer], images: Tensor, labels: Tensor
) -> Signal:
    """One pass forward and back: by layer, how much signal and how much gradient arrives.

    Args:
        images: normalised [N, C, H, W]; labels: int64 [N].

    Returns:
        The L2 norm of the gradient of the mean cross-entropy over each convolution's weights, and
        the standard deviation of each layer's activations over images, channels and pixels. They
        are inf, NaN or 0 where the net's float32 is.
    """
    spreads: list[Tensor] = []
    hooks = [
        layer.output.register_forward_hook(
            lambda module, args, output: spreads.append(output.detach().double().std(correction=0))
        )
        for layer in layers
    ]
    try:
        loss = F.cross_entropy(net(images), labels)
    finally:
        for hook in hooks:
            hook.remove()
    gradients = torch.autograd.grad(loss, [layer.conv.weight for layer in layers])
    norms = torch._foreach_norm(gradients, 2, dtype=torch.float64)  # pyright: ignore[reportPrivateImportUsage]
    values = torch.stack([*norms, *spreads, loss.detach().double()]).numpy()
    norm, spread = values[:-1].reshape(2, -1)
    return Signal(norm, spread, float(values[-1]))


def lines_between(images: Tensor) -> Tensor:
    """Evenly spaced inputs from each of the first images to another: [LINES, POINTS, C, H, W]."""
    starts, ends = images[:LINES, None], images[LINES : 2 * LINES, None]
    share = torch.linspace(0, 1, POINTS)[:, None, None, None]
    return starts + share * (ends - starts)


def input_gradient_correlation(net: nn.Module, lines: Tensor) -> np.ndarray:
    """How alike the gradients at two inputs are, by their distance: float64, one for each of STEPS.

    At each input of a line (one batch) stands the gradient of the first logit; the correlation is
    the cosine between two of them, averaged over all pairs of that distance: 1 where they point
    the same way, 0 where they have nothing in common. NaN where a gradient is 0 or not finite.
    After Balduzzi et al. 2017, arXiv:1702.08591, section 2, who move a number instead of an image.
    """
    found = []
    for line in lines:
        inputs = line.contiguous(memory_format=torch.channels_last).requires_grad_()
        (gradients,) = torch.autograd.grad(net(inputs)[:, 0].sum(), inputs)
        rows = gradients.flatten(1).double()
        rows = rows / rows.norm(dim=1, keepdim=True)
        cosines = rows @ rows.T
        found.append(torch.stack([cosines.diagonal(step).mean() for step in STEPS]))
    return torch.stack(found).mean(0).numpy()


def _spec(settings: dict[str, Any]) -> RunSpec:
    try:
        return RunSpec.model_validate({"epochs": 1, "batch_size": IMAGES} | settings)
    except ValidationError as error:  # another process asks, and this does not travel
        raise ValueError("; ".join(explain(error).values())) from error


@lru_cache(maxsize=2)
def _dataset(name: str) -> ImageSet:
    return load_dataset(name, progress=_refuse_download)


def _refuse_download(message: str, fraction: float | None) -> None:
    """A page cannot wait for one; a race can."""
    if message.startswith("downloading"):
        raise ValueError("a race on it fetches it, this page does not")
