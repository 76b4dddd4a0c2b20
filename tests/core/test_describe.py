"""Nets by name against the numbers that their authors or their libraries print."""

import pytest
import torch
from torch import nn
from torchvision.models import get_model, get_model_weights

from core.describe import describe, latency
from core.inspection import ask
from core.nets.families import ConvNet, build_net
from core.nets.library import LIBRARY
from core.spec import RunSpec

TORCHVISION = [name for name, net in LIBRARY.items() if net.library == "torchvision"]
LAYER_KEYS = [
    "name", "kind", "output", "parameters", "multiply_adds", "activation_bytes", "receptive_field"
]  # fmt: skip


def imagenet(family: str, depth: int, **settings) -> dict:
    return describe(family, {"depth": depth, "stem": "imagenet", **settings})


def layer(net: dict, name: str) -> dict:
    return next(one for one in net["layers"] if one["name"] == name)


@pytest.mark.parametrize(
    ("depth", "printed", "parameters", "millions"),
    [  # He et al. 2015, Table 6, and counted exactly: parameters and million multiply-adds
        (20, "0.27", 269_722, 40.55),
        (32, "0.46", 464_154, 68.86),
        (44, "0.66", 658_586, 97.17),
        (56, "0.85", 853_018, 125.49),
        (110, "1.7", 1_727_962, 252.89),
        (1202, "19.4", 19_421_274, 2829.24),
    ],
)
def test_the_nets_for_cifar_cost_what_the_paper_prints(depth, printed, parameters, millions):
    net = describe("resnet", {"depth": depth})
    assert net["parameters"] == parameters
    decimals = len(printed.partition(".")[2])
    assert f"{net['parameters'] / 1e6:.{decimals}f}" == printed
    assert round(net["multiply_adds"] / 1e6, 2) == millions


@pytest.mark.parametrize(
    ("family", "depth", "printed", "ours"),  # He et al. 2015, Table 1
    [
        ("resnet", 18, "1.8", 1.79),
        ("resnet", 34, "3.6", 3.64),
        ("bottleneck", 50, "3.8", 3.86),
        ("bottleneck", 101, "7.6", 7.57),
        ("bottleneck", 152, "11.3", 11.28),
    ],
)
def test_the_nets_for_imagenet_multiply_as_often_as_the_paper_prints(family, depth, printed, ours):
    billions = imagenet(family, depth)["multiply_adds"] / 1e9
    assert round(billions, 2) == ours
    assert abs(billions - float(printed)) < 0.1  # 50 layers: 3.86, printed as 3.8


def test_plain_34_is_residual_34_of_option_a_up_to_the_additions():  # He et al. 2015, section 3.3
    assert imagenet("plain", 34)["layers"] == imagenet("resnet", 34)["layers"]


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_nets_cost_what_torchvision_says(name):
    meta = next(iter(get_model_weights(name))).meta
    net = describe(name, {})
    assert net["parameters"] == meta["num_params"]
    assert round(net["multiply_adds"] / 1e9, 3) == meta["_ops"]  # giga multiply-adds


def test_inception_v4_has_timms_parameters():  # timm's model card: 42.7 M, 12.3 GMACs
    net = describe("inception_v4", {})
    assert round(net["parameters"] / 1e6, 1) == 42.7
    assert round(net["multiply_adds"] / 1e9, 1) == 12.3
    assert not any("training only" in one["kind"] for one in net["layers"])


def test_most_of_vgg_16_is_its_first_fully_connected_layer():  # Simonyan, Zisserman 2015, Table 2
    net = describe("vgg16", {})
    first = layer(net, "classifier.0")
    assert round(net["parameters"] / 1e6) == 138
    assert first["parameters"] == 102_760_448 + 4_096
    assert first["multiply_adds"] == 102_760_448


def test_vgg_16_keeps_15_million_activations():  # the column of Stanford's CS231n adds up to 15 M
    activations = describe("vgg16", {})["activation_bytes"] / 4
    assert round(activations / 1e6, 1) == 15.2
    assert round(4 * activations / 1e6) == 61


@pytest.mark.parametrize(
    ("name", "pixels", "side"),  # of the last map, before the global pool or linear layer
    [
        ("alexnet", 195, 6),
        ("vgg16", 212, 7),
        ("resnet50-v1", 483, 7),
        ("resnet101-v1", 1027, 7),
        ("resnet152-v1", 1507, 7),
        ("inception_v3", 1311, 8),
        ("inception_v4", 2071, 8),
    ],
)
def test_receptive_fields_are_the_published_ones(name, pixels, side):
    """Araujo, Norris, Sim 2019, doi:10.23915/distill.00021: table of models."""
    depth = {"resnet50-v1": 50, "resnet101-v1": 101, "resnet152-v1": 152}.get(name)
    net = imagenet("bottleneck", depth) if depth else describe(name, {})
    ends = [one["receptive_field"] for one in net["layers"] if one["kind"] == "linear"]
    assert ends[0] == pixels + 32 * (side - 1)  # a value of that map stands for 32 pixels


def test_the_last_convolution_of_vgg_16_sees_196_pixels():  # 212 less the last pool's 16
    assert layer(describe("vgg16", {}), "features.28")["receptive_field"] == 196


THEIRS = {("resnet", 18): "resnet18", ("resnet", 34): "resnet34", ("bottleneck", 50): "resnet50"}


