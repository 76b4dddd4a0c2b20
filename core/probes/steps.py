"""Step probes: what a training step left behind in gradients, weights and momentum."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.nets.families import ConvNet

log = logging.getLogger(__name__)


class TrainedStep:
    """The newest step of SGD, of all parameters; reads the tensors themselves and copies none.

    To be used after the optimizer's step and before gradients are cleared.

    Attributes:
        blocks: stem, blocks and head by address, from input to output.
        layers: all convolutions.
    """

    def __init__(self, net: ConvNet, optimizer: torch.optim.SGD) -> None:
        self.group = optimizer.param_groups[0]
        named = dict(net.named_parameters())
        self.parameters, names = list(named.values()), list(named)
        self.weights = [weights.detach() for weights in self.parameters]
        self.momenta = [optimizer.state[one]["momentum_buffer"] for one in self.parameters]
        self.blocks = ("stem", *(name for name, _ in net.blocks()), "head")
        self.layers = convolutions(net)
        device = self.weights[0].device
        self.owners = torch.tensor([_owner(name, self.blocks) for name in names], device=device)
        in_layers = [names.index(f"{layer}.weight") for layer in self.layers]
        self.in_layers = torch.tensor(in_layers, device=device)

    def norms(self) -> "Norms":
        """Of all parameters at once."""
        tensors = [*self._gradients(), *self.weights, *self._updates()]
        norms = torch.stack(torch._foreach_norm(tensors)).float()  # pyright: ignore[reportPrivateImportUsage]
        gradients, weights, updates = norms.view(3, -1)
        return Norms(self, gradients, weights, self.group["lr"] * updates)

    def _gradients(self) -> list[Tensor]:
        """Of the loss: weight decay is not in them."""
        return [
            torch.zeros_like(weights) if weights.grad is None else weights.grad
            for weights in self.parameters
        ]

    def _updates(self) -> Sequence[Tensor]:
        """What the step took from the weights, divided by the learning rate."""
        if self.group["momentum"]:
            return self.momenta
        decay = self.group["weight_decay"]  # the weights are those after the step
        moved = torch._foreach_add(self._gradients(), self.weights, alpha=decay)  # pyright: ignore[reportPrivateImportUsage]
        return torch._foreach_div(moved, 1 - self.group["lr"] * decay)  # pyright: ignore[reportPrivateImportUsage]


@dataclass(frozen=True)
class Norms:
    """L2 norms of a step, float32 [parameters] each: `updates` is how far the weights moved."""

    step: TrainedStep
    gradients: Tensor
    weights: Tensor
    updates: Tensor

    def of_blocks(self, norms: Tensor) -> Tensor:
        """Over all parameters of stem, blocks and head: [blocks]."""
        sums = torch.zeros(len(self.step.blocks), device=norms.device)
        return sums.index_add(0, self.step.owners, norms.square()).sqrt()

    def of_layers(self, norms: Tensor) -> Tensor:
        """Of the weights of each convolution: [layers]."""
        return norms[self.step.in_layers]


def convolutions(net: nn.Module) -> tuple[str, ...]:
    """Addresses of all convolutions, as the net lists them."""
    return tuple(name for name, layer in net.named_modules() if isinstance(layer, nn.Conv2d))


@dataclass(frozen=True)
class StepProbe:
    """Reads a step: a number for each of its `blocks` or `layers`."""

    over: str
    read: Callable[[Norms], Tensor]


@torch.no_grad()
def read_step(
    step: TrainedStep, wanted: Sequence[str]
) -> tuple[dict[str, Tensor], dict[str, Exception]]:
    """Step probes by name: float32 [places] of each that is wanted, and why others failed."""
    numbers: dict[str, Tensor] = {}
    faults: dict[str, Exception] = {}
    norms = step.norms()
    for name in wanted:
        try:
            numbers[name] = STEP_PROBES[name].read(norms)
        except Exception as error:  # stops neither training nor the other probes
            log.exception("the probe %s failed", name)
            faults[name] = error
    return numbers, faults


def _owner(name: str, blocks: Sequence[str]) -> int:
    """Which of the blocks a parameter belongs to."""
    return next(i for i, block in enumerate(blocks) if name.startswith(f"{block}."))


STEP_PROBES: dict[str, StepProbe] = {
    "gradient-norm": StepProbe("blocks", lambda norms: norms.of_blocks(norms.gradients)),
    "gradient-norm-layers": StepProbe("layers", lambda norms: norms.of_layers(norms.gradients)),
    "update-ratio": StepProbe(
        "blocks", lambda norms: norms.of_blocks(norms.updates) / norms.of_blocks(norms.weights)
    ),
    "weight-norm": StepProbe("blocks", lambda norms: norms.of_blocks(norms.weights)),
}
