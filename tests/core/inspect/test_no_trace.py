"""Looking leaves no trace in a net, nor in torch, and brings torch to no page."""

import pickle

import pytest
import torch

from core.inspect.activations import activations
from core.inspect.nets import load_net
from core.inspect.readout import readout
from core.inspect.similarity import similarity
from tests.core.inspect.nets import untrained

LOOKS = {
    "activations": lambda address: activations(*address, 3),
    "readout": lambda address: readout(*address, 3),
    "similarity": lambda address: similarity(*address, *address),
}


def state(net) -> dict[str, object]:
    """All that looking could change, but for the weights."""
    modules = list(net.modules())
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
    return {
        "training": [module.training for module in modules],
        "hooks": [len(getattr(module, hook)) for module in modules for hook in hooks],
        "gradients": [weight.grad for weight in net.parameters()],
        "requires_grad": [weight.requires_grad for weight in net.parameters()],
        "random": torch.get_rng_state().tolist(),
        "threads": torch.get_num_threads(),
        "grad": torch.is_grad_enabled(),
    }


def weights(net) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in net.state_dict().items()}


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


@pytest.mark.parametrize("look", LOOKS)
def test_a_net_is_handed_back_as_it_was_found(look, address):
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    LOOKS[look](address)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name


@pytest.mark.parametrize("look", LOOKS)
def test_an_answer_is_plain_data(look, address):
    assert b"torch" not in pickle.dumps(LOOKS[look](address))


def test_a_fault_on_the_way_leaves_no_hook(address):
    loaded = load_net(*address)
    before = state(loaded.net)

    def see(place: str, output: torch.Tensor) -> None:
        raise ValueError(place)

    with pytest.raises(ValueError, match=r"^stages\.1\.0$"):
        loaded.run(loaded.images.test_images[:1], see, ["stages.1.0"])
    assert state(loaded.net) == before
