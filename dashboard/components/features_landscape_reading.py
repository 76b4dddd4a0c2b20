"""What a loss landscape says, in numbers: how wide the valley is, how round the ground."""

from collections.abc import Sequence

import numpy as np

from dashboard.figures.landscape import CEILING, Ground
from dashboard.theme import percent

RISE = 1.0  # nats above the net itself, up to which a point counts as in its valley
ROUNDING = 1e-5  # of the loss: the mean of some hundred losses in float32 is no surer


def valley_share(ground: Ground) -> float:
    """% of the known points whose loss is at most 1 nat above the net's own."""
    known = ground.loss[~np.isnan(ground.loss)]
    return 100 * float((known <= ground.loss[ground.middle] + RISE).mean())


def bowl_share(ground: Ground) -> float:
    """% of the points at which the loss curves upwards in every direction of the plane.

    Curvature is the smaller eigenvalue of the 2 x 2 matrix of second differences. Only points
    below the ceiling count whose eight neighbours are known and finite; NaN if there are none.
    """
    loss = ground.loss.astype(np.float64)
    loss[~np.isfinite(loss)] = np.nan
    inner = loss[1:-1, 1:-1]
    across = loss[1:-1, 2:] - 2 * inner + loss[1:-1, :-2]
    up = loss[2:, 1:-1] - 2 * inner + loss[:-2, 1:-1]
    twist = (loss[2:, 2:] - loss[2:, :-2] - loss[:-2, 2:] + loss[:-2, :-2]) / 4
    least = (across + up) / 2 - np.hypot((across - up) / 2, twist)
    counts = np.isfinite(least) & (inner < CEILING)
    if not counts.any():
        return float("nan")
    return 100 * float((least[counts] >= -ROUNDING * inner[counts]).mean())


def landscape_reading(grounds: Sequence[Ground]) -> str:
    """What is known by now of each net's ground, and at the end which is the gentler."""
    sentences = [_about(ground) for ground in grounds]
    if len(grounds) == 2:
        sentences.append(_compared(grounds))
    return " ".join(filter(None, sentences))


def _about(ground: Ground) -> str:
    loss, error = ground.loss[ground.middle], ground.error[ground.middle]
    if not np.isfinite(loss):
        return f"**{ground.name}** itself overflows: its loss is no number any more."
    words = f"**{ground.name}** itself has a loss of {loss:.3g} (error {percent(error)})"
    bowl = bowl_share(ground)
    if np.isnan(bowl):
        return f"{words}."
    return (
        f"{words}; {_whole(valley_share(ground))} of the ground is at most {RISE:g} nat higher,"
        f" and {_whole(bowl)} of what lies below {CEILING:g} curves upwards in every direction,"
        " as in a bowl."
    )


def _compared(grounds: Sequence[Ground]) -> str:
    bowls = [bowl_share(ground) for ground in grounds]
    if np.isnan(bowls).any():
        return ""
    names = [ground.name for ground in grounds]
    wider = _larger(names, [valley_share(ground) for ground in grounds])
    rounder = _larger(names, bowls)
    if wider and wider == rounder:
        return f"So **{wider}** has the wider valley and the rounder ground."
    parts = [
        f"**{wider}** has the wider valley" if wider else "both valleys are equally wide",
        f"**{rounder}** the rounder ground" if rounder else "the ground is equally round",
    ]
    return f"So {', '.join(parts)}."


def _larger(names: Sequence[str], shares: Sequence[float]) -> str | None:
    """Whose share is the larger as it is printed; None if they are the same."""
    one, other = map(_whole, shares)
    return None if one == other else names[int(np.argmax(shares))]


def _whole(share: float) -> str:
    return f"{share:.0f}\u00a0%"
