"""Nets deepened by identity: the same answers, by construction (He et al. 2015, section 1)."""

import pytest
import torch
from torch import nn

from core.cost import parameters
from core.data.catalogue import describe_dataset
from core.deeper import deeper_spec
from core.inspect.nets import load_net
from core.nets.blocks import HighwayBlock
from core.nets.edits import edited
from core.nets.families import build_net
from core.nets.identity_blocks import Deepen, set_identity
from core.nets.layout import plan_stages
from core.spec import RunSpec
from core.training.device import threads
from tests.core.inspect.nets import recorded
from tests.core.inspect.test_no_trace import state, weights

DEPTHS = {"plain": (8, 20), "resnet": (8, 20), "bottleneck": (11, 20), "preact": (8, 20)}
ADDING = ("resnet", "bottleneck", "preact")
KINDS_OF_NETS = [(family, norm) for family in DEPTHS for norm in (True, False)]


@pytest.fixture(autouse=True)
def one_thread():
    """A second one would wait for busy cores at every layer."""
    with threads(1):
        yield


def spec_of(family: str, **fields) -> RunSpec:
    depth, _ = DEPTHS[family]
    return RunSpec(**{"family": family, "depth": depth, "width": 4, "steps": 1} | fields)


def net_of(spec: RunSpec):
    """A new net in eval mode, with statistics of its own in every norm."""
    generator = torch.Generator().manual_seed(5)
    net = build_net(spec, 1, 10)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1, generator)
            nn.init.uniform_(module.running_var, 0.5, 2, generator)
    return net.eval()


def deeper(spec: RunSpec) -> RunSpec:
    return deeper_spec(spec, DEPTHS[spec.family][1], "a", 0)


def deepened(spec: RunSpec, kind="identity"):
    return edited(net_of(spec), Deepen(deeper(spec), kind))


@pytest.fixture
def images():
    return torch.randn(8, 1, 28, 28, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_deepening_20_to_56_to_110_changes_no_answer_on_2000_images(family):
    # the solution by construction: He et al. 2015, section 1; 1e-5 is rounding in float32
    address = recorded(family, 20)
    loaded = load_net(*address)
    specs = [deeper_spec(loaded.spec, depth, *address[2:]) for depth in (56, 110)]
    nets = [edited(loaded.net, *map(Deepen, specs[:count])) for count in range(3)]
    batches = loaded.normalise(loaded.images.test_images).split(500)
    before, *others = (torch.cat([net(batch) for batch in batches]) for net in nets)
    assert len(before) == 2000
    for after in others:
        assert torch.equal(after.argmax(1), before.argmax(1))
        torch.testing.assert_close(after, before, rtol=0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("family", "batch_norm"), KINDS_OF_NETS)
def test_in_eval_mode_every_family_answers_as_before(family, batch_norm, images):
    spec = spec_of(family, batch_norm=batch_norm)
    after, before = deepened(spec)(images), net_of(spec)(images)
    torch.testing.assert_close(after, before, rtol=1e-6, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("family", "batch_norm"), KINDS_OF_NETS)
def test_a_net_with_shortcuts_answers_exactly_as_before_in_training_mode_too(
    family, batch_norm, images
):
    # x + 0 = x, whatever the batch; a plain block's batch norm makes something else of x
    spec = spec_of(family, batch_norm=batch_norm)
    same = torch.equal(deepened(spec).train()(images), net_of(spec).train()(images))
    assert same == (family in ADDING or not batch_norm)


@torch.no_grad()
@pytest.mark.parametrize("family", DEPTHS)
def test_random_blocks_change_the_answers(family, images):
    spec = spec_of(family)
    change = deepened(spec, "random")(images) - net_of(spec)(images)
    assert change.abs().max() > 0.1


@pytest.mark.parametrize("kind", ["identity", "random"])
@pytest.mark.parametrize(("family", "batch_norm"), KINDS_OF_NETS)
def test_the_deepened_net_is_the_one_of_its_spec(family, batch_norm, kind):
    spec = spec_of(family, batch_norm=batch_norm)
    net, info = deepened(spec, kind), describe_dataset(spec.dataset)
    shapes = {name: value.shape for name, value in net.state_dict().items()}
    built = build_net(deeper(spec), 1, 10).state_dict()
    assert shapes == {name: value.shape for name, value in built.items()}
    assert sum(map(torch.numel, net.parameters())) == parameters(deeper(spec), info)


@torch.no_grad()
def test_a_net_of_four_stages_is_deepened_as_well():
    # He et al. 2015, Table 1: 2-2-2-2 blocks become 3-4-6-3
    spec = spec_of("resnet", depth=18, stem="imagenet", width=2)
    net = edited(net_of(spec), Deepen(deeper_spec(spec, 34, "a", 0)))
    assert [len(stage) for stage in net.stages] == [3, 4, 6, 3]
    images = torch.randn(2, 1, 64, 64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(net(images), net_of(spec)(images))


@pytest.mark.parametrize(("family", "batch_norm"), [("resnet", True), ("resnet", False)])
def test_what_makes_a_branch_zero_can_be_learned_away(family, batch_norm, images):
    net = deepened(spec_of(family, batch_norm=batch_norm)).train()
    last = net.get_submodule("stages.1.2.branch")[-1].weight
    assert not last.any()
    (gradient,) = torch.autograd.grad(net(images)[:, 0].sum(), last)
    assert gradient.abs().max() > 0


@pytest.mark.parametrize("kind", ["identity", "random"])
def test_inserted_weights_are_drawn_from_the_specs_seed_alone(kind):
    torch.manual_seed(1)
    one = deepened(spec_of("resnet"), kind).state_dict()
    torch.manual_seed(2)
    same, other = deepened(spec_of("resnet"), kind), deepened(spec_of("resnet", seed=1), kind)
    assert all(torch.equal(value, one[name]) for name, value in same.state_dict().items())
    name = "stages.1.2.branch.0.weight"
    assert not torch.equal(other.state_dict()[name], one[name])


@pytest.mark.parametrize("kind", ["identity", "random"])
def test_the_original_is_untouched_and_nothing_is_drawn_from_torchs_generator(kind):
    net = net_of(spec_of("plain"))
    before, weights_before = state(net), weights(net)
    copy = edited(net, Deepen(deeper(spec_of("plain")), kind))
    with torch.no_grad():
        for value in copy.parameters():
            value.add_(1)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name


def test_inserted_blocks_are_in_the_mode_of_the_net():
    net = net_of(spec_of("plain"))
    for mode in (True, False):
        copy = edited(net.train(mode), Deepen(deeper(spec_of("plain"))))
        assert {module.training for module in copy.modules()} == {mode}


def test_a_highway_block_cannot_be_made_the_identity():
    plan = plan_stages(spec_of("resnet"))[0][0]
    with pytest.raises(ValueError, match=r"^a HighwayBlock cannot be made the identity$"):
        set_identity(HighwayBlock(plan, batch_norm=True))
