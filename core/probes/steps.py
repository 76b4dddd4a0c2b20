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
        self.names, self.weights = list(named), [weights.detach() for weights in named.values()]
        self.parameters = list(named.values())
        self.momenta = [optimizer.state[one]["momentum_buffer"] for one in self.parameters]
        self.blocks = ("stem", *(name for name, _ in net.blocks()), "head")
        self.layers = convolutions(net)
        owners = [_owner(name, self.blocks) for name in self.names]
        self._owners = torch.tensor(owners, device=self.weights[0].device)
        self._in_layers = [self.names.index(f"{layer}.weight") for layer in self.layers]

    @property
    def gradients(self) -> list[Tensor]:
        """Of the loss: weight decay is not in them."""
        return [
            torch.zeros_like(weights) if weights.grad is None else weights.grad
            for weights in self.parameters
        ]

    @property
    def updates(self) -> Sequence[Tensor]:
        """What the step took from the weights, divided by the learning rate."""
        if self.group["momentum"]:
            return self.momenta
        decay = self.group["weight_decay"]  # the weights are those after the step
        moved = torch._foreach_add(self.gradients, self.weights, alpha=decay)  # pyright: ignore[reportPrivateImportUsage]
        return torch._foreach_div(moved, 1 - self.group["lr"] * decay)  # pyright: ignore[reportPrivateImportUsage]

    def block_norms(self, tensors: Sequence[Tensor]) -> Tensor:
        """L2 norm over all parameters of stem, blocks and head: [places], from one tensor each."""
        squares = torch.stack(torch._foreach_norm(list(tensors))).float().square()  # pyright: ignore[reportPrivateImportUsage]
        sums = torch.zeros(len(self.blocks), device=squares.device)
        return sums.index_add(0, self._owners, squares).sqrt()

    def layer_norms(self, tensors: Sequence[Tensor]) -> Tensor:
        """L2 norm of each convolution's weights: [layers], from one tensor a parameter."""
        return torch.stack(torch._foreach_norm([tensors[index] for index in self._in_layers]))  # pyright: ignore[reportPrivateImportUsage]


def convolutions(net: nn.Module) -> tuple[str, ...]:
    """Addresses of all convolutions, as the net lists them."""
    return tuple(name for name, layer in net.named_modules() if isinstance(layer, nn.Conv2d))


def update_ratio(step: TrainedStep) -> Tensor:
    """How far the step moved each block's weights, as a share of their own norm."""
    return step.group["lr"] * step.block_norms(step.updates) / step.block_norms(step.weights)


@dataclass(frozen=True)
class StepProbe:
    """Reads a step: a number for each of its `blocks` or `layers`."""

    over: str
    read: Callable[[TrainedStep], Tensor]


@torch.no_grad()
def read_step(
    step: TrainedStep, wanted: Sequence[str]
) -> tuple[dict[str, Tensor], dict[str, Exception]]:
    """Step probes by name: float32 [places] of each that is wanted, and why others failed."""
    numbers: dict[str, Tensor] = {}
    faults: dict[str, Exception] = {}
    for name in wanted:
        try:
            numbers[name] = STEP_PROBES[name].read(step).float()
        except Exception as error:  # stops neither training nor the other probes
            log.exception("the probe %s failed", name)
            faults[name] = error
    return numbers, faults


def _owner(name: str, blocks: Sequence[str]) -> int:
    """Which of the blocks a parameter belongs to."""
    return next(i for i, block in enumerate(blocks) if name.startswith(f"{block}."))


STEP_PROBES: dict[str, StepProbe] = {
    "gradient-norm": StepProbe("blocks", lambda step: step.block_norms(step.gradients)),
    "gradient-norm-layers": StepProbe("layers", lambda step: step.layer_norms(step.gradients)),
    "update-ratio": StepProbe("blocks", update_ratio),
    "weight-norm": StepProbe("blocks", lambda step: step.block_norms(step.weights)),
}
