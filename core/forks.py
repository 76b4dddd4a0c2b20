"""Forks: what can be changed at a checkpoint of a run, and the spec of the run that follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.data.catalogue import describe_dataset
from core.spec import Origin, RunSpec

WARMUP_RATE = 0.01  # until training error is below 80 %: He et al. 2015, section 4.2


@dataclass(frozen=True)
class Change:
    """Something that a fork changes.

    Attributes:
        title: for the form.
        help: what happens, in a sentence.
        words: in the new run's name.
        fields: of the spec that become others.
        refuses: why a spec cannot have it, in a sentence; empty if it can.
    """

    title: str
    help: str
    words: str
    fields: Callable[[RunSpec], dict[str, Any]]
    refuses: Callable[[RunSpec], str] = lambda spec: ""


def fork_spec(
    spec: RunSpec, run_id: str, step: int, change: str, more_epochs: float = 0.0
) -> RunSpec:
    """The spec of a run that goes on from step `step` of the run `run_id` with a change.

    Args:
        spec: of that run.
        change: one of CHANGES.
        more_epochs: trained beyond that run's last step.

    Raises:
        ValueError: no such change, it does not fit the run, or no steps are left; one sentence.
    """
    if change not in CHANGES:
        raise ValueError(f"there is no change {change!r}; there are {', '.join(CHANGES)}")
    chosen = CHANGES[change]
    if why := chosen.refuses(spec):
        raise ValueError(why)
    images = describe_dataset(spec.dataset).train_images
    origin = Origin(run=run_id, step=step, change=chosen.words)
    longer = _length(spec, images, more_epochs)
    fork = RunSpec.model_validate(spec.model_dump() | chosen.fields(spec) | longer).model_copy(
        update={"origin": origin}
    )
    steps = fork.total_steps(images)
    if step >= steps:
        raise ValueError(
            f"step {step} of {steps} leaves nothing to train; give it 1 more epoch or fork earlier"
        )
    return fork


def _length(spec: RunSpec, images: int, more_epochs: float) -> dict[str, float | int]:
    if spec.epochs is not None:
        return {"epochs": spec.epochs + more_epochs}
    assert spec.steps is not None
    return {"steps": spec.steps + round(more_epochs * spec.steps_per_epoch(images))}


def _no_batch_norm(spec: RunSpec) -> str:
    if not spec.batch_norm:
        return f"{spec.net} has no batch norm that could be switched off"
    if spec.family == "preact":
        return f"{spec.net} normalises before each ReLU: no convolution can take the norm in"
    return ""


def _no_shortcuts(spec: RunSpec) -> str:
    if spec.family != "resnet":
        return f"{spec.net} has no shortcuts around two layers that could be switched off"
    return ""


def _no_warmup(spec: RunSpec) -> str:
    return f"{spec.net} warms up already" if spec.warmup_rate is not None else ""


CHANGES: dict[str, Change] = {
    "same": Change(
        "Nothing",
        "The same run once more from there: same weights, same data order, same numbers.",
        "repeated",
        lambda spec: {},
    ),
    "rate": Change(
        "Learning rate / 10",
        "Steps a tenth as long from there on; the schedule goes on.",
        "learning rate / 10",
        lambda spec: {"learning_rate": spec.learning_rate / 10},
    ),
    "batch-norm": Change(
        "Batch norm off",
        "Each batch norm becomes part of the convolution before it, so that in eval mode the net"
        " answers as before; from there on nothing is normalised.",
        "no batch norm",
        lambda spec: {"batch_norm": False},
        _no_batch_norm,
    ),
    "seed": Change(
        "Another data order",
        "Another seed: the same weights see the images in another order from there on.",
        "other data order",
        lambda spec: {"seed": (spec.seed + 1) % 2**31},
    ),
    "shortcuts": Change(
        "Shortcuts off",
        "x is no longer added to F(x): the residual net goes on as a plain one.",
        "no shortcuts",
        lambda spec: {"family": "plain"},
        _no_shortcuts,
    ),
    "warm-up": Change(
        "Warm-up",
        f"Learning rate {WARMUP_RATE:g} until training error is below 80 %, then the recipe's: what"
        " He et al. did for 110 layers (section 4.2).",
        "warm-up",
        lambda spec: {"warmup_rate": WARMUP_RATE},
        _no_warmup,
    ),
}
