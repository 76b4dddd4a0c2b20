"""Grad-CAM against what is worked out on paper, against captum, and against CAM."""

import pickle

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn

from core.inspect.grad_cam import forward, grad_cam, grad_cams
from core.inspect.nets import load_net
from core.training.device import threads
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

RECORDED = [("plain", 20), ("resnet", 20)]
KINDS = [
    {"families": ("plain",), "batch_norm": False},
    {"families": ("resnet",), "batch_norm": False, "shortcut": "B"},
    {"families": ("resnet",), "shortcut": "C", "stem_stride": 1},
    {"families": ("preact",)},
    {"families": ("highway",)},
    {"families": ("bottleneck",), "depths": (11,), "shortcut": "B"},
]

# Channel 0 sums windows of 2 x 2 pixels, channel 1 subtracts them.
IMAGE = torch.tensor([[1.0, 2, 0, 0], [3, 4, 0, 0], [0, 0, -1, -2], [0, 0, -3, -4]])
# After the ReLU: [[10, 0], [0, 0]] and [[0, 0], [0, 10]].


@pytest.fixture(autouse=True)
def one_thread():
    """As in the inspection process: a second one would wait for busy cores at every layer."""
    with threads(1):
        yield


def two_layers(head: list[nn.Module], weight: list[list[float]]) -> nn.Sequential:
    conv, linear = nn.Conv2d(1, 2, 2, stride=2, bias=False), nn.Linear(len(weight[0]), 2)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([1.0, -1.0])[:, None, None, None].expand(2, 1, 2, 2))
        linear.weight.copy_(torch.tensor(weight))
    return nn.Sequential(conv, nn.ReLU(), *head, nn.Flatten(), linear)


def maps_of(net: nn.Sequential, target: int) -> dict[str, list]:
    logits, outputs = forward(net, IMAGE[None, None], ["0", "1"])
    return {place: one.tolist() for place, one in grad_cams(logits, target, outputs).items()}


@pytest.mark.parametrize(
    ("target", "expected"), [(0, [[5, 0], [0, -2.5]]), (1, [[-2.5, 0], [0, 7.5]])]
)
def test_behind_a_global_average_it_is_what_is_worked_out_on_paper(target, expected):
    # Logits 2 a - b and -a + 3 b of the channels' means: each pixel's slope is a quarter of that.
    net = two_layers([nn.AvgPool2d(2)], [[2, -1], [-1, 3]])
    assert maps_of(net, target)["1"] == expected


def test_it_takes_the_mean_of_slopes_that_differ_from_pixel_to_pixel():
    # Slopes 1, 2, 3, 6 of channel 0 have the mean 3, and -4, 0, 0, 0 of channel 1 the mean -1:
    # 3 [[10, 0], [0, 0]] - [[0, 0], [0, 10]].
    net = two_layers([], [[1, 2, 3, 6, -4, 0, 0, 0], [0] * 8])
    assert maps_of(net, 0)["1"] == [[30, 0], [0, -10]]


def test_a_relu_lets_no_slope_through_where_it_is_shut():
    # Before the ReLU: [[10, 0], [0, -10]] and the same negated. Slope 0.5 reaches the first pixel
    # of channel 0, -0.25 the last of channel 1; means 0.125 and -0.0625.
    net = two_layers([nn.AvgPool2d(2)], [[2, -1], [-1, 3]])
    assert maps_of(net, 0)["0"] == [[1.25 + 0.625, 0], [0, -1.25 - 0.625]]


def pieces(net) -> dict[str, nn.Module]:
    return {"stem": net.stem, **dict(net.blocks()), "head": net.head}


def one_by_one(net, inputs, target) -> dict[str, torch.Tensor]:
    """The same without hooks: the net cut in two behind each place, a pass for each."""
    modules, found = pieces(net), {}
    names = list(modules)
    for index, place in enumerate(names[:-1]):
        with torch.no_grad():
            output = inputs
            for name in names[: index + 1]:
                output = modules[name](output)
        output.requires_grad_()
        rest = output
        for name in names[index + 1 :]:
            rest = modules[name](rest)
        (slope,) = torch.autograd.grad(rest[0, target], output)
        found[place] = torch.einsum("c,chw->hw", slope[0].flatten(1).mean(1), output[0].detach())
    return found


@pytest.mark.parametrize(("family", "depth"), RECORDED)
def test_every_block_is_as_an_independent_computation_has_it(family, depth):
    address = recorded(family, depth)
    loaded = load_net(*address)
    answer = grad_cam(*address, 5, 2)
    inputs = loaded.normalise(loaded.images.test_images[5:6])
    expected = one_by_one(loaded.net, inputs, 2)
    assert tuple(expected) == answer["places"] == tuple(answer["maps"])
    for place, one in expected.items():
        assert np.allclose(answer["maps"][place], one.numpy(), rtol=0, atol=1e-5), place


