"""The methods of `core.attributions`, computed by captum.

Narine Kokhlikyan et al.: Captum: A unified and generic model interpretability library for PyTorch,
arXiv:2009.07896.
"""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from captum.attr import (
    Attribution,
    GuidedBackprop,
    GuidedGradCam,
    IntegratedGradients,
    LayerGradCam,
    NoiseTunnel,
    Occlusion,
    Saliency,
)
from torch import Tensor

from core.nets.families import ConvNet

MOST_WORK = 1e11  # multiply-adds: some seconds on one core; nets of more get a coarser answer
IMAGES, FEWEST_IMAGES = 400, 20  # through the net for one map
STEPS = 200  # of integrated gradients; section 5 of the paper takes 20 to 300
SAMPLES, FEWEST_SAMPLES = 20, 5  # noisy copies of the image
NOISE = 0.15  # of the image's range: SmoothGrad, section 3.1, takes 0.1 to 0.2
WINDOWS, FEWEST_WINDOWS = 8, 4  # that occlusion lays side by side across the image
BATCH_PIXELS = 16 * 32**2  # of all images that go through the net at once
SEED = 0  # of the noise


class Effort(NamedTuple):
    """How much is computed for one map.

    Attributes:
        samples: noisy copies that SmoothGrad averages; 0 leaves it out.
        images: that may go through the net for each copy, where a method can do with fewer.
        batch: images through the net at once.
    """

    samples: int
    images: int
    batch: int

    @property
    def copies(self) -> int:
        """Noisy copies at once, or the image alone."""
        return max(1, min(self.samples, self.batch))


class Recipe(NamedTuple):
    """A method of captum, its settings, and what becomes of the channels of its map."""

    method: Attribution
    settings: dict[str, Any]
    combine: Callable[[Tensor, int], Tensor] = torch.sum


class Found(NamedTuple):
    """A map [h, w], and the convergence delta of integrated gradients, in logits."""

    map: Tensor
    delta: float | None


def choose_effort(multiply_adds: int, size: int, smooth: bool) -> Effort:
    """What a net of so many multiply-adds an image, `size` px a side, can do in some seconds."""
    images = max(FEWEST_IMAGES, min(IMAGES, int(MOST_WORK / multiply_adds)))
    batch = max(1, BATCH_PIXELS // size**2)
    if not smooth:
        return Effort(0, images, batch)
    samples = max(FEWEST_SAMPLES, min(SAMPLES, images // FEWEST_IMAGES))
    return Effort(samples, images // samples, batch)


def attribution_map(
    net: ConvNet, inputs: Tensor, target: int, method: str, block: str, effort: Effort
) -> Found:
    """A method's signed map of one image.

    The same question always gets the same answer, and nobody else's random numbers change.

    Args:
        net: in eval mode.
        inputs: [1, C, H, W], normalised.
        method: one of METHODS.
        block: address of what Grad-CAM asks; the others ask the whole net.
    """
    recipe = METHODS[method](net, block, inputs, effort)
    inputs = inputs.detach().requires_grad_()
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.filterwarnings("ignore", "Setting backward hooks", UserWarning)
        torch.default_generator.manual_seed(SEED)
        answer = _ask(recipe, inputs, target, effort)
    attributions, deltas = answer if isinstance(answer, tuple) else (answer, None)
    found = recipe.combine(attributions.detach(), 1)[0].contiguous()
    return Found(found, None if deltas is None else deltas.mean().item())


def _ask(recipe: Recipe, inputs: Tensor, target: int, effort: Effort) -> Any:
    if not effort.samples:
        return recipe.method.attribute(inputs, target=target, **recipe.settings)
    return NoiseTunnel(recipe.method).attribute(
        inputs,
        nt_type="smoothgrad",
        nt_samples=effort.samples,
        nt_samples_batch_size=effort.copies,
        stdevs=NOISE * (inputs.max() - inputs.min()).item(),
        target=target,
        **recipe.settings,
    )


def _grad_cam(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    return Recipe(LayerGradCam(net, net.get_submodule(block)), {})


def _guided_grad_cam(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    method = GuidedGradCam(net, net.get_submodule(block))
    return Recipe(method, {"interpolate_mode": "bilinear"})


def _saliency(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    """With its sign, unlike in the paper: all maps share one signed scale."""
    return Recipe(Saliency(net), {"abs": False})


def _integrated_gradients(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    """From a flat image of the mean colour, which is 0 to the net.

    The middles of even steps come nearest to the integral, and not only in smooth nets.
    """
    settings = {
        "baselines": 0,
        "n_steps": min(STEPS, effort.images),
        "method": "riemann_middle",
        "internal_batch_size": effort.batch,
        "return_convergence_delta": True,
    }
    return Recipe(IntegratedGradients(net), settings)


def _guided_backprop(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    return Recipe(GuidedBackprop(net), {})


def _occlusion(net: ConvNet, block: str, inputs: Tensor, effort: Effort) -> Recipe:
    """Windows overlap by half where that is affordable; a pixel gets the mean of its windows."""
    channels, size = inputs.shape[1], inputs.shape[-1]
    windows = WINDOWS if effort.images * max(1, effort.samples) >= WINDOWS**2 else FEWEST_WINDOWS
    window = max(1, round(size / windows))
    stride = max(1, window // 2) if effort.images >= 4 * WINDOWS**2 else window
    settings = {
        "baselines": 0,
        "sliding_window_shapes": (channels, window, window),
        "strides": (channels, stride, stride),
        "perturbations_per_eval": max(1, effort.batch // effort.copies),
    }
    return Recipe(Occlusion(net), settings, torch.mean)  # all channels are covered at once


METHODS: dict[str, Callable[[ConvNet, str, Tensor, Effort], Recipe]] = {
    "grad-cam": _grad_cam,
    "guided-grad-cam": _guided_grad_cam,
    "saliency": _saliency,
    "integrated-gradients": _integrated_gradients,
    "guided-backprop": _guided_backprop,
    "occlusion": _occlusion,
}
