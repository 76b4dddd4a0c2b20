"""To which depths a net can be deepened by identity blocks, and the spec it then has. No torch."""

from core.depths import IMAGENET, MAX_DEPTH, Family, blocks_per_stage, layers_per_block
from core.spec import FAMILY_WORDS, Origin, RunSpec

DEEPENED: tuple[Family, ...] = ("plain", "resnet", "bottleneck", "preact")
STAGES = 3  # of the nets for CIFAR, each of as many blocks


def deeper_spec(spec: RunSpec, depth: int, run_id: str, step: int) -> RunSpec:
    """The spec of a run's net deepened by identity: as the run's, but for depth and origin.

    Args:
        spec: of the run `run_id`, whose weights of step `step` are taken.

    Raises:
        ValueError: the net cannot have that depth, or no inserted block of its kind would be the
            identity; one sentence.
    """
    check_deepening(spec, depth)
    origin = Origin(run=run_id, step=step, change="deepened by identity", fresh=True)
    return spec.model_copy(update={"depth": depth, "origin": origin})


def check_deepening(spec: RunSpec, depth: int) -> None:
    """A ValueError in one sentence unless blocks can be inserted until it has that depth."""
    depths = deeper_depths(spec)
    if depth in depths:
        return
    if not depths:
        raise ValueError(f"{spec.net} is the deepest net that its blocks make")
    nearest = min(depths, key=lambda one: abs(one - depth))
    if depth <= spec.depth:
        raise ValueError(
            f"depth {depth} is not deeper than {spec.net}, which has {spec.depth} layers;"
            f" the nearest that is deeper is {nearest}"
        )
    layers, stages = _layers(spec), len(_blocks(spec))
    rule = f"{layers * STAGES}n + 2" if stages == STAGES else " or ".join(map(str, depths))
    raise ValueError(
        f"depth {depth} is not {rule}, as nets of the blocks of {spec.net} are; the nearest that is"
        f" deeper is {nearest}"
    )


def deeper_depths(spec: RunSpec) -> tuple[int, ...]:
    """Depths of the deeper nets that are made of blocks like this one's, rising.

    Raises:
        ValueError: no inserted block would be the identity; one sentence.
    """
    if spec.family not in DEEPENED:
        raise ValueError(
            f"a block of a {FAMILY_WORDS[spec.family]} net cannot be made the identity; there are"
            f" {', '.join(FAMILY_WORDS[family] for family in DEEPENED)} nets to deepen"
        )
    if spec.family != "plain" and spec.shortcut == "C":
        raise ValueError(
            f"every shortcut of {spec.net} has weights (option C), and an inserted block needs one"
            " that is the identity: choose a net with option A or B"
        )
    layers, stages = _layers(spec), len(_blocks(spec))
    step = layers * STAGES
    known = range(step + 2, MAX_DEPTH + 1, step) if stages == STAGES else IMAGENET[layers]
    return tuple(depth for depth in known if depth > spec.depth and _alike(spec, depth))


def _alike(spec: RunSpec, depth: int) -> bool:
    """A net of that depth has blocks of as many layers, in as many stages."""
    deeper = spec.model_copy(update={"depth": depth})
    return _layers(deeper) == _layers(spec) and len(_blocks(deeper)) == len(_blocks(spec))


def _layers(spec: RunSpec) -> int:
    return layers_per_block(spec.family, spec.depth)


def _blocks(spec: RunSpec) -> tuple[int, ...]:
    return blocks_per_stage(spec.family, spec.depth, spec.stem)
