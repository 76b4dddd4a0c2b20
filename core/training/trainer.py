"""Training in slices: one net, one seed, one spec."""

import math
import time

import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.image_set import ImageSet
from core.nets.families import build_net
from core.spec import RunSpec
from core.training.batches import Batches
from core.training.device import choose_threads, threads
from core.training.evaluation import evaluate, settle_batch_norm
from core.training.probing import IMAGES, Probing
from core.training.recipe import WARMUP_ERROR, Plateau, make_optimizer, scheduled_rate
from core.training.recording import (
    TRAIN_SAMPLE,
    Point,
    Split,
    Summary,
    evaluation_interval,
    is_due,
    recording_interval,
)

NET, OPTIMIZER = "net.", "optimizer."  # begin the names of its tensors in `state_dict`


class Trainer:
    """Trains one net, a few steps at a time; the same numbers however it is sliced or resumed.

    `images` lie on `device`; `precision` is float32 or bfloat16. Weights, data order, augmentation
    and times of measurement depend on the spec and the step alone, so the state holds no random
    state. A spec with an origin begins at another net: `core.starts.begin` loads it.
    """

    def __init__(
        self, spec: RunSpec, images: ImageSet, device: torch.device, precision: str
    ) -> None:
        self.spec, self.images = spec, images
        self.batches = Batches(spec, images)
        self.steps = spec.total_steps(len(images.train_labels))
        self.record_every = recording_interval(self.steps)
        looked_at = len(images.test_labels) + len(self.batches.selection.validation)
        self.evaluate_every = evaluation_interval(self.steps, spec.batch_size, looked_at)
        self.plateau = Plateau(self.steps) if spec.schedule == "plateau" else None
        self.threads = choose_threads(spec, images.train_images.shape[-1])
        net = build_net(spec, images.train_images.shape[1], len(images.class_names))
        self.net = net.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = make_optimizer(spec, self.net)
        self.autocast = torch.autocast(device.type, torch.bfloat16, precision == "bfloat16")
        self.probing = self._make_probing()
        self.step = 0
        self.diverged_at: int | None = None  # step at which the loss was seen not to be finite
        self.warming_up = spec.warmup_rate is not None
        self.recorded_at = 0  # step of the last `train` point
        self.recent = torch.zeros(2, device=device)  # loss and error summed over batches since then
        self.last_epoch = torch.zeros(2, device=device)  # the same over the last epoch
        self.last_steps = min(self.steps - spec.begins, self.batches.per_epoch)  # of the last epoch

    def advance(self, steps: int, seconds: float | None = None) -> list[Point]:
        """Train so many steps, but none after `seconds` have passed; what came due on the way."""
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        last = min(self.step + steps, self.steps)
        points = []
        with threads(self.threads):
            if self.step == self.spec.begins and steps > 0:
                points += self._start()
            while self.step < last and not self.finished:
                self._train_step()
                points += self._points_due()
                with self.autocast:
                    self.probing.look(self.step, at_once=self.diverged_at is not None)
                if time.monotonic() >= deadline:
                    break
        return points

    def _start(self) -> list[Point]:
        with self.autocast:
            if self.spec.origin is None:
                settle_batch_norm(self.net, self.batches.at(0)[0])
            self.probing.look(self.step, begins=True)
        return self._held_out()

    def _make_probing(self) -> Probing:
        tested = self.images.test_images
        looked_at = torch.linspace(0, len(tested) - 1, min(IMAGES, len(tested))).long()
        images = self.batches.normalise(tested[looked_at.to(tested.device)])
        return Probing(self.spec, self.net, self.optimizer, images, self.steps)

    def _train_step(self) -> None:
        images, labels = self.batches.at(self.step)
        self.optimizer.zero_grad()  # first: the probes read the gradients after the step
        with self.autocast:
            logits = self.net(images)
        loss = F.cross_entropy(logits.float(), labels)
        loss.backward()
        self.optimizer.param_groups[0]["lr"] = self.learning_rate
        self.optimizer.step()
        error = (logits.argmax(1) != labels).float().mean()
        measured = torch.stack((loss.detach(), 100 * error))
        self.recent += measured
        if self.step >= self.steps - self.last_steps:
            self.last_epoch += measured
        self.step += 1

    def _points_due(self) -> list[Point]:
        points = []
        if is_due(self.step, self.record_every, self.steps):
            loss, error = (self.recent / (self.step - self.recorded_at)).tolist()
            self.warming_up = self.warming_up and error >= WARMUP_ERROR
            self.recent.zero_()
            self.recorded_at = self.step
            points += self._points("train", loss, error)
        if not self.diverged_at and self._evaluation_due():
            points += self._held_out()
        return points

    def _evaluation_due(self) -> bool:
        return self.step % self.evaluate_every == 0 or self.step == self.steps

    def _held_out(self) -> list[Point]:
        """Errors on images that are not trained on; the plateau schedule watches the first."""
        points, validation = [], self.batches.selection.validation
        if len(validation):
            images, labels = self.images.train_images[validation], self.batches.labels[validation]
            loss, error = self._evaluate(images, labels)
            if self.plateau is not None:
                self.plateau.see(self.step, error)
            points += self._points("validation", loss, error)
        tested = self._evaluate(self.images.test_images, self.images.test_labels)
        return points + self._points("test", *tested)

    def _points(self, split: Split, loss: float, error: float) -> list[Point]:
        if not math.isfinite(loss):
            self.diverged_at = self.step
            return []
        return [Point(self.step, self.epoch, split, loss, error, self.learning_rate)]

    def _evaluate(self, images: Tensor, labels: Tensor) -> tuple[float, float]:
        with self.autocast:
            return evaluate(self.net, self.batches.normalise, images, labels)

    def summary(self) -> Summary:
        """The errors to report, once all steps are done."""
        images, labels = self.images.train_images, self.batches.labels
        used = self.batches.selection.train
        sample = torch.linspace(0, len(used) - 1, min(TRAIN_SAMPLE, len(used))).long()
        sample = used[sample.to(used.device)]
        with threads(self.threads):
            return Summary(
                train_error=self.last_epoch[1].item() / self.last_steps,
                train_error_eval=self._evaluate(images[sample], labels[sample])[1],
                test_error=self._evaluate(self.images.test_images, self.images.test_labels)[1],
            )

    @property
    def finished(self) -> bool:
        """No step is left: all are done, or the loss is no longer finite."""
        return self.step == self.steps or self.diverged_at is not None

    @property
    def epoch(self) -> float:
        """Passes over the training images so far."""
        return self.step / self.batches.per_epoch

    @property
    def learning_rate(self) -> float:
        """Of the step that follows."""
        if self.warming_up and self.spec.warmup_rate:
            return self.spec.warmup_rate
        rate = scheduled_rate(self.spec, self.step / self.steps)
        return rate if self.plateau is None else rate * self.plateau.factor

    def state_dict(self) -> dict[str, Tensor]:
        """A copy of all that training goes on from, on the CPU, in safetensors' form (flat)."""
        state = {name: _copy(tensor) for name, tensor in self._tensors().items()}
        diverged_at = -1 if self.diverged_at is None else self.diverged_at
        counters = (self.step, self.recorded_at, self.warming_up, diverged_at)
        return state | {"counters": torch.tensor(counters, dtype=torch.int64)}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from where `state_dict` was taken, of a trainer with the same spec."""
        with torch.no_grad():
            for name, tensor in self._tensors().items():
                tensor.copy_(state[name])
        self.step, self.recorded_at, warming_up, diverged_at = state["counters"].tolist()
        self.warming_up = bool(warming_up)
        self.diverged_at = None if diverged_at < 0 else diverged_at

    def _tensors(self) -> dict[str, Tensor]:
        momentum = {
            f"{OPTIMIZER}{name}": self.optimizer.state[parameter]["momentum_buffer"]
            for name, parameter in self.net.named_parameters()
        }
        weights = {f"{NET}{name}": tensor for name, tensor in self.net.state_dict().items()}
        sums = {"recent": self.recent, "last_epoch": self.last_epoch}
        plateau = {} if self.plateau is None else {"plateau": self.plateau.state}
        return weights | momentum | sums | plateau


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
