"""Questions about two nets that no store has: words and tables look at names alone."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from dashboard.components.attention_questions import Question


def question(family: str, name: str, block: str = "stages.2.0") -> Question:
    """About a shirt in a net of 8 layers."""
    side = cast(Any, SimpleNamespace(spec=SimpleNamespace(family=family, depth=8)))
    return Question(name, side, 3, 6, "Shirt", 0.25, np.zeros((2, 2, 1), np.uint8), block)


PLAIN, RESIDUAL = question("plain", "plain-8"), question("resnet", "residual-8")
BOTH = [PLAIN, RESIDUAL]
