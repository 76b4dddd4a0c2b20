"""How a run begins that starts at another run's net: a fork, or a net that was deepened."""

import torch
from torch import Tensor

from core.nets.edits import Edit, edited
from core.nets.families import ConvNet, build_net
from core.nets.removals import WithoutBatchNorm, WithoutShortcuts
from core.spec import Origin, RunSpec
from core.store.checkpoints import load_checkpoint
from core.store.database import Store
from core.store.reads import find_run
from core.store.recorded import find_store
from core.training.batches import Batches
from core.training.device import threads
from core.training.evaluation import settle_batch_norm
from core.training.trainer import NET, OPTIMIZER, Trainer

State = dict[str, Tensor]


def begin(store: Store, trainer: Trainer, origin: Origin) -> None:
    """Bring a new trainer to where its origin is: weights, momentum and counters.

    Weights are edited where the spec has no batch norm or no shortcuts any more. Momentum begins at
    zero where an edit changed a layer, where only weights were kept (in the gallery, and by older
    labs), and in a run that begins anew.

    Args:
        store: of the new run; the origin is in it or in the gallery.

    Raises:
        ValueError: the origin was deleted, or has no intact weights of that step; one sentence.
    """
    held = find_store(store, origin.run)
    spec = find_run(held, origin.run) if held is not None else None
    if held is None or spec is None:
        raise ValueError(f"the run {origin.run} that this one starts from was deleted")
    kept = _kept(held, spec, origin, trainer)
    weights = _edited(spec, trainer, kept)
    state = trainer.state_dict() | weights
    if not origin.fresh:
        state |= _momentum(kept, weights, state) | _counters(kept, spec, trainer, origin.step)
    trainer.load_state_dict(state)


def _kept(store: Store, spec: RunSpec, origin: Origin, trainer: Trainer) -> State:
    """All that was kept of the origin at that step, named as a trainer names it."""
    weights = load_checkpoint(store, origin.run, "weights", origin.step)
    if weights is not None:
        rest = load_checkpoint(store, origin.run, "training", origin.step)
        named = {f"{NET}{name}": tensor for name, tensor in weights[1].items()}
        return named | (rest[1] if rest is not None else {})
    resume = load_checkpoint(store, origin.run, "resume", origin.step)
    if resume is not None:
        return resume[1]
    if origin.step == 0 and spec.origin is None:
        return _untrained(spec, trainer)
    raise ValueError(f"the run {origin.run} has no intact weights of step {origin.step} any more")


def _untrained(spec: RunSpec, trainer: Trainer) -> State:
    """The origin before its first step, its batch norm settled as a trainer does."""
    images = trainer.images
    net = build_net(spec, images.train_images.shape[1], len(images.class_names))
    device = images.train_images.device
    net = net.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    with threads(trainer.threads), trainer.autocast:
        settle_batch_norm(net, Batches(spec, images).at(0)[0])
    return {f"{NET}{name}": tensor.cpu() for name, tensor in net.state_dict().items()}


def _edited(old: RunSpec, trainer: Trainer, kept: State) -> State:
    """The origin's net as the new spec has it."""
    new, edits = trainer.spec, list[Edit]()
    if old.batch_norm and not new.batch_norm:
        edits.append(WithoutBatchNorm())
    if old.family == "resnet" and new.family == "plain":
        edits.append(WithoutShortcuts(new))
    weights = {name: tensor for name, tensor in kept.items() if name.startswith(NET)}
    if not edits:
        return weights
    images = trainer.images
    net = build_net(old, images.train_images.shape[1], len(images.class_names)).eval()
    net.load_state_dict({name.removeprefix(NET): tensor for name, tensor in weights.items()})
    changed: ConvNet = edited(net, *edits)
    return {f"{NET}{name}": tensor for name, tensor in changed.state_dict().items()}


def _momentum(kept: State, weights: State, fresh: State) -> State:
    """Of the weights that no edit has changed."""
    same = (
        name
        for name in fresh
        if name.startswith(OPTIMIZER)
        and name in kept
        and torch.equal(kept[_net_name(name)], weights[_net_name(name)])
    )
    return {name: kept[name] for name in same}


def _net_name(name: str) -> str:
    return f"{NET}{name.removeprefix(OPTIMIZER)}"


def _counters(kept: State, spec: RunSpec, trainer: Trainer, step: int) -> State:
    """Where the origin was, and what it had summed up since its last training point."""
    new = trainer.spec
    _, recorded_at, warming_up, _ = kept["counters"].tolist() if "counters" in kept else ALONE
    begins_warming = new.warmup_rate is not None and spec.warmup_rate is None
    if "recent" not in kept:
        recorded_at = step
    counters = (step, recorded_at, bool(warming_up) or begins_warming, -1)
    carried = {name: kept[name] for name in ("recent", "plateau") if name in kept}
    own = trainer.state_dict()
    return {name: tensor for name, tensor in carried.items() if name in own} | {
        "counters": torch.tensor(counters, dtype=torch.int64)
    }


ALONE = (0, 0, False, -1)  # counters of weights that were kept alone
