"""Sentences of the page First step, each from a table whose answer can be read off."""

import math

import pandas as pd
import pytest

from dashboard.components import first_step_words as words


def layers(*nets: tuple[str, int, bool, list[float]], measure: str = "gradient_norm"):
    """Rows of nets: family, depth, batch norm, and the measure from the first layer to the last."""
    rows = [
        {
            "net": f"{family}-{depth}",
            "family": family,
            "depth": depth,
            "batch_norm": norm,
            "layer": place + 1,
            measure: value,
        }
        for family, depth, norm, values in nets
        for place, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def correlations(**nets: float) -> pd.DataFrame:
    """Rows of nets: plain_8=0.7."""
    named = [(*net.split("_"), value) for net, value in nets.items()]
    rows = [(f"{family}-{depth}", family, int(depth), value) for family, depth, value in named]
    return pd.DataFrame(rows, columns=["net", "family", "depth", "correlation"])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.52, "1.5"),
        (9.46, "9.5"),
        (9.96, "10"),
        (46.4, "46"),
        (27_312, "27,000"),
        (999_000, "1\u00a0million"),
        (7.04e6, "7\u00a0million"),
        (2.1e10, "21\u00a0billion"),
        (1.1e13, "10¹³"),
    ],
)
def test_a_number_has_about_two_digits(number, text):
    assert words.round_number(number) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(46.4, "46 times larger"), (1 / 2.04, "2.0 times smaller"), (0.97, "about as large")],
)
def test_a_ratio_goes_both_ways(ratio, text):
    assert words.times(ratio) == text


def test_the_reading_tells_the_deepest_net_against_its_other_end_and_the_shallowest_net():
    table = layers(
        ("plain", 8, True, [3.0, 1.0]),
        ("plain", 56, True, [600.0, 4.0, 2.0]),
        ("resnet", 56, True, [1.0, 4.0]),
    )
    assert words.reading(table, "gradient_norm") == (
        "Gradient in the first layer, compared with the last:"
        " **plain-56** 300 times larger; **resnet-56** 4.0 times smaller."
        " Compared with the first layer of the shallowest net: **plain-56** 200 times larger."
    )


def test_activations_are_read_from_the_first_layer_to_the_last():
    table = layers(("plain", 8, False, [4.0, 1.0]), measure="activation_std")
    assert words.reading(table, "activation_std") == (
        "Spread of the activations in the last layer, compared with the first:"
        " **plain-8** 4.0 times smaller."
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1.0, 0.0, 0.0], "exactly 0 in 2 of 3 layers"),
        ([math.inf, 1.0, math.nan], "too large for float32 in 2 of 3 layers"),
    ],
)
def test_zeros_and_what_is_not_finite_are_counted(values, told):
    assert told in words.reading(layers(("resnet", 8, True, values)), "gradient_norm")


def test_shattering_tells_both_ends_of_each_family_and_agrees_with_the_paper():
    told = words.shattering(correlations(plain_8=0.7, plain_56=0.0, resnet_8=0.9, resnet_56=0.4))
    assert told.startswith(
        "Correlation: **plain-8** 0.70, **plain-56** 0.00; **resnet-8** 0.90, **resnet-56** 0.40."
    )
    assert "as Balduzzi et al. find" in told


def test_shattering_says_where_it_is_not_as_in_the_paper():
    told = words.shattering(correlations(plain_8=0.7, resnet_8=0.6, plain_20=0.1, resnet_20=0.5))
    assert told.endswith("At 1 depth of 2 the plain net is not below the residual one here.")


def test_shattering_says_which_net_has_no_correlation():
    told = words.shattering(correlations(plain_8=0.7, plain_56=math.nan))
    assert told == (
        "Correlation: **plain-8** 0.70. None for plain-56: a gradient is 0 or too large for"
        " float32."
    )


@pytest.mark.parametrize(("distance", "text"), [(1 / 32, "1/32"), (0.5, "1/2"), (1.0, "1")])
def test_a_distance_is_a_share_of_the_way(distance, text):
    assert words.share(distance) == text
