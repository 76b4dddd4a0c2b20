"""Whether a map points at what the net uses: deletion and insertion (Petsiuk et al. 2018).

Vitali Petsiuk, Abir Das, Kate Saenko: RISE: randomized input sampling for explanation of black-box
models, arXiv:1806.07421, section 4.1.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from core.chosen_image import ChosenImage
from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.inspect.attribution import attribute
from core.inspect.nets import THREADS, Loaded, load_net
from core.inspect.pixel_orders import (
    area,
    blurred,
    passage,
    pixel_counts,
    probabilities,
    ranks_of,
)
from core.nets.modes import evaluation_mode
from core.training.device import threads

POINTS, FEWEST = 40, 10  # of a curve, besides its start
MOST_WORK = 1e11  # multiply-adds of a curve: some 2 s on one core; what is larger gets fewer points
KEPT = 128  # random orders: they serve every method

Curves = dict[str, Any]


def faithfulness(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    target: int | None,
    method: str,
    block: str,
    smooth: bool,
    order: int = 0,
) -> Curves:
    """What is left of a class when a map's most important pixels go, or come, first.

    Deletion fills pixels with the mean colour of the data set. Insertion puts them onto a blurred
    image; theirs is blurred by 5 of 224 pixels, which is next to nothing in a small image, so here
    it is a tenth of its side. All pixels come in the order of the signed map, the highest first.

    Args:
        url: of the store, like `read_only`, the run and the step.
        image: a place in the test images, or a picture file.
        target: number of a class; None is the net's own first guess.
        method: one of ATTRIBUTIONS, of this block and smoothed or not.
        order: 0 is the map's own; others are that many seeds of a random one, the same for all
            methods.

    Returns:
        step, target, order, share (float32 [P], of the pixels, 0 to 1), deletion and insertion
        (float32 [P], probability of the class), deletion_area and insertion_area (0 to 1).

    Raises:
        ValueError: no such net, image, class or block, or a net that overflows; one sentence.
    """
    net = (url, read_only, run_id, step)
    if order:
        return _random_order(*net, image, target, order)
    map_ = attribute(*net, image, target, method, block, smooth)
    return _of_ranking(load_net(*net), image, map_["target"], map_["overlay"]) | {
        "step": step,
        "order": 0,
    }


@lru_cache(maxsize=KEPT)
def _random_order(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    target: int | None,
    order: int,
) -> Curves:
    loaded = load_net(url, read_only, run_id, step)
    height, width = loaded.picture(image).pixels.shape[2:]
    ranking = np.random.default_rng(order).random((height, width))
    return _of_ranking(loaded, image, target, ranking) | {"step": step, "order": order}


def _of_ranking(
    loaded: Loaded, image: ChosenImage, target: int | None, ranking: np.ndarray
) -> Curves:
    if not np.isfinite(ranking).all():
        raise ValueError(f"the map of {loaded.spec.net} is not a number; choose another step")
    with threads(THREADS), evaluation_mode(loaded.net), torch.no_grad():
        original = loaded.normalise(loaded.picture(image).pixels)
        if target is None:
            target = int(loaded.net(original).argmax())
        counts = pixel_counts(original[0, 0].numel(), _points(loaded, original.shape[-1]))
        ranks = ranks_of(ranking)
        ends = {
            "deletion": (original, torch.zeros_like(original)),  # the mean colour is 0 there
            "insertion": (blurred(original), original),
        }
        found = {
            name: probabilities(loaded.net, passage(start, end, ranks, counts), target)
            for name, (start, end) in ends.items()
        }
    share = (counts / counts[-1]).float()
    areas = {f"{name}_area": area(share, curve) for name, curve in found.items()}
    arrays = {name: curve.numpy() for name, curve in (found | {"share": share}).items()}
    return {"target": target} | arrays | areas


def _points(loaded: Loaded, size: int) -> int:
    info = replace(describe_dataset(loaded.spec.dataset), size=size)
    work = 2 * multiply_adds(loaded.spec, info)
    return int(min(POINTS, max(FEWEST, MOST_WORK / work)))
