"""A net's layers and what each costs: size, parameters, arithmetic, memory, what it sees."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from core.nets.modes import evaluation_mode
from core.nets.receptive_field import PIXEL, WINDOWS, Field, together, whole

FLOAT_BYTES = 4
TRAINING_ONLY = "(training only)"


class Layer(NamedTuple):
    """One row of a net's table.

    Attributes:
        name: module path; a pool that is a call and no module is called after both.
        output: channels, height, width, or features; empty if the layer does not run.
        multiply_adds: of convolutions and linear layers, forward, for one image; half the FLOPs.
        activation_bytes: the output in float32, for one image; 0 for batch norm.
        receptive_field: pixels along the image's side that one value of the output depends on;
            None if the layer does not run.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    activation_bytes: int
    receptive_field: int | None


class Complexity(NamedTuple):
    """A net's layers in order of execution, and the sums of their columns."""

    parameters: int
    multiply_adds: int
    activation_bytes: int
    layers: tuple[Layer, ...]


def complexity(net: nn.Module, image_shape: Sequence[int]) -> Complexity:
    """The net's table: the image, then every convolution, batch norm, pool and linear layer.

    The net runs once in evaluation mode and is left as it was found; on the meta device that takes
    neither memory nor arithmetic. Pools of one pixel, which only pick pixels, are no rows. Weights
    that evaluation does not use (auxiliary classifiers) come last, marked as for training only.

    Where paths meet, a value sees what any of them sees. Nothing is cut off at the border of the
    image: a global pool is a pool as large as its input and a linear layer sees every value of the
    map before it, so both see the whole image and some of its padding.

    Args:
        net: any net, on any device.
        image_shape: channels, height, width.
    """
    device = next((parameter.device for parameter in net.parameters()), torch.device("meta"))
    image = torch.empty(1, *image_shape, device=device)
    trace = Trace(net, image)
    with torch.no_grad(), evaluation_mode(net), trace.following(), trace:
        net(image)
    layers = (*trace.layers, *trace.unused())
    return Complexity(
        parameters=sum(layer.parameters for layer in layers),
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        activation_bytes=sum(layer.activation_bytes for layer in layers),
        layers=layers,
    )


class Trace(TorchFunctionMode):
    """Watches every call of torch while a net runs: notes the layers, carries what values see."""

    def __init__(self, net: nn.Module, image: Tensor) -> None:
        super().__init__()
        self.modules = dict(net.named_modules())
        self.owned = {  # parameters that no row has yet
            path: sum(parameter.numel() for parameter in module.parameters(recurse=False))
            for path, module in self.modules.items()
        }
        self.running: list[str] = []  # paths of the modules under way, the innermost last
        self.fields = WeakTensorKeyDictionary({image: PIXEL})
        memory = image.numel() * FLOAT_BYTES
        self.layers = [Layer("input", "input", tuple(image.shape[1:]), 0, 0, memory, 1)]

    @contextmanager
    def following(self) -> Iterator[None]:
        """While inside, `running` tells where in the net the calls come from."""
        handles = []
        try:
            for path, module in self.modules.items():
                enter = partial(self._enter, path)
                handles.append(module.register_forward_pre_hook(enter))
                handles.append(module.register_forward_hook(self._leave))
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, path: str, *_: Any) -> None:
        self.running.append(path)

    def _leave(self, *_: Any) -> None:
        self.running.pop()

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        call = func.__name__
        same = call in KEEP_SHAPE
        output = torch.empty_like(args[0]) if same else func(*args, **(kwargs or {}))
        if isinstance(output, Tensor) and (field := self._seen(args, output)):
            windows = WINDOWS[call](*args, **(kwargs or {})) if call in WINDOWS else ()
            field = field.through(*windows) if windows else field
            self.fields[output] = field
            picks_pixels = "pool" in call and all(window.kernel == 1 for window in windows)
            if call in KINDS and not picks_pixels:
                self._note(call, args, output, field)
        return output

    def _seen(self, args: tuple, output: Tensor) -> Field | None:
        """What the inputs see together, all of it where a map ends; None of what is no image's."""
        inputs = args[0] if args and isinstance(args[0], list | tuple) else args
        tensors = [one for one in inputs if isinstance(one, Tensor) and one in self.fields]
        fields = [self.fields[tensor] for tensor in tensors]
        if output.ndim < 4:
            pairs = zip(fields, tensors, strict=True)
            fields = [field.through(*whole(tensor.shape[2:])) for field, tensor in pairs]
        return together(fields) if fields else None

    def _note(self, call: str, args: tuple, output: Tensor, field: Field) -> None:
        path = self.running[-1]
        is_call = "pool" in call and any(self.modules[path].children())
        name = f"{path}.{call}" if is_call else path
        each = args[1][0].numel() if call in MULTIPLY else 0  # for one value of the output
        self.layers.append(
            Layer(
                name=name,
                kind=KINDS[call],
                output=tuple(output.shape[1:]),
                parameters=self.owned.pop(name, 0),
                multiply_adds=output.numel() * each,
                activation_bytes=0 if call == "batch_norm" else output.numel() * FLOAT_BYTES,
                receptive_field=field.side,
            )
        )

    def unused(self) -> Iterator[Layer]:
        """Rows of the layers with weights that did not run."""
        for path, parameters in self.owned.items():
            if parameters:
                kind = MODULES.get(type(self.modules[path]), "weights")
                yield Layer(path, f"{kind} {TRAINING_ONLY}", (), parameters, 0, 0, None)


KINDS = {  # what a row calls them, by function of torch
    "conv2d": "convolution",
    "batch_norm": "batch norm",
    "max_pool2d": "max pool",
    "avg_pool2d": "average pool",
    "adaptive_avg_pool2d": "average pool",
    "linear": "linear",
}
KEEP_SHAPE = ("batch_norm", "relu")  # not computed: no value is looked at, and meta is slow there
MULTIPLY = ("conv2d", "linear")
MODULES = {nn.Conv2d: "convolution", nn.BatchNorm2d: "batch norm", nn.Linear: "linear"}
