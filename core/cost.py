"""What a run will cost, from its spec alone: parameters, multiply-adds, seconds. Knows no torch."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.data.catalogue import DatasetInfo
from core.nets.layout import ConvPlan, plan_head, plan_stages, plan_stem, stem_pools
from core.spec import RunSpec
from core.training.recording import FORWARD_SHARE, TRAIN_SAMPLE, evaluation_interval

ACTIVATIONS_PER_THREAD = 2**18  # of one layer and batch
WITH_SHORTCUT = ("resnet", "bottleneck", "preact")
TRAINING_FACTOR = 3  # forward, gradient by the input, gradient by the weights


class Layer(NamedTuple):
    """A convolution and the side of its output in pixels; `extra`: bias and batch norm."""

    plan: ConvPlan
    size: int
    extra: int


class Work(NamedTuple):
    """A whole training: multiply-adds (backward passes included) and steps."""

    multiply_adds: int
    steps: int


def parameters(spec: RunSpec, info: DatasetInfo) -> int:
    """Trainable numbers; batch norm has two a channel, a convolution without it one bias."""
    layers = plan_head(spec, info.classes)
    last_norm = 2 * layers[0][0] if spec.family == "preact" and spec.batch_norm else 0
    head = last_norm + sum((before + 1) * after for before, after in layers)
    return head + sum(layer.plan.weights + layer.extra for layer in convolutions(spec, info))


def multiply_adds(spec: RunSpec, info: DatasetInfo) -> int:
    """Of convolutions and linear layers, forward, for one image; half its FLOPs."""
    head = sum(before * after for before, after in plan_head(spec, info.classes))
    return head + sum(layer.plan.weights * layer.size**2 for layer in convolutions(spec, info))


def convolutions(spec: RunSpec, info: DatasetInfo) -> Iterator[Layer]:
    """The convolutions of a net from input to output, projections and gates included."""
    stem = plan_stem(spec, info.channels)
    size = _strided(info.size, stem.stride)
    yield Layer(stem, size, 0 if _norm_is_before(spec) else _extra(spec, stem.channels_out))
    size = _strided(size, 2) if stem_pools(spec) else size
    for plan in (plan for stage in plan_stages(spec) for plan in stage):
        before = size
        for conv in plan.branch:
            size = _strided(size, conv.stride)
            beside = conv.channels_in if _norm_is_before(spec) else conv.channels_out
            yield Layer(conv, size, _extra(spec, beside))
        if spec.family in WITH_SHORTCUT and plan.projects(spec.shortcut):
            yield Layer(
                plan.shortcut, size, 0 if _norm_is_before(spec) else _extra(spec, plan.channels_out)
            )
        if spec.family == "highway" and not plan.changes_shape:
            yield Layer(plan.branch[0], before, plan.channels_out)


def _extra(spec: RunSpec, channels: int) -> int:
    return channels * (2 if spec.batch_norm else 1)


def _norm_is_before(spec: RunSpec) -> bool:
    """Batch norm stands before each convolution and not behind it."""
    return spec.family == "preact" and spec.batch_norm


def threads_for(spec: RunSpec, size: int, cores: int) -> int:
    """CPU threads a net gets on images of `size` pixels a side: all cores, fewer if it is small.

    With layers of a fraction of a millisecond a second thread gains a fifth at best, and where
    another process needs its core the two wait for each other at every layer: 50 times slower.
    """
    smaller = 4 if spec.stem == "imagenet" else spec.stem_stride
    activations = spec.batch_size * spec.width * (size // smaller) ** 2
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
    looked_at = info.test_images + spec.validation_images(info.train_images)
    evaluations = 2 + steps / evaluation_interval(steps, spec.batch_size, looked_at)
    images = evaluations * looked_at + min(TRAIN_SAMPLE, info.train_images)
    return steps + FORWARD_SHARE * images / spec.batch_size


def _strided(size: int, stride: int) -> int:
    return -(-size // stride)
