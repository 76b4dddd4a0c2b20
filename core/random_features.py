"""Least squares on random features: from too few of them, through just enough, to many more.

Mikhail Belkin, Daniel Hsu, Siyuan Ma, Soumik Mandal: Reconciling modern machine learning practice
and the bias-variance trade-off, arXiv:1812.11118.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

INTERPOLATED = 1e-10  # squared training risk below which the training images are fitted exactly
TESTS = 2000  # test images, at most
PHASES, NOISE = 1, 2  # streams of random numbers beside that of the directions


class Settings(NamedTuple):
    """All that decides a curve, beside the numbers of features.

    Attributes:
        images: n, the first training images of the data set.
        kind: of the features, one of KINDS.
        bandwidth: of Fourier features, in lengths of pixels from 0 to 1.
        noise: training labels that are replaced by a wrong one, %.
        ridge: on the squared length of the weights, beside the sum of squared residuals.
        seed: of features and label noise.
    """

    dataset: str = "fashion-mnist-mini"
    images: int = 1000
    kind: str = "fourier"
    bandwidth: float = 5.0
    noise: float = 0.0
    ridge: float = 0.0
    seed: int = 0


class Images(NamedTuple):
    """Pixels uint8 [n, D] and labels int64 [n]."""

    pixels: np.ndarray
    labels: np.ndarray


def measure(
    train: Images, test: Images, classes: int, settings: Settings, count: int
) -> dict[str, float]:
    """Risks of the fit with so many features.

    Returns:
        width (N), train_error and test_error (zero-one, %), train_squared and test_squared (mean
        squared distance to the one-hot label), norm (of all weights), dead (features that are 0 on
        every training image). The training risks are those of the labels that were learned,
        wrong ones among them.
    """
    labels = noisy_labels(train.labels, classes, settings.noise, settings.seed)
    targets = np.eye(classes)[labels]
    inputs = random_features(train.pixels, settings, count).astype(np.float64)
    weights = fit(inputs, targets, settings.ridge)
    train_error, train_squared = _risks(inputs @ weights, targets)
    outputs = random_features(test.pixels, settings, count).astype(np.float64) @ weights
    test_error, test_squared = _risks(outputs, np.eye(classes)[test.labels])
    return {
        "width": count,
        "train_error": train_error,
        "test_error": test_error,
        "train_squared": train_squared,
        "test_squared": test_squared,
        "norm": float(np.linalg.norm(weights)),
        "dead": int(count - inputs.any(axis=0).sum()),
    }


def random_features(pixels: np.ndarray, settings: Settings, count: int) -> np.ndarray:
    """Float32 [n, N] of pixels uint8 [n, D]; more features begin with the same ones."""
    random = np.random.default_rng(settings.seed)
    directions = random.standard_normal((count, pixels.shape[1]), dtype=np.float32)
    return KINDS[settings.kind](pixels.astype(np.float32) / 255, directions, settings)


def fit(inputs: np.ndarray, targets: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """Weights [N, K] of the least squares solution; of several the one of least norm.

    By a singular value decomposition; with a ridge that bounds the condition, by the normal
    equations.

    Args:
        inputs: float64 [n, N].
        targets: float64 [n, K].
    """
    if not ridge:
        return np.linalg.lstsq(inputs, targets)[0]
    images, count = inputs.shape
    if count <= images:
        return np.linalg.solve(inputs.T @ inputs + ridge * np.eye(count), inputs.T @ targets)
    return inputs.T @ np.linalg.solve(inputs @ inputs.T + ridge * np.eye(images), targets)


def noisy_labels(labels: np.ndarray, classes: int, noise: float, seed: int) -> np.ndarray:
    """Labels of which about `noise` % are replaced by another class, each as likely."""
    random = np.random.default_rng([seed, NOISE])
    wrong = random.random(len(labels)) < noise / 100
    return np.where(wrong, (labels + random.integers(1, classes, len(labels))) % classes, labels)


def threshold(widths: Sequence[int], train_squared: Sequence[float]) -> int | None:
    """The smallest measured N that fits the training images exactly; None if none does."""
    exact = [n for n, risk in zip(widths, train_squared, strict=True) if risk < INTERPOLATED]
    return min(exact, default=None)


def widths_between(fewest: int, most: int, images: int, count: int) -> tuple[int, ...]:
    """At most so many N, evenly spread on a logarithmic axis; n is one if it is in the range.

    Raises:
        ValueError: an empty range; one sentence.
    """
    if not 1 <= fewest < most:
        raise ValueError(
            f"there is no range of N from {fewest:,} to {most:,}: the end must be larger than the"
            f" start, at least {max(fewest, 1) + 1:,}"
        )
    ends = [(fewest, most, count)]
    if fewest < images < most:
        share = np.log(images / fewest) / np.log(most / fewest)
        left = min(max(1 + round(float(share) * (count - 1)), 2), count - 1)
        ends = [(fewest, images, left), (images, most, count - left + 1)]
    spread = np.concatenate([np.geomspace(*end) for end in ends]).round().astype(int)
    return tuple(np.unique(spread).tolist())


def _risks(outputs: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Zero-one risk (%) and squared risk."""
    wrong = outputs.argmax(1) != targets.argmax(1)
    return 100 * float(wrong.mean()), float(((outputs - targets) ** 2).sum(1).mean())


def _fourier(pixels: np.ndarray, directions: np.ndarray, settings: Settings) -> np.ndarray:
    """The cosine of x V + b, V ~ N(0, 1 / bandwidth^2) and b uniform on (0, 2 pi)."""
    random = np.random.default_rng([settings.seed, PHASES])
    phases = random.uniform(0, 2 * np.pi, len(directions)).astype(np.float32)
    angles = pixels @ (directions / np.float32(settings.bandwidth)).T + phases
    return np.cos(angles, out=angles)


def _relu(pixels: np.ndarray, directions: np.ndarray, settings: Settings) -> np.ndarray:
    """The positive part of x V, V uniform on the unit sphere."""
    products = pixels @ (directions / np.linalg.norm(directions, axis=1, keepdims=True)).T
    return np.maximum(products, 0, out=products)


Features = Callable[[np.ndarray, np.ndarray, Settings], np.ndarray]

KINDS: dict[str, Features] = {"fourier": _fourier, "relu": _relu}
