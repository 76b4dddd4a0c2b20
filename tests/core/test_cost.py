from itertools import product
from typing import Any

import pandas as pd
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.cost import estimate_seconds, multiply_adds, parameters, training_work
from core.data.catalogue import CATALOGUE, DatasetInfo
from core.depths import TRAINED
from core.nets.families import ConvNet
from core.spec import RunSpec

CIFAR10, MINI, CIFAR100 = (
    CATALOGUE[name] for name in ("cifar10", "fashion-mnist-mini", "cifar100")
)

IMAGENET = DatasetInfo("imagenet", "ImageNet", 1000, 3, 224, 1_281_167, 50_000, "", "")

# Multiply-adds x 1e6 of residual nets with option A at 32 x 32, counted from He et al. 2015
MULTIPLY_ADDS = {
    8: 12.24,
    14: 26.40,
    20: 40.55,
    32: 68.86,
    44: 97.17,
    56: 125.49,
    110: 252.89,
    1202: 2829.24,
}


def make_spec(**fields: Any) -> RunSpec:
    return RunSpec(**{"family": "resnet", "depth": 20, "epochs": 2} | fields)


def count(spec, info) -> tuple[int, int]:
    """Parameters and multiply-adds of the real net; on the meta device it costs nothing."""
    with torch.device("meta"), FlopCounterMode(display=False) as flops:
        net = ConvNet(spec, info.channels, info.classes).eval()
        net(torch.empty(1, info.channels, info.size, info.size))
    return sum(p.numel() for p in net.parameters()), flops.get_total_flops() // 2


@pytest.mark.parametrize(("depth", "millions"), MULTIPLY_ADDS.items())
def test_resnets_take_the_known_multiply_adds(depth, millions):
    assert multiply_adds(make_spec(depth=depth), CIFAR10) / 1e6 == pytest.approx(
        millions, abs=0.005
    )


@pytest.mark.parametrize(  # He et al. 2015, Table 6 counted exactly
    ("option", "exact"), [("A", 19_421_274), ("B", 19_424_026), ("C", 20_538_714)]
)
def test_the_net_of_1202_layers_has_the_known_parameters(option, exact):
    assert parameters(make_spec(depth=1202, shortcut=option), CIFAR10) == exact


