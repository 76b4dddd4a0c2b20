from copy import deepcopy

import pytest
import torch
from torch import nn

from core.nets.edits import edited
from core.nets.families import build_net
from core.nets.removals import WithoutBatchNorm, WithoutShortcuts
from core.spec import RunSpec


def trained_like(**fields) -> tuple[RunSpec, nn.Module]:
    """A net in eval mode whose batch norms are not the identity."""
    spec = RunSpec(**{"family": "resnet", "depth": 14, "width": 4, "epochs": 1} | fields)
    net = build_net(spec, 1, 10)
    generator = torch.Generator().manual_seed(1)
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for tensor in (layer.weight.data, layer.running_var):
                tensor.uniform_(0.5, 2, generator=generator)
            for tensor in (layer.bias.data, layer.running_mean):
                tensor.normal_(generator=generator)
    return spec, net.eval()


IMAGES = torch.randn(8, 1, 16, 16, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize(
    "fields",
    [
        {"family": "plain"},
        {"shortcut": "A"},
        {"shortcut": "B"},
        {"shortcut": "C"},
        {"family": "highway", "depth": 8},
        {"family": "bottleneck", "depth": 11},
    ],
    ids=lambda fields: "-".join(map(str, fields.values())),
)
def test_a_net_without_its_batch_norm_says_the_same(fields):
    spec, net = trained_like(**fields)
    bare = edited(net, WithoutBatchNorm())
    with torch.no_grad():
        torch.testing.assert_close(bare(IMAGES), net(IMAGES), rtol=1e-4, atol=1e-4)
    expected = build_net(spec.model_copy(update={"batch_norm": False}), 1, 10)
    assert {name: t.shape for name, t in bare.state_dict().items()} == {
        name: t.shape for name, t in expected.state_dict().items()
    }


def test_batch_norm_before_a_relu_cannot_go():
    _, net = trained_like(family="preact")
    with pytest.raises(ValueError, match="batch norm stands before a ReLU here"):
        edited(net, WithoutBatchNorm())


@pytest.mark.parametrize("option", ["A", "B", "C"])
def test_without_shortcuts_a_net_is_the_plain_one_of_the_same_weights(option):
    spec, net = trained_like(shortcut=option)
    plain = spec.model_copy(update={"family": "plain"})
    expected = build_net(plain, 1, 10).eval()
    own = expected.state_dict().keys()
    expected.load_state_dict({name: t for name, t in net.state_dict().items() if name in own})
    with torch.no_grad():
        assert torch.equal(edited(net, WithoutShortcuts(plain))(IMAGES), expected(IMAGES))


def test_a_plain_net_has_no_shortcut_to_lose():
    spec, net = trained_like(family="plain")
    with pytest.raises(ValueError, match=r"stages\.0\.0 has no shortcut"):
        edited(net, WithoutShortcuts(spec))


def test_the_net_that_was_edited_stays_as_it_was():
    spec, net = trained_like()
    before = deepcopy(net.state_dict())
    edited(net, WithoutBatchNorm(), WithoutShortcuts(spec.model_copy(update={"batch_norm": False})))
    assert net.state_dict().keys() == before.keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
