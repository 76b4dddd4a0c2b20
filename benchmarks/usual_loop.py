"""The training loop people usually write: DataLoader, PIL transforms, float32, `.item()` a step.

It runs in a process of its own, as it would at their place: ours sets up memory in its own way.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from core.data.image_set import ImageSet
from core.nets.families import build_net
from core.spec import RunSpec

WORKERS = (0, 2)  # of the loader
WARM_STEPS = 3  # not timed: a loader starts its workers, and caches are cold


class PilImages(Dataset):
    """Images as torchvision's CIFAR10 keeps them: an array [N, H, W, C], a PIL image at a time."""

    def __init__(self, images: np.ndarray, labels: list[int]) -> None:
        self.images, self.labels = images, labels
        self.transform: Callable[[Image.Image], torch.Tensor] = transforms.Compose(
            [
                transforms.RandomCrop(images.shape[1], padding=4),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
            ]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.images[index])), self.labels[index]


class UsualLoop:
    """Trains a net in the usual way, with a given number of loader workers."""

    def __init__(self, net: nn.Module, data: PilImages, batch_size: int, workers: int) -> None:
        self.net, self.batch_size = net, batch_size
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
        self.loader = DataLoader(
            data, batch_size, shuffle=True, num_workers=workers, drop_last=True
        )
        self.loss_sum, self.correct = 0.0, 0

    def seconds(self, steps: int) -> float:
        """Train so many steps after the loader has warmed up; seconds a step."""
        started = 0.0
        for step, (images, labels) in enumerate(self.loader):
            if step == WARM_STEPS:
                started = time.perf_counter()
            if step == WARM_STEPS + steps:
                break
            self._step(images, labels)
        return (time.perf_counter() - started) / steps

    def _step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        self.optimizer.zero_grad()
        logits = self.net(images)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        self.optimizer.step()
        self.loss_sum += loss.item()
        self.correct += (logits.argmax(1) == labels).sum().item()


@contextmanager
def usual_loops(spec: RunSpec, images: ImageSet) -> Iterator[dict[int, Callable[[int], float]]]:
    """For each number of loader workers what measures the loop: steps -> seconds a step."""
    arguments = (spec, images.train_images.numpy(), images.train_labels.tolist())
    with ProcessPoolExecutor(1, get_context("spawn"), _prepare, arguments) as process:

        def measure(workers: int) -> Callable[[int], float]:
            return lambda steps: process.submit(_measure, workers, steps).result()

        yield {workers: measure(workers) for workers in WORKERS}


_loops: dict[int, UsualLoop] = {}  # of that process


def _prepare(spec: RunSpec, images: np.ndarray, labels: list[int]) -> None:
    data = PilImages(images.transpose(0, 2, 3, 1), labels)
    classes, channels = max(labels) + 1, images.shape[1]
    for workers in WORKERS:
        net = build_net(spec, channels, classes)
        _loops[workers] = UsualLoop(net, data, spec.batch_size, workers)


def _measure(workers: int, steps: int) -> float:
    return _loops[workers].seconds(steps)
