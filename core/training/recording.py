"""What is recorded of a run, and when: a function of the step alone, however a run is sliced."""

import math
from dataclasses import dataclass
from typing import Literal

POINTS = 150  # measurements of a run, about
EVALUATION_SHARE = 0.08  # of the training time may go into test errors
TRAIN_SAMPLE = 2000  # training images looked at in eval mode at the end, evenly spaced
FORWARD_SHARE = 1 / 3  # what testing an image costs of training on it


Split = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Point:
    """One measurement: loss in nats, error in %, the learning rate of the step that follows.

    A `train` point is the mean over the batches since the one before it, in training mode; a `test`
    or `validation` point is over all those images in eval mode.
    """

    step: int
    epoch: float
    split: Split
    loss: float
    error: float
    learning_rate: float


@dataclass(frozen=True)
class Summary:
    """Errors (%) at the end of a run.

    Attributes:
        train_error: mean over the batches of the last epoch in training mode, as the paper plots.
        train_error_eval: in eval mode, on 2,000 training images, the same for all runs.
        test_error: on all test images, in eval mode.
    """

    train_error: float
    train_error_eval: float
    test_error: float


def recording_interval(steps: int) -> int:
    """Steps from one `train` point to the next."""
    return max(1, steps // POINTS)


def evaluation_interval(steps: int, batch_size: int, images: int) -> int:
    """Steps from one look at so many test and validation images to the next.

    Looking then takes EVALUATION_SHARE of the run.
    """
    cost = FORWARD_SHARE * images / batch_size  # in steps
    return max(recording_interval(steps), math.ceil(cost / EVALUATION_SHARE))


def is_due(step: int, every: int, steps: int) -> bool:
    """Whether something follows that step: powers of two, then every so many steps, the last."""
    early = step < every and step & (step - 1) == 0
    return early or step % every == 0 or step == steps
