"""The loss around a net, on a plane through all its weights.

Hao Li, Zheng Xu, Gavin Taylor, Christoph Studer, Tom Goldstein: Visualizing the loss landscape of
neural nets, arXiv:1712.09913, section 4. As in the code of its authors
(github.com/tomgoldstein/loss-landscape, net_plotter.py and evaluation.py) biases and batch norm's
parameters stay, and batch norm goes on with the running statistics of the net in the middle.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from core.data.selection import select
from core.inspect.nets import THREADS, Loaded, evenly_spaced, load_net
from core.training.device import threads
from core.training.evaluation import evaluate

IMAGES, FEWEST = 250, 50  # of the training images
MOST_WORK = 1.2e10  # multiply-adds a point: some 1 s on one core; a larger net gets fewer images

Direction = list[Tensor]  # one for each parameter of a net, in their order
Measured = TypeVar("Measured")


def landscape(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    settings: tuple[int, float, int],
    first: int,
    count: int,
) -> dict[str, Any]:
    """Loss and error at some points of a square grid around a net, nearest to it first.

    Args:
        url: of the store, like `read_only`, the run and the step.
        settings: points on a side of the grid (odd), its reach (from the middle to a side, in norms
            of the net's filters), seed of the two directions.
        first: of the points, in their order; fewer than `count` are given at its end.

    Returns:
        rows and columns (int64 [P], from 0, of the points), loss (float32 [P], nats; infinite where
        the net overflows), error (float32 [P], %), images (training images looked at) and seconds
        (that the points took).

    Raises:
        ValueError: no such net, or images without labels that it could be wrong about; one
            sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    images, labels = _training_images(loaded)
    started = time.perf_counter()
    points, reach, seed = settings
    places = outwards(points)[first : first + count]
    shifts = (places / (points // 2) - 1) * reach  # rows are steps along the second direction
    with threads(THREADS):
        found = measure_around(
            loaded.net,
            random_directions(loaded.net, seed),
            [(float(across), float(up)) for up, across in shifts],
            lambda net: evaluate(net, loaded.normalise, images, labels),
        )
    loss, error = np.array(found, np.float32).reshape(-1, 2).T
    return {
        "rows": places[:, 0],
        "columns": places[:, 1],
        "loss": np.nan_to_num(loss, nan=np.inf, posinf=np.inf),
        "error": error,
        "images": len(labels),
        "seconds": time.perf_counter() - started,
    }


def outwards(points: int) -> np.ndarray:
    """Row and column, int64 [points^2, 2], of all points of a grid, from the middle outwards."""
    places = np.stack(np.divmod(np.arange(points**2), points), 1)
    distance = np.square(places - points // 2).sum(1)
    return places[np.argsort(distance, kind="stable")]


def random_directions(net: nn.Module, seed: int) -> tuple[Direction, Direction]:
    """Two directions in which every filter is as long as the net's own, section 4 of the paper.

    Each is drawn from a normal distribution, then each of its filters (of a linear layer: the
    weights of an output) is scaled. It is 0 for biases and for batch norm.
    """
    generator = torch.Generator().manual_seed(seed)
    weights = [weight.detach() for weight in net.parameters()]
    one, other = ([_filters_like(weight, generator) for weight in weights] for _ in range(2))
    return one, other


def _filters_like(weight: Tensor, generator: torch.Generator) -> Tensor:
    if weight.ndim < 2:
        return torch.zeros_like(weight)
    drawn = torch.randn(weight.shape, generator=generator)
    lengths = weight.flatten(1).norm(dim=1) / drawn.flatten(1).norm(dim=1)
    return drawn * lengths.reshape(-1, *[1] * (weight.ndim - 1))


def measure_around(
    net: nn.Module,
    directions: tuple[Direction, Direction],
    shifts: Iterable[tuple[float, float]],
    measure: Callable[[nn.Module], Measured],
) -> Sequence[Measured]:
    """What `measure` says of copies of the net, each moved so far along the two directions."""
    moved, found = deepcopy(net), []
    for along, up in shifts:
        with torch.no_grad():
            for weight, middle, one, other in zip(
                moved.parameters(), net.parameters(), *directions, strict=True
            ):
                weight.copy_(middle + along * one + up * other)
        found.append(measure(moved))
    return found


def _training_images(loaded: Loaded) -> tuple[Tensor, Tensor]:
    """Evenly spaced among those that the net learned from: uint8 [N, C, H, W], labels [N]."""
    images = loaded.images
    if not len(images.train_labels):
        raise ValueError(f"{images.name} has no training images, and the loss is measured on them")
    loaded.check_classes("there is no loss to measure")
    known = select(loaded.spec, images)
    most = min(IMAGES, max(FEWEST, int(MOST_WORK / loaded.work)))
    chosen = known.train[evenly_spaced(len(known.train), most)]
    return images.train_images[chosen], known.labels[chosen]
