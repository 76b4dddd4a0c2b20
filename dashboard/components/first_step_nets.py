"""The numbers of the page First step: each net is asked for once, for everybody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import ask
from dashboard.components.first_step_form import Choice
from dashboard.figures.series import family_order

Net = tuple[str, int, bool]  # family, depth, batch norm
NET = ["net", "family", "depth", "batch_norm"]
PLACE = ["layer", "layers", "address", "ends_block", "position"]
LAYERS = [*NET, *PLACE, "gradient_norm", "activation_std"]
CORRELATIONS = [*NET, "distance", "correlation"]


@dataclass(frozen=True)
class Measured:
    """What one batch left in several nets.

    Attributes:
        layers: columns LAYERS; `layer` counts from 1, `position` goes from 0 (first) to 1 (last),
            `ends_block` is True behind an addition and the stem, gradient_norm is in nats a unit
            of weight. A row a layer.
        correlations: columns CORRELATIONS; a row a distance.
        images: of the batch.
        refused: a sentence for each net that there is not.
    """

    layers: pd.DataFrame
    correlations: pd.DataFrame
    images: int
    refused: tuple[str, ...]


def chosen_nets(choice: Choice) -> list[Net]:
    """Every family at every depth, as the switch for batch norm stands."""
    families = family_order(choice.families)
    return [(*net, choice.batch_norm) for net in product(families, choice.depths)]


def extremes(layers: pd.DataFrame) -> list[Net]:
    """The shallowest and the deepest net of each family, with batch norm and without."""
    return [
        (str(family), depth, batch_norm)
        for family, depths in layers.groupby("family", sort=False)["depth"]
        for depth in sorted({int(depths.min()), int(depths.max())})
        for batch_norm in (True, False)
    ]


def measure(choice: Choice, nets: Iterable[Net]) -> Measured:
    """One batch through each of the nets.

    Raises:
        InspectionError: no answer came.
    """
    answers, refused = {}, []
    for net in nets:
        try:
            answers[net] = _first_step(tuple(choice.settings(*net).items()))
        except ValueError as error:
            refused.append(str(error))
    layers = [row for net, answer in answers.items() for row in _layers(net, answer)]
    correlations = [row for net, answer in answers.items() for row in _correlations(net, answer)]
    return Measured(
        pd.DataFrame(layers, columns=LAYERS),
        pd.DataFrame(correlations, columns=CORRELATIONS),
        max((answer["images"] for answer in answers.values()), default=0),
        tuple(dict.fromkeys(refused)),
    )


def _layers(net: Net, answer: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    count = len(answer["layers"])
    columns = (
        range(1, count + 1),
        [count] * count,
        answer["layers"],
        _ends_block(answer["layers"]),
        np.linspace(0, 1, count),
        answer["gradient_norm"],
        answer["activation_std"],
    )
    return ((answer["net"], *net, *values) for values in zip(*columns, strict=True))


def _ends_block(addresses: Sequence[str]) -> list[bool]:
    """Whether the next layer, if any, belongs to another block."""
    blocks = [address.partition(".branch.")[0] for address in addresses]
    return [block != other for block, other in pairwise([*blocks, ""])]


def _correlations(net: Net, answer: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    pairs = zip(answer["distances"], answer["input_gradient_correlation"], strict=True)
    return ((answer["net"], *net, *values) for values in pairs)


@st.cache_data(max_entries=512, show_spinner=False)
def _first_step(settings: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return ask("first-step", dict(settings))