@pytest.mark.parametrize("family", TRAINED)
@pytest.mark.parametrize("option", ["A", "B", "C"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_formulas_count_what_the_nets_have(family, option, batch_norm):
    fields = {"family": family, "shortcut": option, "batch_norm": batch_norm}
    depths = {"bottleneck": (11, 20), "preact": (8, 11)}.get(family, (8, 14))
    for depth, stride, width, info in product(depths, (1, 2), (1, 8), (CIFAR100, MINI)):
        spec = make_spec(depth=depth, stem_stride=stride, width=width, **fields)
        assert (parameters(spec, info), multiply_adds(spec, info)) == count(spec, info), spec


@pytest.mark.parametrize(("family", "depth"), [("plain", 18), ("resnet", 34), ("bottleneck", 50)])
@pytest.mark.parametrize("stem", ["cifar", "imagenet"])
@pytest.mark.parametrize("stride_in", ["1x1", "3x3"])
def test_formulas_count_what_the_nets_for_imagenet_have(family, depth, stem, stride_in):
    fields = {"stem": stem, "stride_in": stride_in, "shortcut": "B"}
    spec = make_spec(family=family, depth=depth, width=4, **fields)
    for info in (IMAGENET, CIFAR100):
        assert (parameters(spec, info), multiply_adds(spec, info)) == count(spec, info)


@pytest.mark.parametrize(  # He et al. 2015, Table 1 as printed; with the stride in the 1x1
    ("family", "depth", "option", "giga", "printed"),
    [
        ("resnet", 18, "A", 1.79, 1.8),
        ("plain", 34, "A", 3.64, 3.6),
        ("resnet", 34, "A", 3.64, 3.6),
        ("bottleneck", 50, "B", 3.86, 3.8),
        ("bottleneck", 101, "B", 7.57, 7.6),
        ("bottleneck", 152, "B", 11.28, 11.3),
    ],
)
def test_the_nets_for_imagenet_take_the_papers_multiply_adds(family, depth, option, giga, printed):
    spec = make_spec(family=family, depth=depth, stem="imagenet", width=64, shortcut=option)
    assert multiply_adds(spec, IMAGENET) / 1e9 == pytest.approx(giga, abs=0.005)
    assert giga == pytest.approx(printed, abs=0.061)


@pytest.mark.parametrize(("depth", "giga"), [(16, 15.47), (19, 19.63)])  # torchvision's weights
def test_vgg_takes_the_multiply_adds_that_torchvision_names(depth, giga):
    spec = make_spec(family="vgg", depth=depth, stem="imagenet", width=64, batch_norm=False)
    assert multiply_adds(spec, IMAGENET) / 1e9 == pytest.approx(giga, abs=0.005)
    assert parameters(spec, IMAGENET) == {16: 138_357_544, 19: 143_667_240}[depth]


def test_training_takes_three_times_the_forward_work_of_every_image():
    spec = make_spec(batch_size=100, epochs=2)
    assert training_work(spec, MINI) == (3 * multiply_adds(spec, MINI) * 20_000, 200)


def measure_speeds(specs, per_layer: float, per_multiply_add: float) -> pd.DataFrame:
    """What a device with exactly these costs would have measured."""
    rows = [(spec.depth, multiply_adds(spec, MINI), spec.batch_size) for spec in specs]
    speeds = pd.DataFrame(rows, columns=["layers", "multiply_adds", "batch_size"])
    work = speeds["multiply_adds"] * speeds["batch_size"]
    return speeds.assign(seconds_per_step=per_layer * speeds["layers"] + per_multiply_add * work)


MEASURED = [make_spec(depth=8, width=8), make_spec(depth=32, width=8), make_spec(width=16)]


@pytest.mark.parametrize("costs", [(4e-4, 6e-12), (4e-4, 0.0), (0.0, 6e-12)])
def test_the_estimate_recovers_known_costs(costs):
    spec = make_spec(depth=56, width=8, steps=10_000, epochs=None)
    exact = measure_speeds([spec], *costs)["seconds_per_step"][0]
    estimate = estimate_seconds([spec], MINI, measure_speeds(MEASURED, *costs))
    assert estimate is not None
    assert 10_000 * exact <= estimate <= 1.1 * 10_000 * exact  # evaluation takes 8 %


def test_the_estimate_adds_up_over_runs():
    speeds = measure_speeds(MEASURED, 4e-4, 6e-12)
    each = [estimate_seconds([spec], MINI, speeds) for spec in MEASURED]
    assert estimate_seconds(MEASURED, MINI, speeds) == pytest.approx(sum(each))


def test_the_estimate_is_never_negative_where_the_speeds_contradict():
    speeds = measure_speeds(MEASURED, 4e-4, 6e-12)
    speeds["seconds_per_step"] = [0.1, 0.01, 0.001]  # the larger the net, the quicker
    estimate = estimate_seconds(MEASURED, MINI, speeds)
    assert estimate is not None
    assert estimate > 0


def test_one_measured_speed_is_enough_for_an_estimate():
    speeds = measure_speeds(MEASURED[:1], 4e-4, 6e-12)
    estimate = estimate_seconds(MEASURED[:1], MINI, speeds)
    steps = MEASURED[0].total_steps(MINI.train_images)
    assert estimate == pytest.approx(steps * speeds["seconds_per_step"][0], rel=0.2)


def test_without_speeds_there_is_no_estimate():
    columns = ["layers", "multiply_adds", "batch_size", "seconds_per_step"]
    assert estimate_seconds(MEASURED, MINI, pd.DataFrame(columns=columns)) is None