def in_their_order(ours: ConvNet, theirs: nn.Module) -> None:
    """Copy our weights into torchvision's ResNet: the same tensors, projections after branches."""
    pairs = zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
    for tensor, other in pairs:
        assert tensor.shape == other.shape
        other.copy_(tensor)


@pytest.mark.parametrize(("family", "depth"), THEIRS)
def test_ours_of_option_b_are_torchvisions_layer_by_layer(family, depth):
    ours = imagenet(family, depth, shortcut="B", stride_in="3x3")["layers"]
    theirs = describe(THEIRS[family, depth], {})["layers"]
    assert [list(one.values())[1:] for one in ours] == [list(one.values())[1:] for one in theirs]


@pytest.mark.parametrize(("family", "depth"), [("resnet", 18), ("bottleneck", 50)])
def test_ours_answer_as_torchvisions_do_with_the_same_weights(family, depth):
    spec = RunSpec(
        family=family, depth=depth, stem="imagenet", width=64, shortcut="B", stride_in="3x3",
        steps=1,
    )  # fmt: skip
    ours, theirs = build_net(spec, 3, 7).eval(), get_model(THEIRS[family, depth], num_classes=7)
    in_their_order(ours, theirs)
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(ours(images), theirs.eval()(images))


@pytest.mark.parametrize("name", ["plain", "preact", "highway", "vgg16", "inception_v3"])
def test_rows_add_up_and_have_the_documented_keys(name):
    net = describe(name, {})
    assert list(net) == ["name", *LAYER_KEYS[3:6], "layers"]
    assert all(list(one) == LAYER_KEYS for one in net["layers"])
    for key in LAYER_KEYS[3:6]:
        assert net[key] == sum(one[key] for one in net["layers"])


def test_the_auxiliary_classifier_of_inception_v3_is_for_training_only():
    rows = [one for one in describe("inception_v3", {})["layers"] if "only" in one["kind"]]
    assert {one["name"].partition(".")[0] for one in rows} == {"AuxLogits"}
    assert sum(one["parameters"] for one in rows) == 3_326_696  # 27,161,264 less 23,834,568
    assert not any(one["multiply_adds"] or one["activation_bytes"] for one in rows)


@pytest.mark.parametrize(
    ("settings", "output"),
    [
        ({}, [16, 32, 32]),
        ({"width": 8, "size": 28, "channels": 1, "classes": 5}, [8, 28, 28]),
        ({"stem": "imagenet"}, [64, 112, 112]),
    ],
)
def test_settings_that_are_missing_are_the_papers(settings, output):
    net = describe("resnet", settings)
    assert layer(net, "stem.0")["output"] == output
    assert net["layers"][-1]["output"] == [settings.get("classes", 1000 if output[0] > 60 else 10)]


def test_without_batch_norm_convolutions_have_biases_and_no_row_is_a_norm():
    net = describe("resnet", {"batch_norm": False})
    assert {one["kind"] for one in net["layers"]} == {
        "input", "convolution", "average pool", "linear"
    }  # fmt: skip
    assert layer(net, "stem.0")["parameters"] == 3 * 9 * 16 + 16


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("resnet", {"depth": 21}, "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"),
        ("bottleneck", {"depth": 34, "stem": "imagenet"}, "not 50 or 101 or 152; the nearest is 5"),
        ("vgg61", {}, "there is no net 'vgg61'; the nearest is vgg"),
        ("RESNET-50", {}, "the nearest is resnet50; there are plain, resnet,"),
        ("vgg16", {"depth": 20}, "vgg16 is torchvision's own net and takes no depth; the families"),
        ("resnet", {"size": 0}, "size 0 is too small; the nearest is 1"),
        ("resnet", {"depth": "deep"}, "depth deep is not a whole number"),
        ("resnet", {"colour": 1}, "there is no setting colour"),
    ],
)
def test_a_net_that_is_not_there_is_refused_in_a_sentence(name, settings, says):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refused:
        describe(name, settings)
    assert type(refused.value) is ValueError  # one that travels between processes
    assert says in str(refused.value)


def test_a_net_is_measured_once_for_all_who_ask(monkeypatch):
    settings = {"depth": 56, "width": 15}  # nobody asked before
    first = describe("resnet", settings)
    monkeypatch.setattr("core.describe.complexity", None)
    assert describe("resnet", settings) == first


def test_an_answer_can_be_changed_by_who_asked():
    describe("resnet", {})["layers"].clear()
    assert len(describe("resnet", {})["layers"]) > 20


def test_describing_draws_nothing_from_the_global_generator():
    before = torch.get_rng_state()
    describe("inception_v3", {})
    describe("resnet", {"depth": 14})
    assert torch.equal(torch.get_rng_state(), before)


def test_latency_is_measured_here():
    measured = latency("resnet", {"depth": 8})
    assert 0.05 < measured["milliseconds"] < 3000
    assert 1 <= measured["runs"] <= 30
    assert measured["threads"] == 1
    assert "cores" in measured["device"]


def test_a_net_that_takes_minutes_is_not_timed():
    with pytest.raises(ValueError, match=r"^resnet-1202 has 724 G multiply-adds and 4,9.. M para"):
        latency("resnet", {"depth": 1202, "width": 256})


def test_the_pages_ask_the_inspection_process():
    assert ask("describe", "vgg16", {}) == describe("vgg16", {})
    with pytest.raises(ValueError, match="depth 21 is not"):
        ask("describe", "resnet", {"depth": 21})
