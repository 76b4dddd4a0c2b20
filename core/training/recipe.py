"""How a spec is trained: its optimizer and its learning rate."""

import math
from collections.abc import Callable

import torch
from torch import nn

from core.spec import RunSpec, Schedule

WARMUP_ERROR = 80.0  # % of training error that ends the warm-up, He et al. 2015, section 4.2


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


def scheduled_rate(spec: RunSpec, progress: float) -> float:
    """Learning rate when the share `progress` (0 to 1) of the steps is done, warm-up aside."""
    return spec.learning_rate * SCHEDULES[spec.schedule](spec, progress)


SCHEDULES: dict[Schedule, Callable[[RunSpec, float], float]] = {
    "steps": lambda spec, progress: 0.1 ** sum(progress >= at for at in spec.milestones),
    "cosine": lambda spec, progress: (1 + math.cos(math.pi * progress)) / 2,
    "constant": lambda spec, progress: 1.0,
}
