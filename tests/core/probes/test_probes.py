import pytest
import torch

from core.depths import TRAINED
from core.measures import MEASURES
from core.nets.families import build_net
from core.probes import PROBES, places
from core.probes.passes import PASS_PROBES, read_pass
from core.probes.steps import STEP_PROBES, TrainedStep, read_step
from core.spec import RunSpec
from core.training.recipe import make_optimizer


def test_each_probe_has_its_words_and_the_other_way_round():
    assert set(PROBES) == set(MEASURES)


@pytest.fixture(params=TRAINED)
def stepped(request):
    """A net of each family after a step, and its optimizer."""
    spec = RunSpec(
        family=request.param, depth=8 if request.param != "bottleneck" else 11, width=4, epochs=1
    )
    net = build_net(spec, 1, 10)
    optimizer = make_optimizer(spec, net)
    net(torch.rand(4, 1, 8, 8)).square().mean().backward()
    optimizer.step()
    return net, optimizer


def everything(net, optimizer):
    """All that a probe could have changed."""
    return (
        {name: tensor.clone() for name, tensor in net.state_dict().items()},
        {name: one.grad.clone() for name, one in net.named_parameters()},
        [state["momentum_buffer"].clone() for state in optimizer.state.values()],
        [(module.training, len(module._forward_hooks)) for module in net.modules()],
        torch.get_rng_state(),
    )


def same(one, other):
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_leaves_the_net_as_it_was(stepped, probe):
    net, optimizer = stepped
    before = everything(net, optimizer)
    if probe in STEP_PROBES:
        read_step(TrainedStep(net, optimizer), [probe])
    else:
        read_pass(net, torch.rand(4, 1, 8, 8), [probe])
    torch.set_rng_state(before[-1])  # the images above were drawn
    assert same(everything(net, optimizer), before)


def test_every_probe_gives_a_number_for_each_of_its_places(stepped):
    net, optimizer = stepped
    wanted = [name for name in PROBES if places(net, name)]
    steps = [name for name in wanted if name in STEP_PROBES]
    passes = [name for name in wanted if name in PASS_PROBES]
    found = read_step(TrainedStep(net, optimizer), steps)[0]
    found |= read_pass(net, torch.rand(4, 1, 8, 8), passes)[0]
    assert {name: len(one) for name, one in found.items()} == {
        name: len(places(net, name)) for name in wanted
    }


def test_hooks_are_gone_after_a_net_that_fails(stepped):
    net, _ = stepped
    with pytest.raises(RuntimeError):
        read_pass(net, torch.rand(4, 3, 8, 8), ["zeros"])  # images of three channels, not one
    assert not any(module._forward_hooks for module in net.modules())
