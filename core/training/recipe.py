"""How a spec is trained: its optimizer and its learning rate."""

import math
from collections.abc import Callable

import torch
from torch import nn

from core.spec import RunSpec, Schedule

WARMUP_ERROR = 80.0  # % of training error that ends the warm-up, He et al. 2015, section 4.2
PLATEAU_SHARE = 0.1  # of a run without a new lowest validation error


def make_optimizer(spec: RunSpec, net: nn.Module) -> torch.optim.SGD:
    """SGD with momentum; weight decay on every parameter, as in the paper."""
    optimizer = torch.optim.SGD(
        net.parameters(),
        lr=spec.learning_rate,
        momentum=spec.momentum,
        weight_decay=spec.weight_decay,
        fused=True,
    )
    for parameter in net.parameters():
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    return optimizer


class Plateau:
    """The schedule of He et al. 2015, section 3.4: a tenth of the rate when the error plateaus.

    A plateau is a tenth of the run without a new lowest validation error.
    """

    def __init__(self, steps: int) -> None:
        self.patience = PLATEAU_SHARE * steps
        # the lowest error (%), the step since when it stands, how often the rate was divided
        self.state = torch.tensor([math.inf, 0, 0], dtype=torch.float64)

    def see(self, step: int, error: float) -> None:
        """Take note of a validation error."""
        lowest, since, divisions = self.state.tolist()
        if error < lowest:
            self.state[:] = torch.tensor([error, step, divisions])
        elif step - since >= self.patience:
            self.state[:] = torch.tensor([lowest, step, divisions + 1])

    @property
    def factor(self) -> float:
        """What is left of the learning rate."""
        return 0.1 ** int(self.state[2])


def scheduled_rate(spec: RunSpec, progress: float) -> float:
    """Learning rate when the share `progress` (0 to 1) of the steps is done.

    Warm-up and plateaus aside, which depend on what was measured.
    """
    return spec.learning_rate * SCHEDULES[spec.schedule](spec, progress)


SCHEDULES: dict[Schedule, Callable[[RunSpec, float], float]] = {
    "steps": lambda spec, progress: 0.1 ** sum(progress >= at for at in spec.milestones),
    "plateau": lambda spec, progress: 1.0,  # `Plateau` divides it
    "cosine": lambda spec, progress: (1 + math.cos(math.pi * progress)) / 2,
    "constant": lambda spec, progress: 1.0,
}
