"""Where a net looks in an image, asked in one of the ways of `core.attributions`."""

from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from torch import Tensor

from core.attributions import ATTRIBUTIONS
from core.chosen_image import ChosenImage
from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.inspect.attribution_methods import Effort, attribution_map, choose_effort
from core.inspect.grad_cam import find_target, gradients
from core.inspect.nets import Loaded, load_net
from core.inspect.overlay import stretch

ANSWERS = 16  # kept: the checks of a map ask for it again and again


@lru_cache(maxsize=ANSWERS)
def attribute(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    target: int | None,
    method: str,
    block: str,
    smooth: bool,
) -> dict[str, Any]:
    """One method's signed map of one image.

    Args:
        url: of the store, like `read_only`, the run and the step.
        target: number of the class that is looked for; None takes the net's own first guess.
        method: one of ATTRIBUTIONS.
        block: address of the stem or of a block; some methods ask the whole net instead.
        smooth: put SmoothGrad around the method.

    Returns:
        step, and what `explain` tells.

    Raises:
        ValueError: no such net, image, class, method or block, or a net that has overflowed.
    """
    loaded = load_net(url, read_only, run_id, step)
    return {"step": step} | explain(loaded, image, target, method, block, smooth)


def explain(
    loaded: Loaded, image: ChosenImage, target: int | None, method: str, block: str, smooth: bool
) -> dict[str, Any]:
    """The same of any net that is loaded.

    Returns:
        image (uint8 [H, W, C]), label (None of an upload), target, method, block, map (float32
        [h, w], channels combined: the block's own grid for grad-cam, else the image's size),
        overlay (float32 [H, W]), delta (of integrated gradients, in logits: the map's sum less the
        difference that it shares out; else None) and probability (of the target, 0 to 1).
    """
    _check_known("method", method, tuple(ATTRIBUTIONS))
    _check_known("block", block, loaded.places())
    pixels, label = loaded.picture(image)
    inputs = loaded.normalise(pixels)
    effort = effort_of(loaded, inputs, smooth)
    with gradients(loaded.net):
        logits = loaded.net(inputs).detach()
        target = find_target(loaded, logits, target)
        found = attribution_map(loaded.net, inputs, target, method, block, effort)
    return {
        "image": pixels[0].permute(1, 2, 0).contiguous().numpy(),
        "label": label,
        "target": target,
        "method": method,
        "block": block,
        "map": found.map.numpy(),
        "overlay": stretch(found.map, *inputs.shape[2:]).numpy(),
        "delta": found.delta,
        "probability": logits[0].softmax(0)[target].item(),
    }


def effort_of(loaded: Loaded, inputs: Tensor, smooth: bool) -> Effort:
    """How much one map may cost for images of this size."""
    size = inputs.shape[-1]
    info = replace(describe_dataset(loaded.spec.dataset), size=size, channels=inputs.shape[1])
    return choose_effort(multiply_adds(loaded.spec, info), size, smooth)


def _check_known(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0)[0]
        raise ValueError(f"there is no {kind} {name!r} here; the nearest is {near}")
