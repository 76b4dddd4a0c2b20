"""One step of training as it happens: batch, forward, loss, backward, update, in numbers."""

import json
import math
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.data.image_set import ImageSet
from core.inspect.nets import IMPORTED, THREADS, Loaded, load_net
from core.inspect.one_step_ways import (
    Place,
    backward_numbers,
    following,
    forward_numbers,
    take_gradients,
)
from core.nets.families import ConvNet
from core.probes.steps import TrainedStep
from core.spec import RunSpec
from core.store.checkpoints import load_checkpoint
from core.store.database import Store, open_store
from core.store.reads import list_run, read_curves
from core.training.batches import Batches
from core.training.device import threads
from core.training.recipe import make_optimizer, scheduled_rate
from core.training.trainer import OPTIMIZER

SHOWN = 16  # images of the batch
MOST_WORK = 1e10  # multiply-adds forward; a step takes four times as many, some 3 s on one core


class Taken(NamedTuple):
    """A step that was taken.

    Attributes:
        places: what went through stem, blocks and head, by address.
        gradients: what came back through them, by address and part.
        before, after: logits [N, classes] of the batch, in training mode.
        step: gradients and update of all parameters.
        slope: change of the loss (nats) if it followed its gradient in a straight line.
    """

    places: dict[str, Place]
    gradients: dict[str, Place]
    before: Tensor
    after: Tensor
    step: TrainedStep
    slope: float


def one_step(
    url: str, read_only: bool, run_id: str, step: int, times: float = 1.0
) -> dict[str, Any]:
    """The step of SGD that follows on a run's net, taken by a copy of it, in float32.

    The batch is the one that the run draws at this step; batch norm goes by its statistics.

    Args:
        url: of the store, like `read_only`, the run and the step.
        times: the learning rate, in rates of the run at this step.

    Returns:
        step; rate and recipe_rate (the one taken and the run's); momentum (the spec's) and
        momentum_kept (else it starts from 0); weight_decay; images (in the batch) and classes (how
        many); loss, loss_after (nats) and loss_expected (in a straight line along the gradient);
        error and error_after (%), all on the batch; shown, as of `_shown`; and places: stem, blocks
        and head from input to output, each with its address, the numbers of `forward_numbers` and
        `backward_numbers`, and L2 norms over its parameters: weight_gradient, weights (after the
        step) and update.

    Raises:
        ValueError: no such net, no batch for it, a step that takes too long, or numbers that
            overflow; one sentence.
    """
    loaded, store = load_net(url, read_only, run_id, step), open_store(url, read_only=read_only)
    _check(store, run_id, loaded)
    spec, images = loaded.spec, loaded.images
    recipe_rate = rate_at(store, run_id, spec, step, spec.total_steps(len(images.train_labels)))
    momentum = kept_momentum(store, run_id, step)
    with threads(THREADS):
        batch, labels = Batches(spec, images).at(step)
        net = deepcopy(loaded.net).train()
        taken = take_step(net, spec, batch, labels, times * recipe_rate, momentum)
        loss, after = (_loss(logits, labels) for logits in (taken.before, taken.after))
        answer = {
            "step": step,
            "rate": times * recipe_rate,
            "recipe_rate": recipe_rate,
            "momentum": spec.momentum,
            "momentum_kept": bool(momentum),
            "weight_decay": spec.weight_decay,
            "images": len(labels),
            "classes": len(images.class_names),
            "loss": loss,
            "loss_after": after,
            "loss_expected": loss + taken.slope,
            "error": _error(taken.before, labels),
            "error_after": _error(taken.after, labels),
            "shown": _shown(batch, labels, taken, images),
            "places": _places(taken),
        }
    numbers = [loss, *(number for place in answer["places"] for number in place.values())]
    if not all(math.isfinite(number) for number in numbers if not isinstance(number, str)):
        raise ValueError(
            f"the numbers of {spec.net} are too large for float32 at step {step}: there is no step"
            " to watch"
        )
    return answer


def take_step(
    net: ConvNet,
    spec: RunSpec,
    images: Tensor,
    labels: Tensor,
    rate: float,
    momentum: dict[str, Tensor] | None = None,
) -> Taken:
    """One step of the spec's optimizer, as the trainer takes it: this very net is changed.

    Args:
        net: in training mode.
        images: normalised [N, C, H, W]; labels: int64 [N].
        momentum: of each parameter by name; none starts from 0, as before the first step.
    """
    optimizer = make_optimizer(spec, net)
    optimizer.param_groups[0]["lr"] = rate
    for name, parameter in net.named_parameters():
        if momentum:
            optimizer.state[parameter]["momentum_buffer"].copy_(momentum[name])
    with following(net) as places:
        logits = net(images)
    F.cross_entropy(logits, labels).backward(retain_graph=True)
    gradients, weights = take_gradients(places), [one.detach().clone() for one in net.parameters()]
    optimizer.step()
    with torch.no_grad():
        after = net(images)
    slope = _slope(weights, list(net.parameters()))
    return Taken(places, gradients, logits.detach(), after, TrainedStep(net, optimizer), slope)


