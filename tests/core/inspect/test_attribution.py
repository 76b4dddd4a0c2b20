"""Every method: its known answer, the same answer twice, and nothing left behind."""

import pickle
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution
from torch import nn

from core.attributions import ATTRIBUTIONS
from core.inspect.attribution import attribute, explain
from core.inspect.attribution_methods import METHODS, attribution_map, choose_effort
from core.inspect.grad_cam import grad_cam, gradients
from core.inspect.nets import load_net
from core.training.device import threads
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

QUICK = choose_effort(multiply_adds=1, size=4, smooth=False)
SMOOTH = [False, True]
PHASES = [(method, "forward") for method in METHODS]
PHASES += [(method, "backward") for method in METHODS if method != "occlusion"]  # goes only forth


@pytest.fixture(autouse=True)
def one_thread():
    """As in the inspection process: a second one would wait for busy cores at every layer."""
    with threads(1):
        yield


def ask(loaded, method, *, image=3, target=1, block=None, smooth=False):
    return explain(loaded, image, target, method, block or loaded.places()[-1], smooth)


@pytest.fixture
def loaded():
    """A copy of a net, to be spoilt."""
    found = load_net(*recorded("resnet", 8))
    return replace(found, net=deepcopy(found.net))


def linear_net(weight: torch.Tensor) -> nn.Sequential:
    """Two logits of an image 1 x 4 x 4: the sum of weight times pixel, and its negative."""
    linear = nn.Linear(16, 2, bias=False)
    with torch.no_grad():
        linear.weight.copy_(torch.stack([weight.flatten(), -weight.flatten()]))
    return nn.Sequential(nn.Flatten(), linear)


def test_all_methods_have_words_and_all_words_a_method():
    assert METHODS.keys() == ATTRIBUTIONS.keys()


