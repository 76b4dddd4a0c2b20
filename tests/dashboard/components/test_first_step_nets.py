"""The numbers behind the page First step, asked of the real inspection process."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.components.first_step_form import Choice
from dashboard.components.first_step_nets import chosen_nets, extremes, measure

CHOICE = Choice(("resnet", "plain"), (8, 20), True, "he", "fashion-mnist-mini", 0)


def test_every_family_is_chosen_at_every_depth_plain_first():
    assert chosen_nets(CHOICE) == [
        ("plain", 8, True),
        ("plain", 20, True),
        ("resnet", 8, True),
        ("resnet", 20, True),
    ]


def test_the_extremes_are_the_shallowest_and_the_deepest_net_with_batch_norm_and_without():
    layers = pd.DataFrame({"family": ["plain"] * 3, "depth": [8, 20, 56]})
    assert extremes(layers) == [
        ("plain", depth, norm) for depth in (8, 56) for norm in (True, False)
    ]


def test_a_row_is_a_layer_from_the_first_to_the_last():
    table = measure(CHOICE, [("plain", 8, True)]).layers
    assert table["layer"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert table["position"].tolist() == pytest.approx([n / 6 for n in range(7)])
    assert table["address"].tolist()[:2] == ["stem.0", "stages.0.0.branch.0"]
    assert (table["gradient_norm"] > 0).all()


def test_stem_and_last_layers_end_a_block():
    table = measure(CHOICE, [("resnet", 8, True)]).layers
    assert table["ends_block"].tolist() == [True, False, True, False, True, False, True]


def test_a_net_that_there_is_not_is_a_sentence_and_the_others_are_there():
    shown = measure(CHOICE, [("bottleneck", 8, True), ("plain", 8, True)])
    assert set(shown.layers["net"]) == {"plain-8"}
    assert set(shown.correlations["net"]) == {"plain-8"}
    (sentence,) = shown.refused
    assert sentence.startswith("depth 8 is not 9n + 2")
    assert shown.images == 64


def test_a_data_set_that_is_not_here_is_not_downloaded_but_told():
    shown = measure(replace(CHOICE, dataset="cifar10"), [("plain", 8, True), ("plain", 20, True)])
    (sentence,) = shown.refused
    assert sentence.startswith("cifar10 could not be downloaded")
    assert shown.layers.empty
