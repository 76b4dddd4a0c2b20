"""A synthetic image that a channel answers to more and more: activation maximisation.

Erhan et al. 2009, Visualizing higher-layer features of a deep network (TR 1341, Montréal); jitter,
blur and decorrelated colour as in Olah et al. 2017, Feature Visualization,
https://distill.pub/2017/feature-visualization (doi:10.23915/distill.00007).
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import gaussian_blur

from core.inspect.colours import colours_of
from core.inspect.nets import THREADS, Address, Loaded, load_net
from core.inspect.responses import check_unit, up_to
from core.nets.modes import evaluation_mode
from core.training.device import threads

RATE = 0.05  # of Adam
LEAK = 0.01  # of the gradient
START = 0.1  # spread of the noise that it begins with: 1 would reach from black to white
SHARE = 16  # of the image's side: so far it is shifted, at most, at each iteration
BLUR_KERNEL, BLUR_SIGMA = 3, 0.4  # pixels, after each iteration; 0.3 leaves checkerboards
KEPT = 8  # images under way

Key = tuple[Address, str, int, int]  # net, place, channel, seed


@dataclass
class Work:
    """An image under way.

    Attributes:
        parameters: float32 [1, C, H, W]; `Colours` makes a picture of them.
        optimizer: Adam, with its moments.
        generator: of the jitter.
        iterations: that are done.
    """

    parameters: Tensor
    optimizer: torch.optim.Adam
    generator: torch.Generator
    iterations: int = 0


def maximise(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    place: str,
    channel: int,
    seed: int,
    first_iteration: int,
    iterations: int,
) -> dict[str, Any]:
    """One piece of gradient ascent on the mean of a channel's map.

    The image under way is kept; where it was lost, it is made again from the start, the same.

    Args:
        url: of the store, like `read_only`, the run and the step.
        place: address of a block, or 'stem'.
        channel: counted from 0.
        seed: of the noise it begins with, and of the jitter.
        first_iteration: iterations that are done; 0 begins anew.
        iterations: to do.

    Returns:
        step, image (uint8 [H, W, C]), iterations (done), mean and largest (the channel's answer to
        that very image, over the positions of its map).

    Raises:
        ValueError: no such net, place or channel; one sentence.
    """
    address = (url, read_only, run_id, step)
    loaded = load_net(*address)
    check_unit(loaded, place, channel)
    key = (address, place, channel, seed)
    with threads(THREADS), evaluation_mode(loaded.net):
        work = _resumed(key, loaded, first_iteration)
        _ascend(loaded, work, key, first_iteration + iterations)
        image = colours_of(address).picture(work.parameters.detach()).round().to(torch.uint8)
        with torch.no_grad():
            answer = up_to(loaded.net, place, loaded.normalise(image))[0, channel]
    _keep(key, work)
    return {
        "step": step,
        "image": image[0].permute(1, 2, 0).contiguous().numpy(),
        "iterations": work.iterations,
        "mean": answer.mean().item(),
        "largest": answer.max().item(),
    }


def _resumed(key: Key, loaded: Loaded, iterations: int) -> Work:
    """The image after so many iterations, as it was kept or made again."""
    kept = _under_way.pop(key, None)
    if kept is not None and kept.iterations == iterations:
        return kept
    work = _new(loaded, key[-1])
    _ascend(loaded, work, key, iterations)
    return work


def _keep(key: Key, work: Work) -> None:
    _under_way[key] = work
    while len(_under_way) > KEPT:
        _under_way.popitem(last=False)


def _new(loaded: Loaded, seed: int) -> Work:
    generator = torch.Generator().manual_seed(seed)
    shape = (1, *loaded.images.test_images.shape[1:])
    parameters = (START * torch.randn(shape, generator=generator)).requires_grad_()
    return Work(parameters, torch.optim.Adam([parameters], lr=RATE), generator)


def _ascend(loaded: Loaded, work: Work, key: Key, until: int) -> None:
    address, place, channel, _ = key
    colours = colours_of(address)
    with torch.enable_grad(), leaking(loaded.net):
        while work.iterations < until:
            shifted = _jittered(colours.picture(work.parameters), work.generator)
            answer = up_to(loaded.net, place, loaded.normalise(shifted))[0, channel].mean()
            (gradient,) = torch.autograd.grad(-answer, work.parameters)
            work.parameters.grad = gradient
            work.optimizer.step()
            with torch.no_grad():
                work.parameters.copy_(_blurred(work.parameters))
            work.iterations += 1


@contextmanager
def leaking(net: nn.Module) -> Iterator[None]:
    """Going backward only, let LEAK of the gradient through a ReLU that is off.

    Else a channel that answers nothing to the first image would tell no way up.
    """

    def leak(relu: nn.Module, into: Any, out: Any) -> tuple[Tensor]:
        return (into[0] + LEAK * (out[0] - into[0]),)

    relus = [module for module in net.modules() if isinstance(module, nn.ReLU)]
    handles = [relu.register_full_backward_hook(leak) for relu in relus]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _jittered(picture: Tensor, generator: torch.Generator) -> Tensor:
    """Shifted by some pixels in each direction; what leaves on one side enters on the other."""
    reach = max(1, picture.shape[-1] // SHARE)
    shifts = torch.randint(-reach, reach + 1, (2,), generator=generator).tolist()
    return torch.roll(picture, shifts, (2, 3))


def _blurred(parameters: Tensor) -> Tensor:
    return gaussian_blur(parameters, [BLUR_KERNEL, BLUR_KERNEL], [BLUR_SIGMA, BLUR_SIGMA])


_under_way: OrderedDict[Key, Work] = OrderedDict()
