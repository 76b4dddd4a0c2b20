"""Where a net first knows the class: a linear readout of every block (Alain, Bengio 2017).

Guillaume Alain, Yoshua Bengio: Understanding intermediate layers using linear classifier probes,
arXiv:1610.01644. Theirs are trained by gradient descent; these are solved in closed form.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from core.chosen_image import ChosenImage
from core.inspect.nets import THREADS, Loaded, evenly_spaced, load_net
from core.training.device import threads

RIDGE = 1.0  # penalty on squared weights, beside some 2,000 for each standardised feature
FIT_IMAGES, TEST_IMAGES = 2000, 1000  # at most
FEWEST = 100
MOST_WORK = 4e11  # multiply-adds: some 8 s on one core; what is larger gets fewer images
BATCH = 64  # images
FITTED = 8  # nets whose readouts are kept: a few MB each


@dataclass(frozen=True)
class Ridge:
    """A linear classifier on standardised features: float64 mean and std [C], weights [C, K]."""

    mean: Tensor
    std: Tensor
    weights: Tensor
    bias: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """One score a class [N, K] of features [N, C]; the highest is the guess."""
        return (features.double() - self.mean) / self.std @ self.weights + self.bias


def fit_ridge(features: Tensor, labels: Tensor, classes: int) -> Ridge:
    """Least squares on one-hot labels with RIDGE times the squared weights; the bias goes free.

    Args:
        features: float [N, C]; all is computed in float64.
        labels: int64 [N].
    """
    x = features.double()
    std, mean = torch.std_mean(x, 0, correction=0)
    std = torch.where(std > 0, std, 1.0)  # a channel that is always the same tells nothing
    x = (x - mean) / std
    y = F.one_hot(labels, classes).double()
    bias = y.mean(0)
    penalty = RIDGE * torch.eye(x.shape[1], dtype=x.dtype)
    weights = torch.linalg.solve(x.T @ x + penalty, x.T @ (y - bias))
    return Ridge(mean, std, weights, bias)


class Fitted(NamedTuple):
    """A readout of every place of a net, and how well it does on unseen images (%)."""

    ridges: dict[str, Ridge]
    accuracy: list[float]
    fitted_on: int
    tested_on: int


def readout(
    url: str, read_only: bool, run_id: str, step: int, image: ChosenImage
) -> dict[str, Any]:
    """How well each block's pooled output tells the classes apart, and what it says of one image.

    Args:
        url: of the store, like `read_only`, the run and the step.
        image: a place in the test images, or the content of a picture file.

    Returns:
        step, places (addresses of stem and blocks), accuracy (% of held-out test images, one a
        place), guesses (class name, one a place), class_names, label (None of an upload),
        fitted_on and tested_on (numbers of training and of test images).

    Raises:
        ValueError: no such net or image, or a net that has overflowed; one sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    picture = loaded.picture(image)
    fitted = _fit(url, read_only, run_id, step)
    names = loaded.images.class_names
    features = _pool(loaded, picture.pixels)
    guesses = [
        names[int(ridge.scores(features[place]).argmax())] for place, ridge in fitted.ridges.items()
    ]
    return {
        "step": step,
        "places": tuple(fitted.ridges),
        "accuracy": fitted.accuracy,
        "guesses": guesses,
        "class_names": names,
        "label": picture.label,
        "fitted_on": fitted.fitted_on,
        "tested_on": fitted.tested_on,
    }


@lru_cache(maxsize=FITTED)
def _fit(url: str, read_only: bool, run_id: str, step: int) -> Fitted:
    loaded = load_net(url, read_only, run_id, step)
    images = loaded.images
    if not len(images.train_labels):
        raise ValueError(f"{images.name} has no training images, and a readout is fitted on them")
    share = min(1.0, MOST_WORK / (loaded.work * (FIT_IMAGES + TEST_IMAGES)))
    fit = evenly_spaced(len(images.train_labels), max(FEWEST, int(share * FIT_IMAGES)))
    test = evenly_spaced(len(images.test_labels), max(FEWEST, int(share * TEST_IMAGES)))
    known, unseen = _pool(loaded, images.train_images[fit]), _pool(loaded, images.test_images[test])
    labels, answers = images.train_labels[fit], images.test_labels[test]
    with threads(THREADS):
        ridges = {
            place: fit_ridge(features, labels, len(images.class_names))
            for place, features in known.items()
        }
        accuracy = [_accuracy(ridge, unseen[place], answers) for place, ridge in ridges.items()]
    return Fitted(ridges, accuracy, len(fit), len(test))


def _accuracy(ridge: Ridge, features: Tensor, labels: Tensor) -> float:
    return 100 * (ridge.scores(features).argmax(1) == labels).double().mean().item()


def _pool(loaded: Loaded, images: Tensor) -> dict[str, Tensor]:
    """Mean over the pixels of each channel, float32 [N, C], by place."""
    pooled: dict[str, Tensor] = {}

    def see(place: str, output: Tensor) -> None:
        if not output.isfinite().all():
            raise ValueError(
                f"the numbers of {loaded.spec.net} overflow in {place}; choose another step"
            )
        if place not in pooled:  # in one piece: many small ones would tear the heap to pieces
            pooled[place] = torch.empty(len(images), output.shape[1])
        pooled[place][chosen] = output.mean((2, 3))

    for chosen in torch.arange(len(images)).split(BATCH):
        loaded.run(images[chosen], see, loaded.places())
    return pooled
