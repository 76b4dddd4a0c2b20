"""What a run will cost, from its spec alone: parameters, multiply-adds, seconds. Knows no torch."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.data.catalogue import DatasetInfo
from core.spec import RunSpec
from core.training.recording import FORWARD_SHARE, TRAIN_SAMPLE, evaluation_interval

ACTIVATIONS_PER_THREAD = 2**18  # of one layer and batch
TRAINING_FACTOR = 3  # forward, gradient by the input, gradient by the weights


class Convolution(NamedTuple):
    """Kernel size, channels in and out, and side of the output in pixels."""

    kernel: int
    channels_in: int
    channels_out: int
    size: int


class Work(NamedTuple):
    """A whole training: multiply-adds (backward passes included) and steps."""

    multiply_adds: int
    steps: int


def parameters(spec: RunSpec, info: DatasetInfo) -> int:
    """Trainable numbers; batch norm has two a channel, a convolution without it one bias."""
    per_channel = 2 if spec.batch_norm else 1
    head = (4 * spec.width + 1) * info.classes
    return head + sum(
        conv.channels_out * (conv.kernel**2 * conv.channels_in + per_channel)
        for conv in convolutions(spec, info)
    )


def multiply_adds(spec: RunSpec, info: DatasetInfo) -> int:
    """Of the convolutions and the linear layer, forward, for one image; half its FLOPs."""
    head = 4 * spec.width * info.classes
    return head + sum(
        conv.kernel**2 * conv.channels_in * conv.channels_out * conv.size**2
        for conv in convolutions(spec, info)
    )


def convolutions(spec: RunSpec, info: DatasetInfo) -> Iterator[Convolution]:
    """The convolutions of a net from input to output, projections included."""
    size = _strided(info.size, spec.stem_stride)
    channels = spec.width
    yield Convolution(3, info.channels, channels, size)
    for stage in range(3):
        for block in range((spec.depth - 2) // 6):
            subsamples = stage > 0 and block == 0
            channels_in = channels
            if subsamples:
                channels, size = 2 * channels, _strided(size, 2)
            yield Convolution(3, channels_in, channels, size)
            yield Convolution(3, channels, channels, size)
            projects = spec.shortcut == "C" or (spec.shortcut == "B" and subsamples)
            if spec.family == "resnet" and projects:
                yield Convolution(1, channels_in, channels, size)


def threads_for(spec: RunSpec, size: int, cores: int) -> int:
    """CPU threads a net gets on images of `size` pixels a side: all cores, fewer if it is small.

    With layers of a fraction of a millisecond a second thread gains a fifth at best, and where
    another process needs its core the two wait for each other at every layer: 50 times slower.
    """
    activations = spec.batch_size * spec.width * (size // spec.stem_stride) ** 2
    return min(cores, max(1, activations // ACTIVATIONS_PER_THREAD))


def lanes_for(spec: RunSpec, info: DatasetInfo, cores: int) -> int:
    """How many such runs a device of so many cores advances at once."""
    return max(1, cores // threads_for(spec, info.size, cores))


def training_work(spec: RunSpec, info: DatasetInfo) -> Work:
    """Multiply-adds and steps of a run; evaluation not included."""
    steps = spec.total_steps(info.train_images)
    images = steps * spec.batch_size
    return Work(TRAINING_FACTOR * multiply_adds(spec, info) * images, steps)


def estimate_seconds(
    specs: Sequence[RunSpec], info: DatasetInfo, speeds: pd.DataFrame
) -> float | None:
    """Seconds that the runs take one after the other, evaluation included; None without speeds.

    Fits seconds per step = a * layers + b * multiply-adds * batch size with a, b >= 0 by relative
    error: small nets pay for each layer, large ones for the arithmetic.

    Args:
        specs: the runs.
        info: their data set.
        speeds: measured steps on this device; columns layers, multiply_adds (an image),
            batch_size, seconds_per_step.
    """
    if speeds.empty:
        return None
    work = speeds["multiply_adds"].astype(float) * speeds["batch_size"]
    per_layer, per_multiply_add = _fit(
        np.column_stack((speeds["layers"], work)).astype(float),
        speeds["seconds_per_step"].to_numpy(dtype=float),
    )
    return sum(
        _steps_with_evaluation(spec, info)
        * (per_layer * spec.depth + per_multiply_add * multiply_adds(spec, info) * spec.batch_size)
        for spec in specs
    )


def _fit(features: np.ndarray, seconds: np.ndarray) -> tuple[float, float]:
    """Two coefficients, not negative, of least squares of the relative error."""
    rows = features / seconds[:, None]
    both = np.linalg.lstsq(rows / rows.max(axis=0), np.ones(len(rows)))[0] / rows.max(axis=0)
    if (both >= 0).all():
        return both[0], both[1]
    alone = rows.sum(axis=0) / (rows**2).sum(axis=0)
    errors = ((rows * alone - 1) ** 2).sum(axis=0)
    return (alone[0], 0.0) if errors[0] < errors[1] else (0.0, alone[1])


def _steps_with_evaluation(spec: RunSpec, info: DatasetInfo) -> float:
    """Steps of a run and of its evaluations, told in training steps."""
    steps = spec.total_steps(info.train_images)
    evaluations = 2 + steps / evaluation_interval(steps, spec.batch_size, info.test_images)
    images = evaluations * info.test_images + min(TRAIN_SAMPLE, info.train_images)
    return steps + FORWARD_SHARE * images / spec.batch_size


def _strided(size: int, stride: int) -> int:
    return -(-size // stride)
