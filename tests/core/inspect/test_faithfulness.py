"""Deletion and insertion: a case worked out by hand, and real nets."""

import pickle

import numpy as np
import pytest
import torch

from core.inspect.attribution import attribute
from core.inspect.faithfulness import faithfulness
from core.inspect.nets import load_net
from core.inspect.pixel_orders import (
    area,
    blurred,
    passage,
    pixel_counts,
    probabilities,
    ranks_of,
)
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

LAST = "stages.2.0"
ASKED = ("grad-cam", LAST, False)


def linear_net(images: torch.Tensor) -> torch.Tensor:
    """Logits [N, 2]: the sum of all pixels against 0."""
    sums = images.sum((1, 2, 3))
    return torch.stack([sums, torch.zeros_like(sums)], 1)


# Pixels of ln 2 times 1, 2, 3, 4: with s of them the probability is 2^s / (2^s + 1). In the order
# 4, 3, 2, 1 deletion leaves s = 10, 6, 3, 1, 0, and insertion onto black has 0, 4, 7, 9, 10.
PIXELS = np.log(2) * torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
RANKS = ranks_of(np.array([[1.0, 2.0], [3.0, 4.0]]))
DELETION = [1024 / 1025, 64 / 65, 8 / 9, 2 / 3, 1 / 2]
INSERTION = [1 / 2, 16 / 17, 128 / 129, 512 / 513, 1024 / 1025]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(PIXELS, 0 * PIXELS, DELETION), (0 * PIXELS, PIXELS, INSERTION)],
    ids=["deletion", "insertion"],
)
def test_a_linear_net_gives_the_curves_worked_out_by_hand(start, end, expected):
    counts = pixel_counts(4, 4)
    curve = probabilities(linear_net, passage(start, end, RANKS, counts), 0)
    assert curve.tolist() == pytest.approx(expected, abs=1e-6)
    ends = (expected[0] + expected[-1]) / 2
    assert area(counts / 4, curve) == pytest.approx((ends + sum(expected[1:-1])) / 4, abs=1e-6)


def test_the_wrong_order_leaves_more_of_the_class_by_hand():  # 1, 2, 3, 4: s = 10, 9, 7, 4, 0
    images = passage(PIXELS, 0 * PIXELS, 3 - RANKS, pixel_counts(4, 4))
    expected = [1024 / 1025, 512 / 513, 128 / 129, 16 / 17, 1 / 2]
    assert probabilities(linear_net, images, 0).tolist() == pytest.approx(expected, abs=1e-6)


def test_the_highest_number_comes_first_and_equal_ones_in_reading_order():
    assert ranks_of(np.array([[0.5, 2.0], [0.5, -1.0]])).tolist() == [[1, 0], [2, 3]]


def test_a_curve_goes_from_no_pixel_to_all_in_even_steps():
    assert pixel_counts(784, 40)[[0, 1, 20, 40]].tolist() == [0, 20, 392, 784]
    assert pixel_counts(4, 40).tolist() == [0, 1, 2, 3, 4]


def test_the_blur_is_a_tenth_of_the_side_wide():
    impulse = torch.zeros(1, 1, 41, 41)
    impulse[0, 0, 20, 20] = 1
    profile = blurred(impulse)[0, 0].sum(0)
    spread = (profile * (torch.arange(41) - 20) ** 2).sum().sqrt().item()
    assert spread == pytest.approx(4.1, rel=0.03)  # of a Gaussian cut off at three of them
    assert profile.sum().item() == pytest.approx(1, abs=1e-5)


def test_curves_begin_and_end_with_the_images_that_they_go_between():
    address = recorded("resnet", 20)
    loaded = load_net(*address)
    answer = faithfulness(*address, 7, 3, *ASKED)
    image = loaded.normalise(loaded.picture(7).pixels)
    with torch.no_grad():
        ends = loaded.net(torch.cat([image, 0 * image, blurred(image)])).softmax(1)[:, 3]
    own, flat, blurry = ends.tolist()
    assert answer["deletion"][[0, -1]].tolist() == pytest.approx([own, flat], abs=1e-5)
    assert answer["insertion"][[0, -1]].tolist() == pytest.approx([blurry, own], abs=1e-5)
    assert (answer["target"], answer["share"][0], answer["share"][-1]) == (3, 0, 1)


def test_pixels_go_in_the_order_of_the_map_on_the_page():
    address = recorded("resnet", 8)
    loaded = load_net(*address)
    overlay = attribute(*address, 7, 3, *ASKED)["overlay"]
    image = loaded.normalise(loaded.picture(7).pixels)
    half = torch.from_numpy(overlay >= np.sort(overlay.ravel())[-392])
    assert half.sum() == 392
    with torch.no_grad():
        expected = loaded.net(torch.where(half, 0.0, image)).softmax(1)[0, 3].item()
    assert faithfulness(*address, 7, 3, *ASKED)["deletion"][20] == pytest.approx(expected, abs=1e-5)


def test_without_a_class_it_is_the_nets_own_first_guess():
    address = recorded("resnet", 8)
    own = attribute(*address, 7, None, *ASKED)["target"]
    for order in (0, 1):
        assert faithfulness(*address, 7, None, *ASKED, order)["target"] == own


def test_random_orders_are_the_same_for_all_methods_and_unlike_each_other():
    address = recorded("plain", 8)
    one = faithfulness(*address, 7, 3, *ASKED, 1)
    same = faithfulness(*address, 7, 3, "saliency", "stem", False, 1)
    other = faithfulness(*address, 7, 3, *ASKED, 2)
    assert np.array_equal(one["deletion"], same["deletion"])
    assert not np.allclose(one["deletion"], other["deletion"])


@pytest.fixture
def constant(store):
    """A net that says the same of every image, and that it is a tenth each class."""
    address = untrained(store, families=("resnet",))
    head = load_net(*address).net.head[1]
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()
    return address


def test_the_random_curves_of_a_constant_net_are_flat(constant):
    for order in (1, 2):
        answer = faithfulness(*constant, 3, 0, *ASKED, order)
        for kind in ("deletion", "insertion"):
            assert answer[kind] == pytest.approx(0.1, abs=1e-6)
            assert answer[f"{kind}_area"] == pytest.approx(0.1, abs=1e-6)


def test_a_net_that_overflows_is_a_sentence(constant):
    with torch.no_grad():
        load_net(*constant).net.head[1].bias.fill_(np.nan)
    with pytest.raises(ValueError, match="overflow"):
        faithfulness(*constant, 4, 0, *ASKED, 3)


@pytest.mark.parametrize("order", [0, 1])
def test_a_net_is_handed_back_as_it_was_found(store, order):
    address = untrained(store, families=("resnet",), shortcut="B")
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    answer = faithfulness(*address, 3, 1, *ASKED, order)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())
    assert b"torch" not in pickle.dumps(answer)
