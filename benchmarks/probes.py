"""python -m benchmarks.probes: what looking inside costs the training, and the usual way costs.

Whole classroom runs of three trainers that take turns, an epoch each: one with the probes as they
are by default, one without, and one that is watched the usual way: forward hooks with `.item()` on
every block, and `.grad.norm().item()` of every parameter, at every step.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.machine import circumstances, keep
from core.data.datasets import load_dataset
from core.data.image_set import ImageSet
from core.presets import PRESETS
from core.spec import RunSpec
from core.training.device import keep_freed_memory
from core.training.trainer import Trainer

DEPTHS = (20, 56)
SHARE_TARGETS = {"cpu": 0.03, "cuda": 0.02}  # of the training time
USUAL_TARGET = 20  # times what ours cost


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes", description=__doc__)
    parser.add_argument("--device", default="auto")
    device = parser.parse_args(arguments).device
    keep_freed_memory()
    results = circumstances(device)
    kind = torch.device("cuda" if torch.cuda.is_available() and device != "cpu" else "cpu")
    nets = [compare(spec, kind, results["precision"]) for spec in _specs()]
    results |= {"targets": {"share": SHARE_TARGETS[kind.type], "usual": USUAL_TARGET}, "nets": nets}
    keep("probes", results)
    for row in nets:
        print("  ".join(f"{name} {value}" for name, value in row.items()))  # noqa: T201


def _specs() -> list[RunSpec]:
    return [
        spec
        for spec in PRESETS["classroom"].specs()
        if spec.family == "resnet" and spec.depth in DEPTHS
    ]


def compare(spec: RunSpec, device: torch.device, precision: str) -> dict[str, Any]:
    """Seconds of three whole runs, and what they say of each other."""
    images = load_dataset(spec.dataset).to(device)
    looking: list[float] = []  # seconds of each look of the probes
    ways: dict[str, Callable[[Trainer], None]] = {
        "probed": lambda trainer: _time_probing(trainer, looking),
        "alone": _stop_probing,
        "usual": _watch_the_usual_way,
    }
    trainers = {name: _trainer(spec, images, device, precision, way) for name, way in ways.items()}
    seconds: dict[str, float] = defaultdict(float)
    while not trainers["usual"].finished:
        for name, trainer in trainers.items():
            started = time.perf_counter()
            trainer.advance(trainer.batches.per_epoch)
            _wait(device)
            seconds[name] += time.perf_counter() - started
    share = sum(looking) / (seconds["probed"] - sum(looking))
    usual = seconds["usual"] / seconds["alone"] - 1
    return {
        "net": spec.net,
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "looks": len(looking),
        "share": round(share, 4),
        "usual_share": round(usual, 3),
        "times_less": round(usual / share, 1),
    }


def _trainer(
    spec: RunSpec,
    images: ImageSet,
    device: torch.device,
    precision: str,
    way: Callable[[Trainer], None],
) -> Trainer:
    trainer = Trainer(spec, images, device, precision)
    trainer.evaluate_every = trainer.steps  # what is compared is training
    way(trainer)
    return trainer


def _time_probing(trainer: Trainer, seconds: list[float]) -> None:
    """Note how long each look takes: seldom ones would drown in the noise of two whole runs."""
    look = trainer.probing.look

    def timed(step: int, *, at_once: bool = False) -> None:
        _wait(trainer.batches.device)
        started = time.perf_counter()
        look(step, at_once=at_once)
        _wait(trainer.batches.device)
        seconds.append(time.perf_counter() - started)

    trainer.probing.look = timed  # type: ignore[method-assign]


def _stop_probing(trainer: Trainer) -> None:
    trainer.probing.look = lambda *_, **__: None  # type: ignore[method-assign]


def _watch_the_usual_way(trainer: Trainer) -> None:
    _stop_probing(trainer)
    seen: list[float] = []

    def look(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        seen.extend(
            (output.mean().item(), output.std().item(), (output == 0).float().mean().item())
        )

    def after_step(*_: object) -> None:
        seen.extend(
            one.grad.norm().item() for one in trainer.net.parameters() if one.grad is not None
        )
        seen.clear()

    for _, block in trainer.net.blocks():
        block.register_forward_hook(look)
    trainer.optimizer.register_step_post_hook(after_step)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
