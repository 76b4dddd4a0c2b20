"""Pass probes: what a few fixed images become in each block, in eval mode."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from core.nets.families import ConvNet
from core.nets.modes import evaluation_mode

Parts = dict[str, Tensor]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PassProbe:
    """Reads features float32 [N, C, H, W]: one number for each place that has these parts.

    Parts are `output` of stem and blocks; `branch` (F(x)) and `shortcut` (x, as it is carried) of
    blocks that add; `gate` of blocks that mix; `response` of a 3x3 layer.
    """

    parts: tuple[str, ...]
    read: Callable[..., Tensor]


@torch.no_grad()
def read_pass(
    net: ConvNet, images: Tensor, wanted: Sequence[str]
) -> tuple[dict[str, Tensor], dict[str, Exception]]:
    """Pass probes by name: float32 [places] of each that is wanted, and why others failed.

    Args:
        images: normalised, [N, C, H, W].
    """
    found: dict[str, list[Tensor]] = {name: [] for name in wanted}
    faults: dict[str, Exception] = {}

    def look(parts: Parts) -> None:
        parts = {part: features.float() for part, features in parts.items()}
        for name in wanted:
            probe = PASS_PROBES[name]
            if name in faults or not parts.keys() >= set(probe.parts):
                continue
            try:
                found[name].append(probe.read(*(parts[part] for part in probe.parts)))
            except Exception as error:  # stops neither training nor the other probes
                log.exception("the probe %s failed", name)
                faults[name] = error

    with evaluation_mode(net), watched(net, look):
        net(images)
    whole = [name for name, numbers in found.items() if numbers and name not in faults]
    return {name: torch.stack(found[name]) for name in whole}, faults


@contextmanager
def watched(net: ConvNet, look: Callable[[Parts], None]) -> Iterator[None]:
    """Whenever the net is used, call `look` with the parts of each place, from input to output."""
    kept: Parts = {}

    def keep(part: str, _module: nn.Module, _inputs: object, output: Tensor) -> None:
        kept[part] = output

    def look_at_block(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        look({"output": output, **kept})
        kept.clear()

    def look_at_layer(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        look({"response": output})

    handles = [net.stem.register_forward_hook(look_at_block)]
    for _, block in net.blocks():
        handles.append(block.register_forward_hook(look_at_block))
        for part, module in parts_of(block).items():
            handles.append(module.register_forward_hook(partial(keep, part)))
    handles += [layer.register_forward_hook(look_at_layer) for layer in responding(net).values()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def parts_of(block: nn.Module) -> dict[str, nn.Module]:
    """Modules of a block whose outputs are parts: branch and shortcut, or a gate, or none."""
    adds = getattr(block, "shortcut", None) is not None
    found = {
        part: getattr(block, part, None) for part in (("branch", "shortcut") if adds else ("gate",))
    }
    return {part: module for part, module in found.items() if module is not None}


def responding(net: ConvNet) -> dict[str, nn.Module]:
    """The 3x3 layers of stem and branches by the address of their convolution.

    The module is the batch norm that follows the convolution, if one does, as in Figure 7 of
    He et al. 2015; in pre-activation nets none does.
    """
    found: dict[str, nn.Module] = {}
    modules = dict(net.named_modules())
    for name, layer in modules.items():
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3) and ".gate." not in name:
            parent, index = name.rsplit(".", 1)
            following = modules.get(f"{parent}.{int(index) + 1}")
            found[name] = following if isinstance(following, nn.BatchNorm2d) else layer
    return found


def length(features: Tensor) -> Tensor:
    """L2 norm of an image's features [N, C, H, W]: root of the mean square over the images."""
    return torch.linalg.vector_norm(features) / len(features) ** 0.5


def spread(features: Tensor) -> Tensor:
    """Standard deviation of all numbers; half the time of `std` on a CPU."""
    return torch.linalg.vector_norm(features - features.mean()) / features.numel() ** 0.5


def zero_share(features: Tensor) -> Tensor:
    """Numbers that are exactly 0, %."""
    return 100 * (features == 0).float().mean()


def dead_share(features: Tensor) -> Tensor:
    """Channels of [N, C, H, W] that are 0 everywhere, %."""
    lengths = torch.linalg.vector_norm(features, dim=(0, 2, 3))
    return 100 * (lengths == 0).float().mean()


PASS_PROBES: dict[str, PassProbe] = {
    "activation-mean": PassProbe(("output",), lambda output: output.mean()),
    "activation-std": PassProbe(("output",), spread),
    "zeros": PassProbe(("output",), zero_share),
    "dead-channels": PassProbe(("output",), dead_share),
    "layer-response": PassProbe(("response",), spread),
    "branch-norm": PassProbe(("branch", "shortcut"), lambda branch, _: length(branch)),
    "shortcut-norm": PassProbe(("branch", "shortcut"), lambda _, shortcut: length(shortcut)),
    "branch-ratio": PassProbe(
        ("branch", "shortcut"), lambda branch, shortcut: length(branch) / length(shortcut)
    ),
    "gate": PassProbe(("gate",), lambda gate: 100 * gate.mean()),
}
