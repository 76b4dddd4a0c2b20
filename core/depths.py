"""Which depths a family of nets has, and how many blocks each stage then holds. Knows no torch."""

from typing import Literal

Family = Literal["plain", "resnet", "bottleneck", "preact", "highway", "vgg"]
Stem = Literal["cifar", "imagenet"]

TRAINED: tuple[Family, ...] = ("plain", "resnet", "bottleneck", "preact", "highway")  # VGG: read
MAX_DEPTH = 1202  # the deepest net of He et al. 2015

# Convolutions of a block, by family. Where two are possible the first one that fits is taken:
# pre-activation nets of 6n + 2 layers are made of basic blocks, that of 1001 of bottlenecks.
LAYERS: dict[Family, tuple[int, ...]] = {
    "plain": (2,),
    "resnet": (2,),
    "bottleneck": (3,),
    "preact": (2, 3),
    "highway": (1,),
    "vgg": (1,),
}

# Blocks of the stages of the nets for ImageNet, by convolutions a block (He et al. 2015, Table 1;
# Simonyan, Zisserman 2014, arXiv:1409.1556, Table 1: the first convolution is the stem).
IMAGENET: dict[int, dict[int, tuple[int, ...]]] = {
    1: {11: (0, 1, 2, 2, 2), 13: (1, 2, 2, 2, 2), 16: (1, 2, 3, 3, 3), 19: (1, 2, 4, 4, 4)},
    2: {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)},
    3: {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)},
}
IMAGENET_FAMILIES: tuple[Family, ...] = ("plain", "resnet", "bottleneck", "vgg")


def blocks_per_stage(family: Family, depth: int, stem: Stem = "cifar") -> tuple[int, ...]:
    """Blocks of each stage, from input to output.

    With the stem for CIFAR a net of 6n + 2 layers (9n + 2 of bottlenecks) has three stages of n
    blocks (He et al. 2015, section 4.2); the depths of the paper's nets for ImageNet that are not
    of that form have four stages. Highway nets take any depth from 5 layers: their blocks are
    single layers, spread over the three stages as evenly as can be.

    Raises:
        ValueError: the family has no net of that depth; the text names the nearest.
    """
    if stem == "cifar" and family == "vgg":
        raise ValueError("VGG nets are for ImageNet; the stem to give is imagenet")
    if stem == "imagenet" and family not in IMAGENET_FAMILIES:
        raise ValueError(
            f"there is no {family} net with the stem for ImageNet; it is made for"
            f" {', '.join(IMAGENET_FAMILIES)}"
        )
    found = _find(family, depth, stem)
    if found is None:
        raise ValueError(
            f"depth {depth} is not {_rule(family, stem)}; the nearest is"
            f" {nearest_depth(family, depth, stem)}"
        )
    return found


def layers_per_block(family: Family, depth: int) -> int:
    """Convolutions in a block of the net's trunk: 1, 2 or 3."""
    for layers in LAYERS[family]:
        if (family != "vgg" and _stages_of(layers, depth)) or depth in IMAGENET.get(layers, {}):
            return layers
    raise ValueError(f"there is no {family} net of depth {depth}")


def nearest_depth(family: Family, depth: int, stem: Stem = "cifar") -> int:
    """The depth nearest to that one of which the family has a net."""
    candidates = (one for one in range(5, MAX_DEPTH + 1) if _find(family, one, stem))
    return min(candidates, key=lambda one: abs(one - depth))


def _find(family: Family, depth: int, stem: Stem) -> tuple[int, ...] | None:
    for layers in LAYERS[family]:
        if stem == "cifar" and (stages := _stages_of(layers, depth)):
            return stages
        if family in IMAGENET_FAMILIES and depth in IMAGENET[layers]:
            return IMAGENET[layers][depth]
    return None


def _stages_of(layers: int, depth: int) -> tuple[int, ...] | None:
    """Three stages of blocks of so many layers, if the depth is of that form."""
    blocks, rest = divmod(depth - 2, layers)
    if rest or blocks < 3 or depth > MAX_DEPTH or (layers > 1 and blocks % 3):
        return None
    shorter, longer = divmod(blocks, 3)
    return tuple(shorter + (stage < longer) for stage in range(3))


def _rule(family: Family, stem: Stem) -> str:
    if stem == "imagenet":
        return " or ".join(str(depth) for layers in LAYERS[family] for depth in IMAGENET[layers])
    return RULES[family]


RULES: dict[Family, str] = {
    "plain": f"6n + 2 between 8 and {MAX_DEPTH}",
    "resnet": f"6n + 2 between 8 and {MAX_DEPTH}",
    "bottleneck": f"9n + 2 between 11 and {MAX_DEPTH - 3}",
    "preact": f"6n + 2 or 9n + 2 between 8 and {MAX_DEPTH}",
    "highway": f"between 5 and {MAX_DEPTH}",
    "vgg": "11 or 13 or 16 or 19",
}
