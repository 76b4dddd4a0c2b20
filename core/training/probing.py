"""When the probes look at a net in training, and what they saw."""

import json
import logging
import math
from collections.abc import Callable, Collection, Sequence

import torch
from torch import Tensor

from core.nets.families import ConvNet
from core.probes import PROBES, places
from core.probes.passes import PASS_PROBES, read_pass
from core.probes.steps import STEP_PROBES, TrainedStep, read_step
from core.spec import RunSpec
from core.training.recording import is_due, recording_interval

IMAGES = 32  # of the test set, evenly spaced: alike for all runs
PASS_COST = 0.3  # of a pass of these images with its probes, in training steps
PASS_SHARE = 0.006  # of the training time that passes may take
STEPS_BETWEEN = 3  # points of the curves: reading a step costs about 2 % of it

Row = dict[str, object]
Readings = tuple[dict[str, Tensor], dict[str, Exception]]

log = logging.getLogger(__name__)


class Probing:
    """Measures one net at the steps that its spec asks for.

    Attributes:
        profiles: what was measured and not collected yet: rows of the store's `profiles`.
        measures: what is measured, or was given up: rows of its `measures`.
    """

    def __init__(
        self, spec: RunSpec, net: ConvNet, optimizer: torch.optim.SGD, images: Tensor, steps: int
    ) -> None:
        self.net, self.images, self.steps = net, images, steps
        self.trained = TrainedStep(net, optimizer)
        given = spec.probe_every
        self.step_every = STEPS_BETWEEN * recording_interval(steps) if given == "auto" else given
        self.pass_every = pass_interval(steps) if given == "auto" else given
        self.places = {name: found for name in PROBES if (found := places(net, name))}
        self.profiles: list[Row] = []
        self.measures = [self._measure(name, "") for name in self.places]

    def look(self, step: int, *, at_once: bool = False, begins: bool = False) -> None:
        """Measure what is due after a step, or all of it at once; or before the first step."""
        if not begins and (at_once or is_due(step, self.step_every, self.steps)):
            self._read(step, STEP_PROBES, lambda wanted: read_step(self.trained, wanted))
        if at_once or begins or is_due(step, self.pass_every, self.steps):
            self._read(step, PASS_PROBES, lambda wanted: read_pass(self.net, self.images, wanted))

    def collect(self) -> tuple[list[Row], list[Row]]:
        """New rows of `profiles` and of `measures`; they are handed out once."""
        rows, self.profiles, self.measures = (self.profiles, self.measures), [], []
        return rows

    def _read(
        self, step: int, kind: Collection[str], read: Callable[[Sequence[str]], Readings]
    ) -> None:
        wanted = [name for name in self.places if name in kind]
        try:
            numbers, faults = read(wanted)
        except Exception as error:  # out of memory, say: training goes on without these probes
            log.exception("the probes failed")
            numbers, faults = {}, dict.fromkeys(wanted, error)
        for name, error in faults.items():
            del self.places[name]
            why = f"{type(error).__name__} at step {step}: {error}"
            self.measures.append(self._measure(name, why))
        if numbers:
            whole = torch.cat(list(numbers.values())).cpu()  # one copy to the host
            parts = whole.split([len(one) for one in numbers.values()])
            self.profiles += [
                {"measure": name, "step": step, "numbers": part.numpy().tobytes()}
                for name, part in zip(numbers, parts, strict=True)
            ]

    def _measure(self, name: str, fault: str) -> Row:
        where = json.dumps(places(self.net, name))
        return {"measure": name, "places": where, "fault": fault}


def pass_interval(steps: int) -> int:
    """Steps from one pass of the probes to the next, so that they stay within PASS_SHARE."""
    return max(recording_interval(steps), math.ceil(PASS_COST / PASS_SHARE))
