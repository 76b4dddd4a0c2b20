"""Which of our nets a state dict belongs to: read off its names and shapes before one is built."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from pydantic import ValidationError
from torch import Tensor

from core.depths import Family, Stem, layers_per_block
from core.nets.families import ConvNet
from core.refusals import explain
from core.spec import FAMILY_WORDS, RunSpec, ShortcutOption, StrideIn
from core.state_dicts import StateDict, has_norm
from core.weight_settings import WeightSettings

CONVOLUTION = re.compile(r"^(stages\.\d+\.\d+)\.branch\.\d+\.weight$")
HEAD = re.compile(r"^head\.\d+\.weight$")
PROJECTION = re.compile(r"^stages\.\d+\.\d+\.shortcut\.0\.weight$")
OF_LAYERS: dict[int, Family] = {1: "highway", 2: "resnet", 3: "bottleneck"}
VGG_HEAD = 3  # linear layers; all other nets have one
COUNTER = "num_batches_tracked"  # of batch norm; older files lack it, and nothing here needs it


class Outline(NamedTuple):
    """What names and shapes tell of a net.

    Attributes:
        layers: convolutions of a block.
        channels: of the images it takes.
    """

    depth: int
    layers: int
    width: int
    channels: int
    classes: int
    stem: Stem
    shortcut: ShortcutOption
    batch_norm: bool


class Fitted(NamedTuple):
    """A net with weights that others published, and what is known of it."""

    spec: RunSpec
    net: ConvNet
    outline: Outline


def fit_net(found: StateDict, settings: WeightSettings, file_name: str) -> Fitted:
    """The net that was asked for, with these weights, and its spec with all the file tells of it.

    Every tensor is looked at before the net gets any.

    Raises:
        ValueError: the file holds another net, or names the tensor that is missing, unknown, of
            another shape or not finite.
    """
    outline = read_outline(found, file_name)
    _check_depth(outline, settings, file_name)
    spec = _spec(outline, settings, "3x3" if found.published else "1x1", file_name)
    with torch.device("meta"):  # names and shapes alone; nothing is allocated
        net = ConvNet(spec, outline.channels, outline.classes)
    expected = net.state_dict()
    _check_tensors(found, expected, f"{file_name}:", f"a {spec.net} net")
    weights = {name: _as(found.tensors.get(name), wanted) for name, wanted in expected.items()}
    net.load_state_dict(weights, assign=True)
    return Fitted(spec, net, outline)


def read_outline(found: StateDict, file_name: str) -> Outline:
    """What a net is, off its weights.

    Raises:
        ValueError: the weights are not those of a net of ours.
    """
    tensors = found.tensors
    stem = tensors.get("stem.0.weight")
    if stem is None or stem.dim() != 4:
        raise _stranger(found, "stem.0.weight", file_name)
    head = [value for name, value in tensors.items() if HEAD.match(name) and value.dim() == 2]
    if not head:
        raise _stranger(found, "head.1.weight", file_name)
    branches = [match[1] for name in tensors if (match := _convolution(name, tensors))]
    blocks = len(set(branches))
    if not blocks:
        raise _stranger(found, "stages.0.0.branch.0.weight", file_name)
    layers = round(len(branches) / blocks)  # a tensor may be missing: that is said later, by name
    return Outline(
        depth=1 + blocks * layers + len(head),
        layers=layers,
        width=stem.shape[0],
        channels=stem.shape[1],
        classes=head[-1].shape[0],
        stem="imagenet" if stem.shape[-1] == 7 or len(head) == VGG_HEAD else "cifar",
        shortcut=_shortcut_option(sum(map(bool, map(PROJECTION.match, tensors))), blocks),
        batch_norm=has_norm(tensors),
    )


def _stranger(found: StateDict, name: str, file_name: str) -> ValueError:
    return ValueError(
        f"{file_name} holds none of our nets: {found.name_in_file(name)} is missing or has another"
        f" form; its first tensor is {next(iter(found.names.values()))}"
    )


def _spec(
    outline: Outline, settings: WeightSettings, stride_in: StrideIn, file_name: str
) -> RunSpec:
    try:
        return RunSpec(
            family=settings.family,
            depth=settings.depth,
            dataset=settings.dataset,
            width=outline.width,
            stem=outline.stem,
            stem_stride=settings.stem_stride,
            shortcut=outline.shortcut,
            stride_in=settings.stride_in or stride_in,
            batch_norm=outline.batch_norm,
            steps=1,
            precision="float32",
        )
    except ValidationError as error:
        raise ValueError(f"{file_name}: {'; '.join(explain(error).values())}") from error


def _convolution(name: str, tensors: Mapping[str, Tensor]) -> re.Match[str] | None:
    return CONVOLUTION.match(name) if tensors[name].dim() == 4 else None


def _shortcut_option(projections: int, blocks: int) -> ShortcutOption:
    if not projections:
        return "A"
    return "C" if projections == blocks else "B"


def _check_depth(outline: Outline, settings: WeightSettings, file_name: str) -> None:
    wanted = layers_per_block(settings.family, settings.depth)
    if outline.layers != wanted:
        raise ValueError(
            f"the blocks in {file_name} have {outline.layers} convolutions each and those of a"
            f" {FAMILY_WORDS[settings.family]} net of {settings.depth} layers {wanted}; the nearest"
            f" is the {OF_LAYERS.get(outline.layers, 'resnet')} family, depth {outline.depth}"
        )
    if outline.depth != settings.depth:
        raise ValueError(
            f"{file_name} holds a net of {outline.depth} layers, not of {settings.depth};"
            f" the depth to give is {outline.depth}"
        )


def _check_tensors(found: StateDict, expected: Mapping[str, Tensor], where: str, net: str) -> None:
    missing = [name for name in expected if name not in found.tensors and COUNTER not in name]
    if missing:
        raise ValueError(f"{where} {_some(map(found.name_in_file, missing))} is missing in {net}")
    if unknown := [name for name in found.tensors if name not in expected]:
        raise ValueError(f"{where} {net} has no {_some(map(found.name_in_file, unknown))}")
    for name, value in found.tensors.items():
        if value.shape != expected[name].shape:
            raise ValueError(
                f"{where} {found.name_in_file(name)} has the shape {_shape(value)};"
                f" in {net} it is {_shape(expected[name])}"
            )
    for name, value in found.tensors.items():
        if not value.isfinite().all():
            raise ValueError(
                f"{where} {found.name_in_file(name)} holds NaN or infinite values; a net with them"
                " answers nothing"
            )


def _as(value: Tensor | None, wanted: Tensor) -> Tensor:
    if value is None:
        return torch.zeros(wanted.shape, dtype=wanted.dtype)
    return value.to(wanted.dtype).contiguous()


def _some(names: Iterable[str]) -> str:
    first, *others = names
    return first + (f" (nor {len(others)} more)" if others else "")


def _shape(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"
