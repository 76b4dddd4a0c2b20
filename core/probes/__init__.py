"""PROBES: what is measured of every block while a net trains.

Each leaves the net bit for bit as it was. Their names are those of `core.measures.MEASURES`.
"""

from core.nets.families import ConvNet
from core.probes.passes import PASS_PROBES, PassProbe, parts_of, responding
from core.probes.steps import STEP_PROBES, StepProbe, convolutions

PROBES: dict[str, StepProbe | PassProbe] = STEP_PROBES | PASS_PROBES


def places(net: ConvNet, name: str) -> tuple[str, ...]:
    """Addresses of what a probe measures, in its own order; none if the net has no such part."""
    probe, blocks = PROBES[name], dict(net.blocks())
    if isinstance(probe, StepProbe):
        return convolutions(net) if probe.over == "layers" else ("stem", *blocks, "head")
    if probe.parts == ("response",):
        return tuple(responding(net))
    if probe.parts == ("output",):
        return "stem", *blocks
    return tuple(name for name, block in blocks.items() if set(probe.parts) <= set(parts_of(block)))
