"""Where every block of a net looks, in one forward and one backward pass: Grad-CAM.

Ramprasaath Selvaraju et al.: Grad-CAM: Visual explanations from deep networks via gradient-based
localization, arXiv:1610.02391, equations 1 and 2, without the ReLU: negative regions speak too.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from core.chosen_image import ChosenImage
from core.inspect.nets import THREADS, Loaded, load_net, watching
from core.nets.families import ConvNet
from core.nets.modes import evaluation_mode
from core.training.device import threads


def grad_cam(
    url: str, read_only: bool, run_id: str, step: int, image: ChosenImage, target: int | None
) -> dict[str, Any]:
    """Signed Grad-CAM of an image at the stem and at every block.

    Args:
        url: of the store, like `read_only`, the run and the step.
        target: number of the class that is looked for; None takes the net's own first guess.

    Returns:
        step, image (uint8 [H, W, C]), label (None of an upload), class_names, probabilities
        (float32 [K]), target, places (addresses from input to output) and maps: address to
        float32 [h, w] of the place's own grid, in logits; positive raises the class.

    Raises:
        ValueError: no such net, image or class, or a net that has overflowed; one sentence.
    """
    loaded = load_net(url, read_only, run_id, step)
    pixels, label = loaded.picture(image)
    places = loaded.places()
    with gradients(loaded.net):
        logits, outputs = forward(loaded.net, loaded.normalise(pixels), places)
        target = find_target(loaded, logits, target)
        maps = grad_cams(logits, target, outputs)
    return {
        "step": step,
        "image": pixels[0].permute(1, 2, 0).contiguous().numpy(),
        "label": label,
        "class_names": tuple(loaded.class_names),
        "probabilities": logits.detach()[0].softmax(0).numpy(),
        "target": target,
        "places": places,
        "maps": {place: one.numpy() for place, one in maps.items()},
    }


def grad_cams(logits: Tensor, target: int, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Signed Grad-CAM [h, w] of each place, from one backward pass.

    A map is the sum over channels of output times the gradient's mean over its pixels.

    Args:
        logits: [1, K], with the graph that led to them.
        outputs: address to [1, C, h, w] in that graph.
    """
    slopes = torch.autograd.grad(logits[0, target], list(outputs.values()))
    return {
        place: (slope.mean((2, 3), keepdim=True) * output).sum(1)[0].detach().contiguous()
        for (place, output), slope in zip(outputs.items(), slopes, strict=True)
    }


def forward(
    net: ConvNet, inputs: Tensor, places: Sequence[str]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Logits, and what went out of each place on the way, as parts of one graph.

    Args:
        inputs: normalised, [N, C, H, W]; the graph begins here, whatever the weights require.
        places: addresses of modules.
    """
    outputs: dict[str, Tensor] = {}
    with watching(net, places, outputs.__setitem__), torch.enable_grad():
        logits = net(inputs.detach().requires_grad_())
    return logits, {place: outputs[place] for place in places}


@contextmanager
def gradients(net: ConvNet) -> Iterator[None]:
    """Ask a net for gradients in eval mode; afterwards modes and threads are as before."""
    with threads(THREADS), evaluation_mode(net), torch.enable_grad():
        yield


def find_target(loaded: Loaded, logits: Tensor, target: int | None) -> int:
    """The class that is looked for, of logits [1, K].

    Raises:
        ValueError: the net has overflowed, or knows no such class; one sentence.
    """
    if not logits.isfinite().all():
        raise ValueError(f"the numbers of {loaded.spec.net} overflow; choose another step")
    last = logits.shape[1] - 1
    if target is not None and not 0 <= target <= last:
        nearest = min(max(target, 0), last)
        raise ValueError(
            f"{loaded.spec.net} knows no class {target}, they are 0 to {last}; the nearest is"
            f" {nearest}"
        )
    return int(logits[0].argmax()) if target is None else target
