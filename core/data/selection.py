"""Which images of a data set a run trains on, and with which labels."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.data.image_set import ImageSet
from core.spec import Recipe

DRAW = 0  # one draw for all nets and seeds: they share their images, a spread is of training alone


class Selection(NamedTuple):
    """Places int64 in the training images, and labels int64 of all of them, on their device."""

    train: Tensor
    validation: Tensor
    labels: Tensor
    """Some of the training ones wrong, where the recipe wants noise."""


def select(recipe: Recipe, images: ImageSet) -> Selection:
    """Training and validation images as the recipe splits the training set.

    Validation images are set aside first (He et al. 2015, section 4.2: 5,000 of CIFAR-10's
    50,000), then a fraction of the others is taken. Of these a share `label_noise` gets another
    class, any wrong one as likely, drawn once (Nakkiran et al. 2020, arXiv:1912.02292).
    """
    count, device = len(images.train_labels), images.train_labels.device
    aside, taken = recipe.validation_images(count), recipe.training_images(count)
    if taken == count and not recipe.label_noise:
        everything = torch.arange(count, device=device)
        return Selection(everything, everything[:0], images.train_labels)
    generator = np.random.default_rng(DRAW)
    order = generator.permutation(count)
    validation, train = np.sort(order[:aside]), np.sort(order[aside : aside + taken])
    labels = images.train_labels.cpu().numpy().copy()
    wrong = generator.permutation(train)[: round(recipe.label_noise * taken)]
    classes = len(images.class_names)
    labels[wrong] = (labels[wrong] + generator.integers(1, classes, size=len(wrong))) % classes
    chosen = (torch.from_numpy(part).to(device) for part in (train, validation, labels))
    return Selection(*chosen)