@pytest.mark.parametrize("words", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_the_words_are_a_sentence_each_and_name_the_paper(words):
    assert words.tells.endswith(".")
    assert words.tells_not.endswith(".")
    assert "arXiv:" in words.paper
    assert ("1810.03292" in words.warning) == words.guided == ("guided" in words.title.lower())


@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_captums_grad_cam_is_that_of_the_strip(family):
    address = recorded(family, 8)
    strip = grad_cam(*address, 6, 1)["maps"]
    for block, expected in strip.items():
        found = ask(load_net(*address), "grad-cam", image=6, block=block)["map"]
        assert np.allclose(found, expected, rtol=0, atol=1e-5), block


@pytest.mark.parametrize(("family", "depth"), [("plain", 20), ("resnet", 20), ("resnet", 56)])
def test_integrated_gradients_add_up_to_the_difference_of_the_logits(family, depth):
    loaded = load_net(*recorded(family, depth))
    found = ask(loaded, "integrated-gradients", target=None)
    inputs = loaded.normalise(loaded.images.test_images[3:4])
    with torch.no_grad():
        image, flat = loaded.net(torch.cat([inputs, torch.zeros_like(inputs)]))
    difference = (image - flat)[found["target"]].item()
    assert abs(difference) > 1
    assert found["map"].sum() == pytest.approx(difference, rel=0.01)
    assert found["delta"] == pytest.approx(found["map"].sum() - difference, abs=1e-3)


def test_they_start_from_the_mean_colour_of_the_training_images():
    loaded = load_net(*recorded("plain", 8))
    mean = 255 * torch.tensor(loaded.images.mean)
    assert loaded.normalise(mean.reshape(1, -1, 1, 1)).abs().max() < 1e-6


@pytest.mark.parametrize("method", ["saliency", "guided-backprop"])
def test_a_linear_nets_slopes_are_its_weights(method):
    weight = torch.arange(-8.0, 8).reshape(4, 4)
    found = attribution_map(linear_net(weight), torch.ones(1, 1, 4, 4), 0, method, "1", QUICK)
    assert torch.equal(found.map, weight)
    assert found.delta is None


def test_a_linear_nets_integrated_gradients_are_weight_times_pixel():
    weight = torch.arange(-8.0, 8).reshape(4, 4)
    pixels = torch.linspace(-1, 1, 16).reshape(1, 1, 4, 4)
    found = attribution_map(linear_net(weight), pixels, 1, "integrated-gradients", "1", QUICK)
    assert torch.allclose(found.map, -weight * pixels[0, 0], atol=1e-4)
    assert found.delta == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("channels", [1, 3])
def test_occlusion_tells_how_far_the_logit_falls(channels):
    # 4 px have windows of one: covering a pixel of value 2 takes 2 times its weights away.
    weight = torch.arange(16.0 * channels).reshape(channels, 4, 4)
    linear = nn.Linear(16 * channels, 1, bias=False)
    with torch.no_grad():
        linear.weight.copy_(weight.reshape(1, -1))
    net, image = nn.Sequential(nn.Flatten(), linear), torch.full((1, channels, 4, 4), 2.0)
    found = attribution_map(net, image, 0, "occlusion", "1", QUICK)
    assert torch.allclose(found.map, 2 * weight.sum(0))


def test_occlusion_covers_an_eighth_of_the_side():
    # A net that sees one pixel, (9, 9) of 32 x 32: all windows of 4 px, 2 px apart, that cover it
    # begin at 6 or 8. A pixel gets the mean of its windows, so the map reaches from 6 to 11.
    linear = nn.Linear(1024, 1, bias=False)
    with torch.no_grad():
        linear.weight.copy_(nn.functional.one_hot(torch.tensor([9 * 32 + 9]), 1024).float())
    net = nn.Sequential(nn.Flatten(), linear)
    effort = choose_effort(multiply_adds=1024, size=32, smooth=False)
    found = attribution_map(net, torch.ones(1, 1, 32, 32), 0, "occlusion", "1", effort).map
    seen = found.nonzero()
    assert (seen.min(), seen.max()) == (6, 11)
    assert found[9, 9] == found.max() == 1


def test_guided_backpropagation_lets_only_positive_slopes_through_a_relu():
    # y = -relu(a) + 2 relu(b): the slope of a is negative, and is held back; that of b is 2.
    net = nn.Sequential(nn.Flatten(), nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        net[1].weight.copy_(torch.eye(2))
        net[3].weight.copy_(torch.tensor([[-1.0, 2.0]]))
    image = torch.ones(1, 1, 1, 2)
    assert attribution_map(net, image, 0, "saliency", "1", QUICK).map.tolist() == [[-1, 2]]
    assert attribution_map(net, image, 0, "guided-backprop", "1", QUICK).map.tolist() == [[0, 2]]


def test_guided_grad_cam_is_the_product_of_the_two():
    loaded = load_net(*recorded("plain", 20))
    block = "stages.1.1"
    coarse = ask(loaded, "grad-cam", block=block)["map"]
    raising = torch.from_numpy(np.maximum(coarse, 0))[None, None]
    large = LayerAttribution.interpolate(raising, (28, 28), "bilinear")[0, 0].numpy()
    fine = ask(loaded, "guided-backprop")["map"]
    found = ask(loaded, "guided-grad-cam", block=block)["map"]
    assert np.allclose(found, large * fine, rtol=1e-4, atol=1e-5)
    assert found.any()


def test_smoothgrad_of_a_linear_net_changes_nothing_but_what_the_noise_brings():
    # The slopes are the same everywhere; weight times pixel is moved by the mean of the noise.
    weight = torch.arange(-8.0, 8).reshape(4, 4)
    net, image = linear_net(weight), torch.linspace(-1, 1, 16).reshape(1, 1, 4, 4)
    effort = choose_effort(multiply_adds=16, size=4, smooth=True)
    slopes = attribution_map(net, image, 0, "saliency", "1", effort).map
    shares = attribution_map(net, image, 0, "integrated-gradients", "1", effort).map
    noise = (shares / weight - image[0, 0])[weight != 0]
    assert torch.allclose(slopes, weight)
    assert 0.03 < noise.std() < 0.12  # 0.15 * 2 / sqrt(20 copies) = 0.067


@pytest.mark.parametrize("smooth", SMOOTH)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_gives_the_same_answer_twice_whatever_was_drawn_between(loaded, method, smooth):
    one = ask(loaded, method, smooth=smooth)
    torch.rand(7)
    other = ask(loaded, method, smooth=smooth)
    assert np.array_equal(one["map"], other["map"])
    assert one["delta"] == other["delta"]
    assert one["map"].any()


@pytest.mark.parametrize("method", METHODS)
def test_smoothgrad_makes_another_map(loaded, method):
    plain, smooth = (ask(loaded, method, smooth=smooth)["map"] for smooth in SMOOTH)
    assert plain.shape == smooth.shape
    assert not np.array_equal(plain, smooth)


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_is_plain_data_of_the_images_size(method):
    address = recorded("plain", 8)
    answer = attribute(*address, 3, None, method, "stages.1.0", False)
    grid = (7, 7) if method == "grad-cam" else (28, 28)
    assert (answer["map"].shape, answer["overlay"].shape) == (grid, (28, 28))
    assert answer["map"].dtype == answer["overlay"].dtype == np.float32
    assert (answer["step"], answer["method"], answer["block"]) == (468, method, "stages.1.0")
    assert answer["probability"] == grad_cam(*address, 3, None)["probabilities"].max()
    assert (answer["delta"] is None) == (method != "integrated-gradients")
    assert b"torch" not in pickle.dumps(answer)


@pytest.mark.parametrize("family", ["plain", "preact", "highway", "bottleneck"])
@pytest.mark.parametrize("method", METHODS)
def test_nets_of_all_kinds_can_be_asked(store, family, method):
    depth = 11 if family == "bottleneck" else 8
    net = untrained(store, families=(family,), depths=(depth,), batch_norm=family != "plain")
    found = ask(load_net(*net), method, block="stages.1.0")
    assert np.isfinite(found["overlay"]).all()
    assert found["overlay"].any()


@pytest.mark.parametrize(("method", "block"), [("grad-can", "stem"), ("saliency", "stages.2.8")])
def test_what_there_is_not_is_a_sentence_with_the_nearest(loaded, method, block):
    with pytest.raises(
        ValueError, match=r"(method 'grad-can'.* grad-cam|'stages\.2\.8'.* stages\.2\.0)$"
    ):
        ask(loaded, method, block=block)


def test_a_net_of_much_work_gets_a_coarser_answer():
    small, large = (choose_effort(work, 224, smooth=True) for work in (10**6, 4 * 10**9))
    assert (small.samples, large.samples) == (20, 5)
    assert large.images < small.images
    assert large.batch == 1  # images of 224 x 224 px


def broken_in(net: nn.Module, phase: str, error: BaseException) -> None:
    """Let a block raise on the way forth or back."""
    block = net.get_submodule("stages.1.0")
    forward = block.forward

    def raising(value):
        raise error

    def broken(inputs):
        if phase == "forward":
            raise error
        output = forward(inputs)
        if output.requires_grad:
            output.register_hook(raising)
        return output

    block.forward = broken


@pytest.mark.parametrize("smooth", SMOOTH)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_leaves_no_trace(loaded, method, smooth):
    net = loaded.net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    ask(loaded, method, smooth=smooth)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize(("method", "phase"), PHASES)
@pytest.mark.parametrize("smooth", SMOOTH)
def test_a_method_that_fails_or_is_cut_off_leaves_no_trace(loaded, method, smooth, error, phase):
    net, inputs = loaded.net, torch.rand(1, 1, 28, 28)
    before, weights_before = state(net), weights(net)
    broken_in(net, phase, error)
    effort = choose_effort(10**6, 28, smooth)
    with pytest.raises(type(error)), gradients(net):
        attribution_map(net, inputs, 0, method, "stages.0.0", effort)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())
