"""What a net says of the test images, and the features of the last layer that it says it from."""

from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from core.inspect.nets import THREADS, Loaded, evenly_spaced, load_net
from core.training.device import threads

MOST_WORK = 6e10  # multiply-adds: some 3 s on one core; what is larger gets fewer images
FEWEST = 100
BATCH = 100  # images
KEPT = 8  # nets whose answers are kept: a few MB each


class Answers(NamedTuple):
    """A net's answers to images, and where it stands with each of them.

    Attributes:
        places: int64 [N], of the test images.
        labels: int64 [N].
        features: float32 [N, C], what goes into the last linear layer.
        probabilities: float32 [N, K], 0 to 1.
    """

    places: Tensor
    labels: Tensor
    features: Tensor
    probabilities: Tensor

    @property
    def guesses(self) -> Tensor:
        """The likeliest class, int64 [N]."""
        return self.probabilities.argmax(1)


def predictions(url: str, read_only: bool, run_id: str, step: int) -> dict[str, Any]:
    """A net's guess for the test images: for all of them, or for some where all are too much work.

    Args:
        url: of the store, like `read_only`, the run and the step.

    Returns:
        step, class_names, places (int64 [N], of the test images, evenly spaced), labels and guesses
        (int64 [N]), confidence and right (float32 [N], probability of the guess and of the true
        class, 0 to 1).

    Raises:
        ValueError: no such net, one that tells other classes apart than its images have, or one
            that has overflowed; one sentence.
    """
    answers = answer_test_images(url, read_only, run_id, step)
    with threads(THREADS):
        guesses, labels = answers.guesses, answers.labels
        confidence, right = (
            answers.probabilities.gather(1, one[:, None])[:, 0] for one in (guesses, labels)
        )
    return {
        "step": step,
        "class_names": tuple(load_net(url, read_only, run_id, step).class_names),
        "places": answers.places.numpy(),
        "labels": labels.numpy(),
        "guesses": guesses.numpy(),
        "confidence": confidence.numpy(),
        "right": right.numpy(),
    }


@lru_cache(maxsize=KEPT)
def answer_test_images(url: str, read_only: bool, run_id: str, step: int) -> Answers:
    """As `predictions`, with the features; kept for the next question."""
    loaded = load_net(url, read_only, run_id, step)
    images = loaded.images
    loaded.check_classes("its guesses cannot be marked right or wrong")
    places = evenly_spaced(len(images.test_labels), max(FEWEST, int(MOST_WORK / loaded.work)))
    logits, features = _forward(loaded, images.test_images[places])
    if not logits.isfinite().all():
        raise ValueError(f"the numbers of {loaded.spec.net} overflow; choose another step")
    with threads(THREADS):
        probabilities = logits.softmax(1)
    return Answers(places, images.test_labels[places], features, probabilities)


def _forward(loaded: Loaded, images: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [N, K], and what goes into the last linear layer [N, C]."""
    head = loaded.net.head
    last = head[-1]
    assert isinstance(last, nn.Linear)
    logits = torch.empty(len(images), last.out_features)  # in one piece: the heap stays whole
    features = torch.empty(len(images), last.in_features)

    def see(pool: str, output: Tensor) -> None:
        features[chosen] = output

    for chosen in torch.arange(len(images)).split(BATCH):
        logits[chosen] = loaded.run(images[chosen], see, [f"head.{len(head) - 2}"])
    return logits, features
