"""Whether a map depends on what a net has learned: its weights are redrawn from the top down.

Julius Adebayo, Justin Gilmer, Michael Muelly, Ian Goodfellow, Moritz Hardt, Been Kim: Sanity checks
for saliency maps, arXiv:1810.03292, section 4.1, cascading randomisation.
"""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from core.chosen_image import ChosenImage
from core.inspect.attribution import attribute, explain
from core.inspect.nets import THREADS, Loaded, evenly_spaced, load_net
from core.nets.initialization import initialize
from core.rank_correlation import rank_correlation
from core.training.device import threads
from core.training.evaluation import settle_batch_norm

SEED = 2**31  # runs have smaller ones: no net gets back the weights that it started with
STAGES = 8  # at most
SETTLING = 32  # images: enough for statistics of batch norm, and quick on large ones


def randomised(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    target: int | None,
    method: str,
    block: str,
    smooth: bool,
    stage: int = 0,
) -> dict[str, Any]:
    """A method's map of a copy of the net whose upper layers have random weights.

    Args:
        url: of the store, like `read_only`, the run and the step.
        image: a place in the test images, or a picture file.
        target: number of a class; None is the trained net's own first guess.
        method: one of ATTRIBUTIONS, of this block and smoothed or not.
        stage: how many groups of layers are redrawn, from the head downwards; 0 is none.

    Returns:
        step, stage, groups (a tuple of addresses for each stage after 0: what it redraws), target,
        map (float32 [h, w], as the task `attribute` has it), signed and absolute (rank correlation
        of its numbers and of their sizes with the trained net's map, -1 to 1; not a number where a
        map is the same everywhere).

    Raises:
        ValueError: no such net, image, class, block or stage; one sentence.
    """
    address = (url, read_only, run_id, step)
    trained = attribute(*address, image, target, method, block, smooth)
    loaded = load_net(*address)
    groups = groups_from_the_top(loaded.places())
    if not 0 <= stage <= len(groups):
        nearest = min(max(stage, 0), len(groups))
        raise ValueError(
            f"there is no stage {stage}, they are 0 to {len(groups)}; the nearest is {nearest}"
        )
    found = trained
    if stage:
        copy = redrawn(loaded, [one for group in groups[:stage] for one in group])
        found = explain(copy, image, trained["target"], method, block, smooth)
    return {
        "step": step,
        "stage": stage,
        "groups": groups,
        "target": trained["target"],
        "map": found["map"],
        "signed": rank_correlation(trained["map"], found["map"]),
        "absolute": rank_correlation(np.abs(trained["map"]), np.abs(found["map"])),
    }


def groups_from_the_top(places: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The head, then neighbouring places from the last to the first, in STAGES groups at most."""
    groups = np.array_split(places[::-1], min(len(places), STAGES - 1))
    return ("head",), *(tuple(map(str, group)) for group in groups)


def redrawn(loaded: Loaded, addresses: Collection[str]) -> Loaded:
    """The same with a copy of the net in which these modules start anew; the others are as trained.

    They draw as the net did, He et al. or Glorot, from a seed that no run has; with `zero-gamma`
    too, whose branches would be gone, not random. Their batch norm is settled on test images, as
    the trainer settles it on its first batch; that of the other modules stays as trained.
    """
    net = deepcopy(loaded.net)
    init = "xavier" if loaded.spec.init == "xavier" else "he"
    initialize(net, init, torch.Generator().manual_seed(SEED))
    for address in {*loaded.places(), "head"} - set(addresses):
        net.get_submodule(address).load_state_dict(loaded.net.get_submodule(address).state_dict())
    for address in addresses:
        net.get_submodule(address).train()
    images = loaded.images.test_images
    settling = loaded.normalise(images[evenly_spaced(len(images), SETTLING)])
    with threads(THREADS):
        settle_batch_norm(net, settling)
    return replace(loaded, net=net.eval())