@pytest.mark.parametrize(("family", "depth"), RECORDED)
def test_the_strip_is_captums_map_block_by_block(family, depth):
    address = recorded(family, depth)
    loaded = load_net(*address)
    inputs = loaded.normalise(loaded.images.test_images[7:8])
    for place, one in grad_cam(*address, 7, 4)["maps"].items():
        captum = LayerGradCam(loaded.net, loaded.net.get_submodule(place))
        expected = captum.attribute(inputs, target=4)[0, 0].detach().numpy()
        assert np.allclose(one, expected, rtol=0, atol=1e-5), place


@pytest.mark.parametrize("fields", KINDS, ids=str)
def test_nets_of_all_kinds_have_it(store, fields):
    address = untrained(store, **fields)
    loaded = load_net(*address)
    answer = grad_cam(*address, 3, 1)
    expected = one_by_one(loaded.net, loaded.normalise(loaded.images.test_images[3:4]), 1)
    assert any(one.any() for one in answer["maps"].values())
    for place, one in expected.items():
        assert np.allclose(answer["maps"][place], one.numpy(), rtol=1e-5, atol=1e-5), place


@pytest.mark.parametrize(("family", "depth"), [("plain", 8), ("resnet", 56)])
def test_at_the_last_block_it_is_cam_up_to_scale(family, depth):
    # Zhou et al. 2016, arXiv:1512.04150, equation 2; the scale is that of the mean over pixels.
    address = recorded(family, depth)
    loaded, outputs = load_net(*address), {}
    last = loaded.places()[-1]
    loaded.run(loaded.images.test_images[:1], outputs.__setitem__, [last])
    head = loaded.net.head[-1].weight.detach()
    for target in range(3):
        cam = torch.einsum("c,chw->hw", head[target], outputs[last][0])
        found = grad_cam(*address, 0, target)["maps"][last]
        assert np.allclose(found * found.size, cam.numpy(), rtol=1e-4, atol=1e-4)


def test_at_the_last_block_it_adds_up_to_the_logit_less_its_bias():
    address = recorded("resnet", 20)
    loaded = load_net(*address)
    with torch.no_grad():
        logits = loaded.net(loaded.normalise(loaded.images.test_images[4:5]))[0]
    last = grad_cam(*address, 4, 6)["maps"][loaded.places()[-1]]
    assert last.sum() == pytest.approx((logits[6] - loaded.net.head[-1].bias[6]).item(), abs=1e-4)


def test_without_a_class_it_looks_for_the_nets_first_guess():
    address = recorded("plain", 8)
    own = grad_cam(*address, 11, None)
    assert own["target"] == own["probabilities"].argmax()
    named = grad_cam(*address, 11, own["target"])
    assert all(np.array_equal(own["maps"][place], named["maps"][place]) for place in own["places"])


def test_the_answer_tells_image_label_and_probabilities():
    address = recorded("resnet", 8)
    images = load_net(*address).images
    answer = grad_cam(*address, 5, None)
    assert answer["step"] == 468
    assert np.array_equal(answer["image"][:, :, 0], images.test_images[5, 0].numpy())
    assert answer["label"] == images.class_names[images.test_labels[5]]
    assert answer["class_names"] == tuple(images.class_names)
    assert answer["probabilities"].sum() == pytest.approx(1)
    assert [one.shape for one in answer["maps"].values()] == [(14, 14), (14, 14), (7, 7), (4, 4)]
    assert {one.dtype for one in answer["maps"].values()} == {np.dtype(np.float32)}
    assert b"torch" not in pickle.dumps(answer)


@pytest.mark.parametrize(("target", "nearest"), [(10, 9), (-1, 0)])
def test_a_class_that_there_is_not_is_one_sentence(target, nearest):
    with pytest.raises(ValueError, match=rf"no class {target}, .*; the nearest is {nearest}$"):
        grad_cam(*recorded("plain", 8), 0, target)


def test_a_net_that_overflowed_is_one_sentence(store):
    address = untrained(store)
    with torch.no_grad():
        load_net(*address).net.get_submodule("stages.1.0.branch.0").weight.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"^the numbers of plain-8 overflow; choose another step$"):
        grad_cam(*address, 0, None)


def test_a_net_whose_weights_take_no_gradient_is_asked_all_the_same(store):
    address = untrained(store)
    net = load_net(*address).net
    before = grad_cam(*address, 1, 0)["maps"]
    for weight in net.parameters():
        weight.requires_grad_(False)
    after = grad_cam(*address, 1, 0)["maps"]
    assert all(np.array_equal(before[place], after[place]) for place in before)


def fail(net, error) -> None:
    """Let the last block but one raise."""

    def raising(*inputs):
        raise error

    net.get_submodule("stages.1.0").forward = raising


@pytest.mark.parametrize("error", [None, RuntimeError("broken"), KeyboardInterrupt()], ids=repr)
def test_looking_leaves_no_trace(store, error):
    address = untrained(store, families=("resnet",), shortcut="B")
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    if error is None:
        grad_cam(*address, 3, None)
    else:
        fail(net, error)
        with pytest.raises(type(error)):
            grad_cam(*address, 3, None)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())
