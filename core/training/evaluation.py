"""Looking at a net without changing it, and what it needs to be looked at before it has trained."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.nets.modes import evaluation_mode

BATCH = 500


@torch.no_grad()
def evaluate(
    net: nn.Module,
    normalise: Callable[[Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
    batch_size: int = BATCH,
) -> tuple[float, float]:
    """Mean loss (nats) and error (%) in eval mode, of uint8 images [N, C, H, W] and labels [N]."""
    sums = torch.zeros(2, device=images.device)
    with evaluation_mode(net):
        for batch, targets in zip(images.split(batch_size), labels.split(batch_size), strict=True):
            logits = net(normalise(batch)).float()
            loss = F.cross_entropy(logits, targets, reduction="sum")
            sums += torch.stack((loss, (logits.argmax(1) != targets).sum()))
    loss, error = (sums / len(labels)).tolist()
    return loss, 100 * error


@torch.no_grad()
def settle_batch_norm(net: nn.Module, images: Tensor) -> None:
    """Start the running statistics from one normalised batch instead of from 0 and 1.

    With those, an untrained net of 1202 layers answers with infinity in eval mode.
    """
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    net(images)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
