"""Least squares on random features: known answers and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from core.data.catalogue import CATALOGUE
from core.random_features import (
    Images,
    Settings,
    fit,
    measure,
    noisy_labels,
    random_features,
    threshold,
    widths_between,
)
from core.random_features_limits import bytes_needed, check, seconds_needed

OFFICIAL = Path("/usr/share/datasets/fashion-mnist")  # Debian's package dataset-fashion-mnist
MINI = CATALOGUE["fashion-mnist-mini"]
GENERATOR = np.random.default_rng(0)


def pictures(count: int, classes: int = 10, pixels: int = 12) -> Images:
    """Noise, so that any two differ."""
    pixels_drawn = GENERATOR.integers(0, 256, (count, pixels)).astype(np.uint8)
    return Images(pixels_drawn, np.arange(count) % classes)


@pytest.mark.parametrize("shape", [(30, 12), (30, 30), (30, 80)], ids=["few", "as many", "many"])
def test_the_fit_is_that_of_the_pseudo_inverse(shape):
    inputs, targets = GENERATOR.standard_normal(shape), GENERATOR.standard_normal((30, 4))
    np.testing.assert_allclose(fit(inputs, targets), np.linalg.pinv(inputs) @ targets, atol=1e-6)


def test_of_features_that_repeat_the_fit_is_that_of_the_pseudo_inverse():
    half, targets = GENERATOR.standard_normal((30, 20)), GENERATOR.standard_normal((30, 4))
    inputs = np.hstack([half, half])
    np.testing.assert_allclose(fit(inputs, targets), np.linalg.pinv(inputs) @ targets, atol=1e-6)


@pytest.mark.parametrize("shape", [(30, 12), (30, 80)], ids=["few", "many"])
def test_with_a_ridge_the_gradient_of_what_is_minimised_is_zero(shape):
    inputs, targets = GENERATOR.standard_normal(shape), GENERATOR.standard_normal((30, 4))
    weights = fit(inputs, targets, ridge=0.5)
    gradient = inputs.T @ (inputs @ weights - targets) + 0.5 * weights
    np.testing.assert_allclose(gradient, 0, atol=1e-9)


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("noise", [0.0, 20.0])
def test_the_threshold_is_the_number_of_images_whatever_the_number_of_classes(classes, noise):
    """Belkin et al. 2019, section 2: N = n for any number of classes."""
    images, widths = pictures(40, classes), (20, 36, 38, 39, 40, 41, 44, 80)
    settings = Settings(bandwidth=1.0, noise=noise)
    rows = [measure(images, images, classes, settings, width) for width in widths]
    assert threshold(widths, [row["train_squared"] for row in rows]) == 40


def test_the_training_error_is_zero_before_the_fit_is_exact():
    row = measure(pictures(40, 2), pictures(40, 2), 2, Settings(bandwidth=1.0), 38)
    assert row["train_error"] == 0
    assert row["train_squared"] > 1e-6


def test_with_a_ridge_there_is_no_threshold():
    images, widths = pictures(40), (20, 40, 80)
    settings = Settings(bandwidth=1.0, ridge=0.1)
    rows = [measure(images, images, 10, settings, width) for width in widths]
    assert threshold(widths, [row["train_squared"] for row in rows]) is None


@pytest.mark.parametrize("kind", ["fourier", "relu"])
def test_more_features_begin_with_the_same_ones(kind):
    images, settings = pictures(5).pixels, Settings(kind=kind)
    few, many = (random_features(images, settings, count) for count in (7, 20))
    np.testing.assert_allclose(many[:, :7], few, rtol=1e-4, atol=1e-6)


def test_fourier_features_give_the_gaussian_kernel():
    """Rahimi and Recht 2007: 2 E[cos(xv + b) cos(x'v + b)] = exp(-|x - x'|^2 / 2 bandwidth^2)."""
    images = pictures(2).pixels
    features = random_features(images, Settings(bandwidth=2.0), 100_000).astype(float)
    apart = np.diff(images / 255, axis=0)
    expected = np.exp(-(apart**2).sum() / (2 * 2.0**2))
    assert 2 * np.mean(features[0] * features[1]) == pytest.approx(expected, abs=0.02)


def test_relu_features_give_the_arc_cosine_kernel():
    """Cho and Saul 2009, order 1, for v on the unit sphere of D dimensions: divided by D."""
    images = pictures(2).pixels
    features = random_features(images, Settings(kind="relu"), 100_000).astype(float)
    one, other = images / 255
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    angle = np.arccos(one @ other / lengths)
    expected = lengths * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi * 12)
    assert np.mean(features[0] * features[1]) == pytest.approx(expected, rel=0.03)


def test_noise_makes_as_many_labels_wrong_as_told_and_all_wrong_classes_alike():
    labels = np.zeros(20_000, dtype=np.int64)
    noisy = noisy_labels(labels, 5, 20, seed=0)
    assert (noisy != 0).mean() == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(np.bincount(noisy)[1:] / len(labels), 0.05, atol=0.01)


def test_a_dead_feature_is_counted():
    """ReLU features of one pixel are 0 for every image where their direction is negative."""
    images = Images(np.array([[9], [20]], dtype=np.uint8), np.array([0, 1]))
    settings = Settings(kind="relu")
    directions = np.random.default_rng(settings.seed).standard_normal((8, 1), dtype=np.float32)
    row = measure(images, images, 2, settings, 8)
    assert row["dead"] == (directions < 0).sum()


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason=f"{OFFICIAL} is not there")
@pytest.mark.parametrize(("count", "error"), [(200, 27), (1000, 89)])
def test_the_first_images_of_fashion_mnist_have_the_error_of_the_reference(count, error):
    """The reference of the issue: 1,000 training images, no noise, within 3 points."""

    def read(split: str, images: int) -> Images:
        files = (f"{split}-images-idx3-ubyte.gz", 16), (f"{split}-labels-idx1-ubyte.gz", 8)
        pixels, labels = (
            np.frombuffer(gzip.decompress((OFFICIAL / name).read_bytes()), np.uint8, offset=offset)
            for name, offset in files
        )
        return Images(pixels.reshape(-1, 784)[:images], labels[:images].astype(np.int64))

    row = measure(read("train", 1000), read("t10k", 2000), 10, Settings(), count)
    assert row["test_error"] == pytest.approx(error, abs=3)


@pytest.mark.parametrize("ends", [(10, 8000), (200, 1200), (1, 1001), (999, 100_000), (10, 500)])
def test_the_widths_hold_both_ends_and_n_where_it_lies_between(ends):
    widths = widths_between(*ends, images=1000, count=16)
    assert (widths[0], widths[-1]) == ends
    assert list(widths) == sorted(set(widths))
    assert len(widths) <= 16
    assert (1000 in widths) == (ends[0] <= 1000 <= ends[1])


@pytest.mark.parametrize("ends", [(500, 500), (500, 100), (0, 10)])
def test_an_empty_range_is_refused_in_a_sentence(ends):
    with pytest.raises(ValueError, match=r"^there is no range of N from .*, at least \d+$"):
        widths_between(*ends, images=1000, count=16)


def test_more_images_than_there_are_are_refused_with_the_largest_number():
    sentence = "has 10,000 training images, not 20,000; the largest n is 10,000$"
    with pytest.raises(ValueError, match=sentence):
        check(Settings(images=20_000), 100, MINI, free=10**12)


def test_more_features_than_fit_in_memory_are_refused_with_the_largest_number_that_does():
    free = 200_000_000
    with pytest.raises(ValueError, match=r"need 0\.4 GB of memory and 0\.2 GB are free") as refused:
        check(Settings(), 8000, MINI, free)
    largest = int(str(refused.value).split()[-1].replace(",", ""))
    assert bytes_needed(1000, largest, 784) <= free < bytes_needed(1000, largest + 1, 784)
    check(Settings(), largest, MINI, free)


def test_a_fit_that_would_take_too_long_is_refused_with_the_largest_that_does_not():
    with pytest.raises(ValueError, match="and 20 s is the most") as refused:
        check(Settings(images=10_000), 8000, MINI, free=10**12)
    largest = int(str(refused.value).split()[-1].replace(",", ""))
    assert seconds_needed(10_000, largest, 784) <= 20 < seconds_needed(10_000, largest + 1, 784)
