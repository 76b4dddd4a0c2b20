"""A second's look at how quick this device is: the first estimate stands on it."""

import time

import torch

from core.cost import multiply_adds
from core.data.catalogue import CATALOGUE
from core.data.datasets import ImageSet
from core.machine import Machine
from core.spec import RunSpec
from core.store.database import Store
from core.store.reads import read_speeds
from core.store.recording import record_speed
from core.training.trainer import Trainer

NETS = ((8, 8, 128), (32, 8, 128), (20, 16, 128))  # depth, width, batch size
SECONDS = 0.4  # a net, after its first steps


def calibrate(store: Store, machine: Machine) -> None:
    """Time a few training steps on noise and keep the speeds, unless this device has some."""
    if not read_speeds(store, machine.name, machine.precision).empty:
        return
    images = _noise().to(machine.device)
    for depth, width, batch_size in NETS:
        spec = RunSpec(
            family="resnet",
            depth=depth,
            width=width,
            stem_stride=2,
            batch_size=batch_size,
            steps=10_000,
            dataset=images.name,
        )
        trainer = Trainer(spec, images, machine.device, machine.precision)
        trainer.advance(3)
        before, started = trainer.step, time.perf_counter()
        trainer.advance(1_000, SECONDS)
        seconds = (time.perf_counter() - started) / (trainer.step - before)
        record_speed(
            store,
            device_name=machine.name,
            precision=machine.precision,
            layers=depth,
            multiply_adds=multiply_adds(spec, CATALOGUE[images.name]),
            batch_size=batch_size,
            seconds_per_step=seconds,
        )


def _noise() -> ImageSet:
    info = CATALOGUE["fashion-mnist-mini"]
    generator = torch.Generator().manual_seed(0)
    shape = (1_024, info.channels, info.size, info.size)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, info.classes, shape[:1], generator=generator)
    names = tuple(map(str, range(info.classes)))
    return ImageSet(
        info.name, images, labels, images[:1], labels[:1], names, (0.5,) * info.channels, (0.25,)
    )
