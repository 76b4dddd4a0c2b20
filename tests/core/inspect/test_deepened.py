"""Answers before and after deepening, on the recorded race and on new nets."""

import pickle

import pytest
import torch

from core.inspect.deepened import deepened
from core.inspect.lesion import lesion
from core.inspect.nets import load_net
from core.store.checkpoints import save_checkpoint
from core.training.device import threads
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights


@pytest.fixture(autouse=True)
def one_thread():
    """A second one would wait for busy cores at every layer."""
    with threads(1):
        yield


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


@pytest.mark.parametrize("split", ["test", "train"])
@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_identity_blocks_change_no_answer_and_no_logit(family, split):
    # 1e-5: what rounding in float32 may do
    answer = deepened(*recorded(family, 20), 56, "identity", split, 0, 300)
    assert answer["moved"] == 0
    assert answer["wrong_after"] == answer["wrong_before"] > 0
    assert answer["largest"] <= 1e-5


def test_in_training_mode_most_answers_of_the_plain_net_move_and_none_of_the_residual():
    moved = {
        family: deepened(*recorded(family, 20), 110, "identity", "test", 0, 200)["moved_training"]
        for family in ("plain", "resnet")
    }
    assert moved["plain"] > 100
    assert moved["resnet"] == 0


@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_random_blocks_leave_the_net_guessing(family):
    # ten classes: chance is 90 % wrong
    answer = deepened(*recorded(family, 20), 56, "random", "test", 0, 200)
    assert answer["wrong_before"] < 60
    assert answer["wrong_after"] > 120
    assert answer["moved"] > 100
    assert 1 < answer["largest"] < 1000  # settled batch norm keeps the numbers in bounds


def test_pieces_add_up_to_the_lesion_study_of_no_lesion(address):
    pieces = [deepened(*address, 14, "identity", "test", at, at + 700) for at in (0, 700, 1400)]
    assert [len(piece["places"]) for piece in pieces] == [700, 700, 600]
    assert {piece["images"] for piece in pieces} == {2000}
    assert sorted(place for piece in pieces for place in piece["places"]) == list(range(2000))
    whole = lesion(*address, (), 0, 2000)["wrong"]
    assert sum(piece["wrong_before"] for piece in pieces) == whole


def test_training_images_are_those_trained_on_with_their_labels(store):
    # half of the images, and every label of them wrong
    noisy = untrained(store, families=("resnet",), train_fraction=0.5, label_noise=1.0)
    clean = untrained(store, families=("resnet",), train_fraction=0.5)
    ask = (14, "identity", "train", 0, 400)
    told, other = deepened(*noisy, *ask), deepened(*clean, *ask)
    assert told["images"] == other["images"] == 5000
    assert (told["places"] == other["places"]).all()
    right = 400 - other["wrong_before"]
    assert right > 0
    assert told["wrong_before"] >= right  # a right answer is a wrong one to a wrong label


def test_a_piece_of_one_image_can_be_looked_at(address):
    assert len(deepened(*address, 14, "identity", "test", 1999, 2000)["places"]) == 1


@pytest.mark.parametrize("kind", ["identity", "random"])
def test_the_net_is_handed_back_as_it_was_found(address, kind):
    net = load_net(*address).net
    net.stages.train()
    before, weights_before = state(net), weights(net)
    answer = deepened(*address, 14, kind, "test", 0, 50)
    with pytest.raises(ValueError, match="not deeper"):
        deepened(*address, 8, kind, "test", 0, 50)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


@pytest.mark.parametrize("kind", ["identity", "random"])
def test_the_same_question_is_answered_the_same(address, kind):
    one, other = (deepened(*address, 14, kind, "test", 0, 100) for _ in range(2))
    assert (one.pop("places") == other.pop("places")).all()
    assert one == other


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((15, "identity", "test", 0, 9), r"depth 15 is not 6n \+ 2"),
        ((14, "copied", "test", 0, 9), "no kind of blocks 'copied'; there is identity and random"),
        ((14, "identity", "tests", 0, 9), "there is no split 'tests'; there is test and train"),
        (
            (14, "identity", "test", 2000, 2100),
            "no piece from image 2000 to 2100 of the 2,000 test",
        ),
        ((14, "identity", "test", 5, 5), "no piece from image 5 to 5"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(address, asked, sentence):
    with pytest.raises(ValueError, match=sentence):
        deepened(*address, *asked)


def test_a_net_that_has_diverged_is_told_in_a_sentence(store, address):
    *place, run_id, _ = address
    damaged = {name: value.contiguous() for name, value in weights(load_net(*address).net).items()}
    damaged["stem.0.weight"].fill_(torch.nan)
    save_checkpoint(store, run_id, "weights", 7, damaged)
    with pytest.raises(ValueError, match="residual-8 has diverged"):
        deepened(*place, run_id, 7, 14, "identity", "test", 0, 9)
