"""What becomes of the gradient in deep nets, told from a table whose answer can be read off."""

import math

import pandas as pd
import pytest

from dashboard.components import first_step_verdict as words


def first_layers(*nets: tuple[int, bool, float]) -> pd.DataFrame:
    """Rows of plain nets: depth, batch norm, gradient in the first layer."""
    rows = [("plain", *net[:2], 1, net[2]) for net in nets]
    return pd.DataFrame(rows, columns=["family", "depth", "batch_norm", "layer", "gradient_norm"])


@pytest.mark.parametrize(
    ("ratio", "fate"),
    [(101, "explodes"), (99, "gets through"), (1 / 99, "gets through"), (1 / 101, "vanishes")],
)
def test_what_stays_within_a_factor_of_a_hundred_gets_through(ratio, fate):
    assert words.fate(ratio) == fate


def extremes(with_norm: float, without: float) -> pd.DataFrame:
    """plain-8 with a first gradient of 1, and plain-110 with these."""
    return words.by_depth(
        first_layers((8, True, 1.0), (8, False, 1.0), (110, True, with_norm), (110, False, without))
    )


def test_the_first_layers_of_the_shallowest_and_the_deepest_net_are_compared():
    table = extremes(5.0, 0.25)
    assert table.to_dict("records") == [
        {
            "batch_norm": norm,
            "family": "plain",
            "shallow": 8,
            "deep": 110,
            "gradient_shallow": 1.0,
            "gradient_deep": deep,
        }
        for norm, deep in ((True, 5.0), (False, 0.25))
    ]


@pytest.mark.parametrize(
    ("gradient", "told"),
    [
        (2.1e7, ("explodes", "21\u00a0million times larger")),
        (46.4, ("gets through", "46 times larger")),
        (1e-5, ("vanishes", "100,000 times smaller")),
        (0.0, ("vanishes", "exactly 0")),
        (math.inf, ("explodes", "too large for float32")),
        (math.nan, ("explodes", "too large for float32")),
    ],
)
def test_a_deep_net_is_told_its_fate(gradient, told):
    assert words.outcome(extremes(gradient, 1.0).iloc[0]) == told


@pytest.mark.parametrize(
    ("gradients", "sentences"),
    [
        ((1e7, 1e-5), ("does **not vanish**", "Without batch norm it vanishes")),
        ((1e-7, 1e5), ("plain-110 **vanishes**", "Without batch norm it explodes")),
        ((1.0, 1.0), ("plain-110 **gets through**", "Without batch norm it gets through")),
    ],
)
def test_the_verdict_follows_the_data(gradients, sentences):
    verdict = words.verdict(extremes(*gradients))
    assert all(sentence in verdict for sentence in sentences)


def test_one_depth_is_not_enough_for_a_verdict():
    table = words.by_depth(first_layers((8, True, 1.0), (8, False, 1.0)))
    assert table.empty
    assert words.verdict(table) == "Choose plain nets of two depths for a verdict."
