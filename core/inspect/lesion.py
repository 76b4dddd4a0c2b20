"""How many answers of a net are wrong once some of its blocks are bypassed or swapped.

Andreas Veit, Michael Wilber, Serge Belongie: Residual networks behave like ensembles of relatively
shallow networks, arXiv:1605.06431, section 4.
"""

from typing import Any

import torch
from torch import Tensor

from core.inspect.nets import THREADS, load_net
from core.nets.edits import edited, read_edits
from core.training.device import threads
from core.training.evaluation import evaluate

BATCH = 100  # images: what the blocks hand on stays in the processor's cache


def lesion(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    edits: tuple[tuple[str, ...], ...],
    first: int,
    count: int,
) -> dict[str, Any]:
    """Wrong answers of an edited copy of a net on a piece of the test images.

    The images stand in an order drawn once for each data set: those of a folder lie class by
    class, and any piece should be like the whole.

    Args:
        url: of the store, like `read_only`, the run and the step.
        edits: ('bypass', address) or ('swap', address, address), made in this order; () is the net
            as it is.
        first: number in that order of the piece's first image.
        count: images in the piece; there may be fewer.

    Returns:
        step, wrong and count (answers that are wrong, and images in the piece), images (in all),
        classes (how many).

    Raises:
        ValueError: no such net, an edit that does not fit it, or no such image; one sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    loaded.check_classes("there are no wrong answers to count")
    images = len(loaded.images.test_labels)
    if not 0 <= first < images:
        raise ValueError(f"there is no test image {first}, they are 0 to {images - 1:,}")
    chosen = drawn_order(images)[first : first + count]
    pixels, labels = loaded.images.test_images[chosen], loaded.images.test_labels[chosen]
    with threads(THREADS):
        net = edited(loaded.net, *read_edits(edits))
        _, error = evaluate(net, loaded.normalise, pixels, labels, BATCH)
    return {
        "step": step,
        "wrong": round(error / 100 * len(labels)),
        "count": len(labels),
        "images": images,
        "classes": len(loaded.class_names),
    }


def drawn_order(images: int) -> Tensor:
    """Places int64 [N] of all images, shuffled; always the same."""
    return torch.randperm(images, generator=torch.Generator().manual_seed(0))
