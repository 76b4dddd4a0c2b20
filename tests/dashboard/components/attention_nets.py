"""Nets with maps that were made up, as the inspection process answers."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from dashboard.components.attention_answers import Look

CLASSES = ("Bag", "Coat", "Shirt")


def look(
    name: str,
    maps: Mapping[str, Any],
    *,
    probabilities: Sequence[float] = (0.3, 0.6, 0.1),
    target: int = 1,
    label: str | None = "Coat",
    net_steps: Sequence[int] = (0,),
    step: int = 0,
) -> Look:
    """A net that looks for a coat, and its maps by address."""
    answer = {
        "class_names": CLASSES,
        "probabilities": np.array(probabilities, np.float32),
        "target": target,
        "label": label,
        "maps": {place: np.array(one, np.float32) for place, one in maps.items()},
    }
    side: Any = SimpleNamespace(net_steps=tuple(net_steps), net_step=step)
    return Look(name, side, answer)
