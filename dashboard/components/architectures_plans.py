"""Nets as tables of their layers, from their specs alone: what the diagram draws and counts."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from core.cost import WITH_SHORTCUT, Layer, convolutions
from core.data.catalogue import CATALOGUE, DatasetInfo
from core.depths import Family, nearest_depth
from core.nets.layout import BlockPlan, plan_stages
from core.spec import RunSpec

RUSSAKOVSKY = "Russakovsky et al. 2015, https://arxiv.org/abs/1409.0575"
IMAGENET = DatasetInfo(
    "imagenet", "ImageNet", 1000, 3, 224, 1_281_167, 50_000, "non-commercial use only", RUSSAKOVSKY
)
IMAGES: dict[str, DatasetInfo] = {"imagenet": IMAGENET, "cifar": CATALOGUE["cifar10"]}
COLUMNS = [
    "block",
    "kind",
    "layer",
    "size",
    "channels",
    "repeat",
    "shortcut",
    "parameters",
    "multiply_adds",
]
MOST_LAYERS = 40  # drawn one by one; in deeper nets equal blocks that follow each other are one
PLACES_OF_CONV = 2  # in torchvision's list: itself and its ReLU
VGG19 = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # Simonyan and Zisserman 2014, Table 1, E

Row = dict[str, Any]


def our_layers(spec: RunSpec) -> pd.DataFrame:
    """The layers of one of the lab's nets, from input to output, as its stem's images need them.

    Returns:
        Columns block (address), kind ('conv', 'pool', 'fc', 'projection' or 'gate'), layer (words),
        size (side of its output, px), channels, repeat (how many such blocks follow each other),
        shortcut ('', 'identity', 'padding', 'projection' or 'gate'), parameters and multiply_adds
        (of one copy; batch norm and biases count as parameters).
    """
    info = IMAGES[spec.stem]
    layers = convolutions(spec, info)
    rows = [_conv_row("stem", "conv", next(layers))]
    size = rows[0]["size"]
    if spec.stem == "imagenet":
        size = -(-size // 2)
        rows.append(_row("stem", "pool", "max pool, /2", size, spec.width))
    blocks = [block for stage in _block_rows(spec, layers) for block in stage]
    rows += [row for block in blocks for row in block]
    return pd.DataFrame(rows + _head(spec, info, blocks[-1][-1]["channels"]), columns=COLUMNS)


def vgg19() -> pd.DataFrame:
    """The layers of VGG-19 at 224 x 224, with torchvision's addresses; columns of `our_layers`."""
    rows, place, channels_in, size = [], 0, 3, IMAGENET.size
    for channels, convs in VGG19:
        for _ in range(convs):
            weights = 9 * channels_in * channels
            cost = (weights + channels, weights * size**2)
            rows.append(
                _row(f"features.{place}", "conv", f"3x3, {channels}", size, channels, *cost)
            )
            place, channels_in = place + PLACES_OF_CONV, channels
        size //= 2
        rows.append(_row(f"features.{place}", "pool", "max pool, /2", size, channels))
        place += 1
    features = channels_in * size**2
    for place, outputs in ((0, 4096), (3, 4096), (6, IMAGENET.classes)):
        cost = ((features + 1) * outputs, features * outputs)
        rows.append(_row(f"classifier.{place}", "fc", f"fc, {outputs}", 1, outputs, *cost))
        features = outputs
    return pd.DataFrame(rows, columns=COLUMNS)


def counterpart(spec: RunSpec) -> RunSpec:
    """The net that a net is read against, with the same stem and width.

    For a plain net the residual net of its depth, for others the plain net of the nearest depth;
    for bottlenecks the residual net of as many basic blocks (for ImageNet: at most 34 layers).
    """
    family, depth_for = COUNTERPARTS[spec.family]
    depth = nearest_depth(family, depth_for(spec.depth), spec.stem)
    return spec.model_copy(update={"family": family, "depth": depth})


def total(layers: pd.DataFrame, column: str) -> int:
    """Sum over all layers of `parameters` or `multiply_adds`, copies included."""
    return int((layers[column] * layers["repeat"]).sum())


def _block_rows(spec: RunSpec, layers: Iterator[Layer]) -> Iterator[list[list[Row]]]:
    """The rows of each stage's blocks, equal blocks of a deep net as one."""
    for stage_index, stage in enumerate(plan_stages(spec)):
        blocks = [
            _rows_of_block(spec, plan, f"stages.{stage_index}.{index}", layers)
            for index, plan in enumerate(stage)
        ]
        if spec.depth <= MOST_LAYERS:
            yield blocks
            continue
        merged = []
        for _, equal in groupby(blocks, _but_address):
            first, *others = equal
            merged.append([row | {"repeat": 1 + len(others)} for row in first])
        yield merged


def _but_address(block: list[Row]) -> list[Row]:
    return [row | {"block": ""} for row in block]


def _rows_of_block(
    spec: RunSpec, plan: BlockPlan, address: str, layers: Iterator[Layer]
) -> list[Row]:
    """Its branch as drawn, after it what lies on its shortcut."""
    shortcut = _shortcut(spec, plan)
    rows = [_conv_row(address, "conv", next(layers), shortcut) for _ in plan.branch]
    if shortcut in ("projection", "gate"):
        rows.insert(0, _conv_row(address, shortcut, next(layers), shortcut))
    return rows


def _shortcut(spec: RunSpec, plan: BlockPlan) -> str:
    if spec.family == "highway":
        return "" if plan.changes_shape else "gate"
    if spec.family not in WITH_SHORTCUT:
        return ""
    if plan.projects(spec.shortcut):
        return "projection"
    return "padding" if plan.changes_shape else "identity"


def _head(spec: RunSpec, info: DatasetInfo, channels: int) -> list[Row]:
    norm = 2 * channels if spec.family == "preact" and spec.batch_norm else 0
    cost = ((channels + 1) * info.classes + norm, channels * info.classes)
    return [
        _row("head", "pool", "average pool", 1, channels),
        _row("head", "fc", f"fc, {info.classes}", 1, info.classes, *cost),
    ]


def _conv_row(block: str, kind: str, layer: Layer, shortcut: str = "") -> Row:
    plan = layer.plan
    words = f"{plan.kernel}x{plan.kernel}, {plan.channels_out}" + ", /2" * (plan.stride == 2)
    cost = (plan.weights + layer.extra, plan.weights * layer.size**2)
    return _row(block, kind, words, layer.size, plan.channels_out, *cost) | {"shortcut": shortcut}


def _row(
    block: str,
    kind: str,
    layer: str,
    size: int,
    channels: int,
    parameters: int = 0,
    multiply_adds: int = 0,
) -> Row:
    values = (block, kind, layer, size, channels, 1, "", parameters, multiply_adds)
    return dict(zip(COLUMNS, values, strict=True))


def _same(depth: int) -> int:
    return depth


def _as_many_blocks(depth: int) -> int:
    """Two layers in place of a bottleneck's three."""
    return 2 * (depth - 2) // 3 + 2


def _three_stages(depth: int) -> int:
    """The nearest 6n + 2: nets of 18 and 34 layers have four stages."""
    return 6 * round((depth - 2) / 6) + 2


COUNTERPARTS: dict[Family, tuple[Family, Callable[[int], int]]] = {
    "plain": ("resnet", _same),
    "resnet": ("plain", _same),
    "bottleneck": ("resnet", _as_many_blocks),
    "preact": ("plain", _three_stages),
    "highway": ("plain", _three_stages),
}
