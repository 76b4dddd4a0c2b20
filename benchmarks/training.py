"""python -m benchmarks.training: our trainer, the usual loop and the convolutions alone.

They take turns, so that what else the machine does falls on each; the medians of the rounds and
their ratios go to training.json beside this file.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import median

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.machine import circumstances, keep
from benchmarks.usual_loop import WARM_STEPS, WORKERS, usual_loops
from core.data.image_set import ImageSet
from core.nets.families import build_net
from core.spec import RunSpec
from core.training.device import keep_freed_memory
from core.training.trainer import Trainer

BATCH_SIZE, IMAGES, SIZE, CLASSES = 128, 12_800, 32, 10
TARGETS = {  # precision -> depth -> our images per second over the usual loop's
    "bfloat16": {20: 2.4, 56: 1.9},
    "float32": {20: 1.4, 56: 1.2},
}
SHARE_TARGET = 0.6  # our images per second over those of the convolutions alone
COLUMNS = ("net", "ours", "usual", "workers", "convolutions", "ratio", "target", "share")

Measure = Callable[[int], float]  # steps -> seconds a step


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=12, help="steps a round")
    given = parser.parse_args(arguments)
    keep_freed_memory()
    results = circumstances("cpu")
    precision = results["precision"]
    nets = [
        compare(depth, target, precision, given.rounds, given.steps)
        for depth, target in TARGETS[precision].items()
    ]
    results |= {
        "threads": torch.get_num_threads(),
        "batch_size": BATCH_SIZE,
        "rounds": given.rounds,
        "steps_a_round": given.steps,
        "share_target": SHARE_TARGET,
        "nets": nets,
    }
    keep("training", results)
    for row in (dict(zip(COLUMNS, COLUMNS, strict=True)), *nets):
        print("  ".join(f"{row[column]!s:>12}" for column in COLUMNS))  # noqa: T201


def compare(
    depth: int, target: float, precision: str, rounds: int, steps: int
) -> dict[str, object]:
    """Medians of images per second, of rounds in turn, and what they say of each other."""
    spec = RunSpec(
        family="resnet", depth=depth, steps=10**6, batch_size=BATCH_SIZE, augmentation="crop-flip"
    )
    images = noise()
    seconds: dict[str, list[float]] = defaultdict(list)
    with usual_loops(spec, images) as usual_ones:
        contestants: dict[str, Measure] = {
            "ours": our_loop(spec, images, precision),
            "convolutions": convolutions_alone(spec, precision),
            **{f"usual, {workers} workers": loop for workers, loop in usual_ones.items()},
        }
        for _ in range(rounds):
            for name, measure in contestants.items():
                seconds[name].append(measure(steps))
    speeds = {name: BATCH_SIZE / median(times) for name, times in seconds.items()}
    workers = max(WORKERS, key=lambda workers: speeds[f"usual, {workers} workers"])
    usual = speeds[f"usual, {workers} workers"]
    return {
        "net": f"resnet-{depth}",
        "ours": round(speeds["ours"]),
        "usual": round(usual),
        "workers": workers,
        "convolutions": round(speeds["convolutions"]),
        "ratio": round(speeds["ours"] / usual, 2),
        "target": target,
        "share": round(speeds["ours"] / speeds["convolutions"], 2),
        "milliseconds_a_step": {
            name: [round(1000 * time_, 1) for time_ in times] for name, times in seconds.items()
        },
    }


def noise() -> ImageSet:
    """Random images; what is on them costs nothing."""
    generator = torch.Generator().manual_seed(0)
    shape = (IMAGES, 3, SIZE, SIZE)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, CLASSES, shape[:1], generator=generator)
    names = tuple(map(str, range(CLASSES)))
    return ImageSet(
        "noise", images, labels, images[:128], labels[:128], names, (0.5,) * 3, (0.25,) * 3
    )


def our_loop(spec: RunSpec, images: ImageSet, precision: str) -> Measure:
    """The trainer as it is, augmentation and recording included."""
    trainer = Trainer(spec, images, torch.device("cpu"), precision)

    def measure(steps: int) -> float:
        trainer.advance(WARM_STEPS)
        started = time.perf_counter()
        trainer.advance(steps)
        return (time.perf_counter() - started) / steps

    return measure


def convolutions_alone(spec: RunSpec, precision: str) -> Measure:
    """Forward and backward of the net's convolutions on random numbers, channels last."""
    dtype = getattr(torch, precision)
    calls = []

    def keep_call(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        tensors = (inputs[0], layer.weight, output)
        x, weight, gradient = (
            torch.randn(tensor.shape, dtype=dtype).to(memory_format=torch.channels_last)
            for tensor in tensors
        )
        calls.append((x, weight, gradient, layer.stride, layer.padding))

    net = build_net(spec, 3, CLASSES)
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(keep_call)
    with torch.no_grad():
        net(torch.zeros(BATCH_SIZE, 3, SIZE, SIZE))

    def step() -> None:
        for x, weight, _, stride, padding in calls:
            F.conv2d(x, weight, None, stride, padding)
        for index, (x, weight, gradient, stride, padding) in reversed(list(enumerate(calls))):
            torch.ops.aten.convolution_backward(
                gradient, x, weight, None, stride, padding, (1, 1), False, (0, 0), 1,
                (index > 0, True, False),
            )  # fmt: skip

    def measure(steps: int) -> float:
        for _ in range(WARM_STEPS):
            step()
        started = time.perf_counter()
        for _ in range(steps):
            step()
        return (time.perf_counter() - started) / steps

    return measure


if __name__ == "__main__":
    main()
