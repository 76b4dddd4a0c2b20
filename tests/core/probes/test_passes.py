"""Features of the hand-made net worked out on paper: x, 2x, ReLU(2x - 5) of x = 1, 2, 3, 4."""

import pytest
import torch

from core.nets.families import build_net
from core.probes import places
from core.probes.passes import read_pass
from core.spec import RunSpec

ON_PAPER = {
    "activation-mean": [2.5, 5.0, 1.0],
    "activation-std": [1.25**0.5, 5**0.5, 1.5**0.5],
    "zeros": [0.0, 0.0, 50.0],
    "dead-channels": [0.0, 0.0, 0.0],
    "layer-response": [1.25**0.5, 5**0.5, 1.25**0.5, 5**0.5, 5**0.5],  # x, 2x, x, 2x, 2x - 5
    "branch-norm": [7.5**0.5],  # root of the mean of 1, 4, 9, 16
    "shortcut-norm": [7.5**0.5],
    "branch-ratio": [1.0],
}


def numbers(net, images, name):
    found, faults = read_pass(net, images, [name])
    assert not faults
    return found[name]


@pytest.mark.parametrize("name", ON_PAPER)
def test_the_hand_made_net_has_the_numbers_on_paper(net, images, name):
    assert numbers(net, images, name).tolist() == pytest.approx(ON_PAPER[name])
    assert len(places(net, name)) == len(ON_PAPER[name])


def test_a_channel_is_dead_when_no_image_wakes_it(net, images):
    assert numbers(net, images[:2], "dead-channels").tolist() == [0.0, 0.0, 100.0]


def residual(**fields):
    spec = RunSpec(family="resnet", depth=8, width=4, epochs=1, **fields)
    return build_net(spec, 1, 10)


def test_a_zeroed_branch_has_ratio_0_and_a_block_that_gives_its_input():
    net = residual(init="zero-gamma")
    looked_at = torch.rand(4, 1, 8, 8)
    assert numbers(net, looked_at, "branch-ratio").tolist() == [0.0, 0.0, 0.0]
    block = net.get_submodule("stages.0.0").eval()
    features = torch.rand(4, 4, 8, 8)
    assert torch.equal(block(features), features)


def test_the_gate_of_a_new_highway_net_carries_88_percent():
    # Srivastava et al. 2015: a bias of -2 opens the gates by 1 / (1 + e^2) = 12 %
    net = build_net(RunSpec(family="highway", depth=10, width=4, epochs=1), 1, 10)
    gates = numbers(net, torch.zeros(4, 1, 8, 8), "gate")
    assert gates[0].item() == pytest.approx(11.92, abs=0.01)
    assert len(gates) == len(places(net, "gate"))


def test_a_number_that_is_none_is_seen_in_the_block_where_it_first_appears():
    net = residual()
    with torch.no_grad():
        net.get_submodule("stages.1.0.branch.0").weight.fill_(float("nan"))
    means = numbers(net, torch.rand(4, 1, 8, 8), "activation-mean")
    assert places(net, "activation-mean") == ("stem", "stages.0.0", "stages.1.0", "stages.2.0")
    assert means.isnan().tolist() == [False, False, True, True]


@pytest.mark.parametrize("depth", [20, 56])
def test_responses_are_of_every_3x3_layer_in_order(depth):
    # He et al. 2015, Figure 7: a net of 6n + 2 layers has 6n + 1 of them, and the classifier
    net = build_net(RunSpec(family="plain", depth=depth, width=4, epochs=1), 1, 10)
    found = places(net, "layer-response")
    assert len(found) == depth - 1
    assert list(found) == sorted(found, key=list(dict(net.named_modules())).index)
