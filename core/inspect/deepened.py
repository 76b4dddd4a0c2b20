"""What inserting blocks into a trained net changes: its answers before and after.

He et al. 2015, arXiv:1512.03385, section 1: the deeper net that exists by construction.
"""

from functools import lru_cache
from typing import Any, get_args

import torch
from torch import Tensor, nn

from core.data.selection import select
from core.deeper import deeper_spec
from core.inspect.lesion import BATCH, drawn_order
from core.inspect.nets import THREADS, Loaded, load_net
from core.nets.edits import edited
from core.nets.families import ConvNet
from core.nets.identity_blocks import Deepen, Kind
from core.nets.modes import evaluation_mode
from core.training.device import threads
from core.training.evaluation import settle_batch_norm

KEPT = 4  # deepened nets in memory: two sides, and two kinds of blocks


def deepened(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    depth: int,
    kind: Kind,
    split: str,
    start: int,
    stop: int,
) -> dict[str, Any]:
    """A net's answers, and those of its deepened copy, on a piece of a split.

    The images stand in an order drawn once for each data set, as in a lesion study.

    Args:
        url: of the store, like `read_only`, the run and the step.
        depth: of the copy.
        kind: of the inserted blocks, identity or random.
        split: test, or train: the images that the run trains on, with the labels it trains on.
        start: number in that order of the piece's first image; `stop` comes behind its last.

    Returns:
        places (int64 [N] in the data set's images of that split), wrong_before and wrong_after
        (answers that are wrong), moved (answers that change), largest (change of a logit, infinite
        where the copy overflows), moved_training (answers that change with both nets in training
        mode, where batch norm takes the statistics of the batch: about 100 images), images (of the
        split, in all).

    Raises:
        ValueError: no such net, kind, split or image, or a depth that it cannot have; one sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    deep = _deepened(url, read_only, run_id, step, depth, kind)
    pixels, labels, places, images = _piece(loaded, split, start, stop)
    with threads(THREADS), torch.no_grad():
        prepared = loaded.normalise(pixels)
        with evaluation_mode(loaded.net):
            before = _logits(loaded.net, prepared)
        after = _logits(deep, prepared)
        trained = [_logits(edited(net).train(), prepared) for net in (loaded.net, deep)]
    return {
        "places": places.numpy(),
        "wrong_before": _differing(before.argmax(1), labels),
        "wrong_after": _differing(after.argmax(1), labels),
        "moved": _differing(before.argmax(1), after.argmax(1)),
        "largest": (after - before).abs().nan_to_num(torch.inf, torch.inf).max().item(),
        "moved_training": _differing(*(logits.argmax(1) for logits in trained)),
        "images": images,
    }


def deepened_copy(loaded: Loaded, run_id: str, step: int, depth: int, kind: Kind) -> ConvNet:
    """A copy of a run's net in eval mode with blocks inserted up to that depth.

    Batch norm of random blocks starts as a trainer starts it, settled on a batch of images.

    Raises:
        ValueError: no such kind, a depth that the net cannot have, a net that has diverged, or one
            that tells other classes apart than its images have; one sentence.
    """
    if kind not in get_args(Kind):
        raise ValueError(
            f"there is no kind of blocks {kind!r}; there is {' and '.join(get_args(Kind))}"
        )
    spec = deeper_spec(loaded.spec, depth, run_id, step)
    loaded.check_classes("there are no wrong answers to count")
    _check_finite(loaded.net, loaded.spec.net, step)
    with threads(THREADS), evaluation_mode(loaded.net):
        net = edited(loaded.net, Deepen(spec, kind))
        if kind == "random":
            _settle_inserted(net, loaded)
    return net.eval()


@lru_cache(maxsize=KEPT)
def _deepened(url: str, read_only: bool, run_id: str, step: int, depth: int, kind: Kind) -> ConvNet:
    loaded = load_net(url, read_only, run_id, step)
    return deepened_copy(loaded, run_id, step, depth, kind)


def _check_finite(net: nn.Module, name: str, step: int) -> None:
    if not all(value.isfinite().all() for value in net.state_dict().values()):
        raise ValueError(
            f"{name} has diverged: not all its weights are numbers at step {step}; choose an"
            " earlier step"
        )


def _settle_inserted(net: ConvNet, loaded: Loaded) -> None:
    trained = {address for address, _ in loaded.net.blocks()}
    for address, block in net.blocks():
        block.train(address not in trained)
    images = loaded.images.test_images
    settle_batch_norm(net, loaded.normalise(images[drawn_order(len(images))[:BATCH]]))


def _piece(loaded: Loaded, split: str, start: int, stop: int) -> tuple[Tensor, Tensor, Tensor, int]:
    """Images, labels, places and how many there are in all."""
    if split not in SPLITS:
        raise ValueError(f"there is no split {split!r}; there is {' and '.join(SPLITS)}")
    pixels, labels, members = SPLITS[split](loaded)
    images = len(members)
    if not 0 <= start < min(stop, images):
        raise ValueError(
            f"there is no piece from image {start} to {stop} of the {images:,} {split} images"
        )
    places = members[drawn_order(images)[start:stop]]
    return pixels[places], labels[places], places, images


def _test(loaded: Loaded) -> tuple[Tensor, Tensor, Tensor]:
    images = loaded.images
    return images.test_images, images.test_labels, torch.arange(len(images.test_labels))


def _train(loaded: Loaded) -> tuple[Tensor, Tensor, Tensor]:
    chosen = select(loaded.spec, loaded.images)
    return loaded.images.train_images, chosen.labels, chosen.train


def _logits(net: nn.Module, images: Tensor) -> Tensor:
    """[N, classes], from batches of about the same size."""
    batches = images.tensor_split(-(-len(images) // BATCH))
    return torch.cat([net(batch) for batch in batches])


def _differing(one: Tensor, other: Tensor) -> int:
    return int((one != other).sum())


SPLITS = {"test": _test, "train": _train}
