"""Norms of the hand-made net worked out on paper, for the loss `sum of the first logits`.

Only images 3 and 4 pass the last ReLU: each gives 1 to every gradient that reaches it.
"""

import pytest
import torch

from core.probes.steps import TrainedStep, read_step

GRADIENTS = {
    "stem": 212**0.5,  # weight 2 (3 + 4) = 14, bias 4: shortcut and branch both carry 1
    "stages.0.0": 213.25**0.5,  # weights 14 and 3.5, biases 2 and 1
    "stages.0.1": 20.0,  # weights 6 + 8 = 14 twice, biases 2 twice
    "head": 32**0.5,  # weight 1 + 3 = 4 and bias 4 of the first logit
}
LAYER_GRADIENTS = (14.0, 3.5, 14.0, 14.0, 14.0)


def step_of(net, images, **settings):
    """One step of SGD on the hand-made net."""
    optimizer = torch.optim.SGD(net.parameters(), **settings)
    for parameter in net.parameters():
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    net(images)[:, 0].sum().backward()
    optimizer.step()
    return TrainedStep(net, optimizer)


def numbers(step, name):
    found, faults = read_step(step, [name])
    assert not faults
    return found[name].tolist()


def test_gradient_norms_of_stem_blocks_and_head(net, images):
    step = step_of(net, images, lr=0.1, momentum=0.9, weight_decay=0.5)
    assert step.blocks == tuple(GRADIENTS)
    assert numbers(step, "gradient-norm") == pytest.approx(list(GRADIENTS.values()))


def test_gradient_norms_of_convolutions_leave_biases_out(net, images):
    step = step_of(net, images, lr=0.1, momentum=0.9)
    assert step.layers[1:3] == ("stages.0.0.branch.0", "stages.0.0.branch.2")
    assert numbers(step, "gradient-norm-layers") == pytest.approx(LAYER_GRADIENTS)


def test_weight_norms_are_those_after_the_step(net, images):
    step = step_of(net, images, lr=0.1, momentum=0.9)
    head = 1.52**0.5  # weights 1 - 0.4 and -1, biases -0.4 and 0
    assert numbers(step, "weight-norm")[-1] == pytest.approx(head)


def test_the_update_of_a_first_step_with_momentum_is_the_gradient_times_the_rate(net, images):
    step = step_of(net, images, lr=0.1, momentum=0.9)
    assert numbers(step, "update-ratio")[-1] == pytest.approx(0.1 * 32**0.5 / 1.52**0.5)


def test_the_update_without_momentum_holds_the_weight_decay(net, images):
    step = step_of(net, images, lr=0.1, momentum=0.0, weight_decay=0.5)
    moved = 0.1 * 36.5**0.5  # weights 4 + 0.5 and -0.5, biases 4 and 0
    left = 1.365**0.5  # weights 0.55 and -0.95, biases -0.4 and 0
    assert numbers(step, "update-ratio")[-1] == pytest.approx(moved / left)


def test_the_update_ratio_is_how_far_the_weights_really_moved(net, images):
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=0.1)
    for parameter in net.parameters():
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    for _ in range(3):
        before = [one.detach().clone() for one in net.head.parameters()]
        optimizer.zero_grad()
        net(images)[:, 0].sum().backward()
        optimizer.step()
    after = [one.detach() for one in net.head.parameters()]
    moved = sum(
        float((one - other).square().sum()) for one, other in zip(before, after, strict=True)
    )
    size = sum(float(one.square().sum()) for one in after)
    ratio = numbers(TrainedStep(net, optimizer), "update-ratio")[-1]
    assert ratio == pytest.approx((moved / size) ** 0.5, rel=1e-4)
