"""Nets as tables, against the counts of the core and of the papers."""

import pytest

from core.cost import multiply_adds, parameters
from core.depths import nearest_depth
from core.spec import RunSpec
from dashboard.components.architectures_plans import (
    IMAGES,
    counterpart,
    our_layers,
    total,
    vgg19,
)

WIDTHS = {"imagenet": 64, "cifar": 16}


def spec(family: str, depth: int, stem: str = "imagenet", shortcut: str = "A") -> RunSpec:
    settings = {"family": family, "depth": depth, "stem": stem, "shortcut": shortcut}
    return RunSpec.model_validate(settings | {"width": WIDTHS[stem], "epochs": 1})


@pytest.mark.parametrize("shortcut", ["A", "B", "C"])
@pytest.mark.parametrize(
    ("family", "depth", "stem"),
    [
        ("plain", 34, "imagenet"),
        ("resnet", 34, "imagenet"),
        ("bottleneck", 152, "imagenet"),
        ("preact", 110, "cifar"),
        ("preact", 1001, "cifar"),
        ("highway", 19, "cifar"),
    ],
)
def test_the_layers_add_up_to_what_the_net_costs(family, depth, stem, shortcut):
    net = spec(family, depth, stem, shortcut)
    layers = our_layers(net)
    assert total(layers, "parameters") == parameters(net, IMAGES[stem])
    assert total(layers, "multiply_adds") == multiply_adds(net, IMAGES[stem])


def test_vgg_19_has_the_published_counts():  # torchvision's VGG19_Weights: num_params, _ops
    layers = vgg19()
    assert total(layers, "parameters") == 143_667_240
    assert total(layers, "multiply_adds") / 1e9 == pytest.approx(19.632, abs=5e-4)


def test_vgg_19_has_19_layers_with_torchvisions_addresses():
    weighted = vgg19().query("kind != 'pool'")["block"].tolist()
    assert len(weighted) == 19
    # torchvision 0.29, vgg19().named_modules()
    assert weighted[:3] == ["features.0", "features.2", "features.5"]
    assert weighted[-4:] == ["features.34", "classifier.0", "classifier.3", "classifier.6"]


def test_the_output_sizes_are_those_of_the_papers_table():  # He et al. 2015, Table 1
    assert our_layers(spec("resnet", 34))["size"].unique().tolist() == [112, 56, 28, 14, 7, 1]


def test_equal_blocks_of_a_deep_net_are_one_row_with_their_number():
    layers = our_layers(spec("bottleneck", 152)).drop_duplicates("block")
    stages = layers[layers["block"].str.startswith("stages")]
    assert stages["repeat"].tolist() == [1, 2, 1, 7, 1, 35, 1, 2]  # 3, 8, 36 and 3 blocks


@pytest.mark.parametrize(
    ("net", "other"),
    [
        (("plain", 34, "imagenet"), ("resnet", 34)),
        (("resnet", 56, "cifar"), ("plain", 56)),
        (("bottleneck", 50, "imagenet"), ("resnet", 34)),  # 3-4-6-3 blocks both: Table 1
        (("bottleneck", 152, "imagenet"), ("resnet", 34)),
        (("bottleneck", 164, "cifar"), ("resnet", 110)),  # 54 blocks both
        (("highway", 19, "cifar"), ("plain", 20)),
    ],
)
def test_a_net_stands_beside_the_one_it_is_read_against(net, other):
    found = counterpart(spec(*net))
    assert (found.family, found.depth, found.stem) == (*other, net[2])
    assert nearest_depth(found.family, found.depth, found.stem) == found.depth
