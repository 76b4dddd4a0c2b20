"""Wrong answers of edited nets, on the recorded race and on new ones."""

import pickle

import pytest
import torch

from core.inspect.lesion import drawn_order, lesion
from core.inspect.nets import load_net
from core.training.evaluation import evaluate
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

CUT = (("bypass", "stages.1.1"),)
SWAP = (("swap", "stages.0.0", "stages.0.0"),)


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


def test_the_pieces_add_up_to_the_error_of_the_net():
    address = recorded("resnet", 8)
    loaded = load_net(*address)
    images, labels = loaded.images.test_images, loaded.images.test_labels
    pieces = [lesion(*address, (), first, 700) for first in range(0, len(labels), 700)]
    _, error = evaluate(loaded.net, loaded.normalise, images, labels)
    assert [piece["count"] for piece in pieces] == [700, 700, 600]
    assert {piece["images"] for piece in pieces} == {2000}
    assert 100 * sum(piece["wrong"] for piece in pieces) / 2000 == pytest.approx(error)


def test_deleting_a_block_hurts_the_plain_net_and_hardly_the_residual_one():
    # Veit et al. 2016, Figure 3: VGG falls to chance, ResNet-110 hardly changes
    cost = {}
    for family in ("plain", "resnet"):
        address = recorded(family, 20)
        wrong = [lesion(*address, edits, 0, 200)["wrong"] for edits in ((), CUT)]
        cost[family] = (wrong[1] - wrong[0]) / 2
    assert cost["plain"] > cost["resnet"] + 10


def test_guessing_is_wrong_as_often_as_there_are_classes(address):
    # bypassing every block of an untrained net leaves its stem and head: it knows nothing, so of
    # K classes it is wrong on about 100 - 100 / K % of the images
    edits = tuple(("bypass", place) for place, _ in load_net(*address).net.blocks())
    answer = lesion(*address, edits, 0, 2000)
    chance = 1 - 1 / answer["classes"]
    assert answer["wrong"] / answer["count"] == pytest.approx(chance, abs=0.1)


def test_the_same_question_is_answered_the_same(address):
    assert lesion(*address, SWAP, 0, 100) == lesion(*address, SWAP, 0, 100)


def test_images_are_shuffled_and_each_comes_once():
    order = drawn_order(1000)
    assert sorted(order.tolist()) == list(range(1000))
    assert torch.equal(order, drawn_order(1000))
    halves = (order[:500] < 500).double().mean()
    assert halves == pytest.approx(0.5, abs=0.1)  # a folder's classes are in every piece


def test_the_net_is_handed_back_as_it_was_found(address):
    net = load_net(*address).net
    net.stages.train()
    before, weights_before = state(net), weights(net)
    answer = lesion(*address, (("bypass", "stages.1.0"),), 0, 50)
    with pytest.raises(ValueError, match="no block"):
        lesion(*address, (("bypass", "stages.9.9"),), 0, 50)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_an_image_that_is_not_there_is_told_in_a_sentence(address):
    with pytest.raises(ValueError, match="no test image 2000, they are 0 to 1,999"):
        lesion(*address, (), 2000, 500)
