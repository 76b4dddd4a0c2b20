"""Which images a step trains on, and how they are augmented."""

import numpy as np
import torch
from torch import Tensor

from core.data.augment import AUGMENTATIONS, PADDING, Draws, normalise
from core.data.image_set import ImageSet
from core.data.selection import select
from core.spec import RunSpec


class Batches:
    """The training batches of a run, by step.

    Order and augmentation of an epoch are drawn from (seed, epoch) and nothing else: nets of one
    seed see the same batches, and a resumed run needs no random state. They go to the images'
    device once an epoch. The last images of an epoch that fill no batch are left out.
    """

    def __init__(self, spec: RunSpec, images: ImageSet) -> None:
        self.spec = spec
        self.selection = select(spec, images)
        self.images, self.labels = images.train_images, self.selection.labels
        self.device = self.images.device
        self.mean = torch.tensor(images.mean, device=self.device)
        self.std = torch.tensor(images.std, device=self.device)
        self.per_epoch = spec.steps_per_epoch(len(self.images))
        self.epoch = -1

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Augmented, normalised images float32 [B, C, H, W] and labels int64 [B]."""
        epoch, batch = divmod(step, self.per_epoch)
        if epoch != self.epoch:
            self._draw(epoch)
        chosen = slice(batch * self.spec.batch_size, (batch + 1) * self.spec.batch_size)
        index = self.order[chosen]
        images = self.images.index_select(0, index)
        images = AUGMENTATIONS[self.spec.augmentation](images, self.draws[chosen])
        return self.normalise(images), self.labels.index_select(0, index)

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 [B, C, H, W] as the net takes them."""
        return normalise(images, self.mean, self.std)

    def _draw(self, epoch: int) -> None:
        generator = np.random.default_rng((self.spec.seed, epoch))
        count = len(self.selection.train)
        order = torch.from_numpy(generator.permutation(count)).to(self.device)
        offsets = generator.integers(2 * PADDING + 1, size=(count, 2))
        flips = generator.integers(2, size=count, dtype=bool)
        self.order = self.selection.train[order]
        self.draws = Draws(
            torch.from_numpy(offsets).to(self.device), torch.from_numpy(flips).to(self.device)
        )
        self.epoch = epoch