def rate_at(store: Store, run_id: str, spec: RunSpec, step: int, steps: int) -> float:
    """The learning rate of the step that follows, as the run has it.

    A warm-up and plateaus make it another than the schedule's, and end by what is measured: how
    many times smaller it was where it was last recorded tells.
    """
    curve = read_curves(store, run_ids=[run_id])
    known = curve[curve["step"] <= step]
    if known.empty:
        return spec.warmup_rate or scheduled_rate(spec, step / steps)
    last = known.sort_values("step", kind="stable").iloc[-1]  # validation, where plateaus are seen
    factor = last["learning_rate"] / (scheduled_rate(spec, last["step"] / steps) or 1.0)
    return float(scheduled_rate(spec, step / steps) * factor)


def kept_momentum(store: Store, run_id: str, step: int) -> dict[str, Tensor]:
    """Of each parameter by name, where the run kept more at this step than its weights."""
    for kind in ("training", "resume"):
        found = load_checkpoint(store, run_id, kind, step)
        if found is not None:
            return {
                name.removeprefix(OPTIMIZER): value
                for name, value in found[1].items()
                if name.startswith(OPTIMIZER)
            }
    return {}


def _check(store: Store, run_id: str, loaded: Loaded) -> None:
    spec, images = loaded.spec, loaded.images
    run = list_run(store, run_id)
    if run is None or IMPORTED in json.loads(run.versions or "{}"):
        raise ValueError(f"{spec.net} was trained elsewhere: which batch came next is not known")
    work = loaded.work * spec.batch_size
    if work > MOST_WORK:
        raise ValueError(
            f"a batch of {spec.batch_size} images takes {spec.net} {work / 1e9:.0f} G"
            f" multiply-adds, and up to {MOST_WORK / 1e9:.0f} G are watched: choose a smaller net"
        )
    loaded.check_classes("there is no loss to bring down")
    if not len(images.train_labels):
        raise ValueError(f"{images.name} has no training images, and a step needs a batch of them")


def _slope(before: list[Tensor], weights: list[nn.Parameter]) -> float:
    """Scalar product of the weights' gradients and of how far they moved, in float64."""
    return sum(
        float((one.grad.double() * (one.detach().double() - old.double())).sum())
        for old, one in zip(before, weights, strict=True)
        if one.grad is not None
    )


def _places(taken: Taken) -> list[dict[str, Any]]:
    norms = taken.step.norms()
    kinds = {"weight_gradient": norms.gradients, "weights": norms.weights, "update": norms.updates}
    of_blocks = {kind: norms.of_blocks(values).tolist() for kind, values in kinds.items()}
    return [
        {"address": address}
        | forward_numbers(place)
        | backward_numbers(taken.gradients[address])
        | {kind: values[index] for kind, values in of_blocks.items()}
        for index, (address, place) in enumerate(taken.places.items())
    ]


def _shown(batch: Tensor, labels: Tensor, taken: Taken, images: ImageSet) -> dict[str, Any]:
    """The batch's first images, as augmented, and what the net says of each before and after.

    Returns:
        pixels uint8 [M, H, W, C]; labels, guesses and guesses_after (names, M each); loss and
        loss_after (nats), truth and truth_after (probability of the label, 0 to 1): float32 [M].
    """
    batch, labels = batch[:SHOWN], labels[:SHOWN]
    mean, std = (torch.tensor(of)[:, None, None] for of in (images.mean, images.std))
    pixels = (255 * (batch * std + mean)).round().clamp(0, 255).to(torch.uint8)
    answer = {
        "pixels": pixels.permute(0, 2, 3, 1).contiguous().numpy(),
        "labels": [images.class_names[label] for label in labels.tolist()],
    }
    for when, logits in (("", taken.before[:SHOWN]), ("_after", taken.after[:SHOWN])):
        losses = F.cross_entropy(logits, labels, reduction="none")
        guesses = logits.argmax(1).tolist()
        answer |= {
            f"guesses{when}": [images.class_names[guess] for guess in guesses],
            f"loss{when}": np.nan_to_num(losses.numpy(), nan=np.inf, posinf=np.inf),
            f"truth{when}": (-losses).exp().nan_to_num(0.0).numpy(),
        }
    return answer


def _loss(logits: Tensor, labels: Tensor) -> float:
    """Mean cross-entropy in nats; infinite where the net overflows."""
    loss = F.cross_entropy(logits, labels).item()
    return loss if math.isfinite(loss) else math.inf


def _error(logits: Tensor, labels: Tensor) -> float:
    """Wrong answers, %."""
    return 100 * (logits.argmax(1) != labels).float().mean().item()
