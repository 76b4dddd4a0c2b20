"""Which blocks of a net can be turned by hand, and why the others cannot. Knows no widgets."""

from collections import defaultdict
from collections.abc import Sequence

from core.nets.layout import BlockPlan
from core.spec import RunSpec
from dashboard.components.features_lesion_choice import plans_of
from dashboard.components.inside_activations import ADDING
from dashboard.figures.places import place_names
from dashboard.sides import Side

MOST_NAMES = 4  # blocks that are named before they are counted

CHANGES = "what goes out has another shape than what comes in"
PROJECTS = "option C: the shortcut has weights"
BEHIND = "the shortcut starts behind the block's first ReLU"
GATED = "a gate mixes branch and input; there is nothing to add"


def why_not(plan: BlockPlan, spec: RunSpec) -> str | None:
    """Why such a block leaves neither its input nor nothing with its branch at 0, if so."""
    reasons = {
        GATED: spec.family == "highway",
        CHANGES: plan.changes_shape,
        PROJECTS: spec.family in ADDING and plan.projects(spec.shortcut),
        BEHIND: spec.family == "preact" and plan.first,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def fitting(side: Side) -> list[str]:
    """Addresses of the blocks of a side's net that can be turned, from input to output."""
    plans = plans_of(side)
    return [address for address, plan in plans.items() if why_not(plan, side.spec) is None]


def offered(shown: Sequence[Side]) -> list[str]:
    """Blocks to choose from: of the first net that adds, or of one that has any."""
    first_adding = sorted(shown, key=lambda side: side.spec.family not in ADDING)
    return next((blocks for side in first_adding if (blocks := fitting(side))), [])


def counterpart(side: Side, block: str) -> str | None:
    """The block of that address, or else the nearest of its stage, in a net that has one."""
    stage, number = block.rsplit(".", 1)
    own = [one for one in fitting(side) if one.startswith(f"{stage}.")]
    return min(own, key=lambda one: abs(int(one.rsplit(".", 1)[1]) - int(number)), default=None)


def left_out(names: Sequence[str], shown: Sequence[Side]) -> str:
    """Which blocks of these nets cannot be turned and why; '' where all can."""
    nets = defaultdict(list)
    for name, side in zip(names, shown, strict=True):
        if reasons := _reasons(side):
            nets[reasons].append(name)
    return " ".join(f"Not of {' and '.join(own)}: {why}." for why, own in nets.items())


def _reasons(side: Side) -> str:
    """Blocks with the same reason together."""
    blocks = defaultdict(list)
    for address, plan in plans_of(side).items():
        if reason := why_not(plan, side.spec):
            blocks[reason].append(address)
    return "; ".join(f"{_named(own)} ({reason})" for reason, own in blocks.items())


def _named(blocks: Sequence[str]) -> str:
    names = place_names(tuple(blocks))
    return " and ".join(names) if len(names) <= MOST_NAMES else f"{len(names)} blocks"
