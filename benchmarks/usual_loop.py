"""The training loop people usually write: DataLoader, PIL transforms, float32, `.item()` a step."""

import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

WARM_STEPS = 2  # the first batches of a loader wait for its workers to start


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
