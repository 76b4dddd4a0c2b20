"""Guesses of recorded nets are as often wrong as their races recorded."""

import pickle

import numpy as np
import pytest
import torch

from core.inspect import predictions as module
from core.inspect.nets import load_net
from core.inspect.predictions import answer_test_images, predictions
from core.nets.families import build_net
from core.store.checkpoints import save_checkpoint
from core.store.reads import find_run, list_run
from core.training.evaluation import evaluate
from tests.core.inspect.nets import GALLERY, recorded, untrained
from tests.core.inspect.test_no_trace import state, weights


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


@pytest.mark.parametrize("net", [("plain", 8), ("resnet", 20)])
def test_the_share_of_wrong_guesses_is_the_recorded_error(net):
    address = recorded(*net)
    answer = predictions(*address)
    error = 100 * np.mean(answer["guesses"] != answer["labels"])
    run = list_run(GALLERY, address[2])
    assert run is not None
    assert error == pytest.approx(run.test_error, abs=0.5)  # the race was tested in bfloat16


def test_the_share_of_wrong_guesses_is_what_evaluation_measures():
    address = recorded("resnet", 8)
    loaded, answer = load_net(*address), predictions(*address)
    images = loaded.images
    _, error = evaluate(loaded.net, loaded.normalise, images.test_images, images.test_labels)
    assert 100 * np.mean(answer["guesses"] != answer["labels"]) == pytest.approx(error, abs=1e-4)


def test_probabilities_are_those_of_the_net_image_by_image():
    address = recorded("resnet", 8)
    loaded, answer = load_net(*address), predictions(*address)
    for place in (0, 1234):
        logits = loaded.run(loaded.images.test_images[place : place + 1], print, [])[0]
        expected = logits.softmax(0)
        assert answer["guesses"][place] == expected.argmax()
        assert answer["confidence"][place] == pytest.approx(expected.max().item(), abs=1e-5)
        true = expected[answer["labels"][place]].item()
        assert answer["right"][place] == pytest.approx(true, abs=1e-5)


def test_the_last_layer_makes_the_guesses_of_the_features():
    address = recorded("resnet", 8)
    answers, head = answer_test_images(*address), load_net(*address).net.head[-1]
    with torch.no_grad():
        logits = head(answers.features)
    torch.testing.assert_close(logits.softmax(1), answers.probabilities)


def test_a_net_of_much_work_gets_fewer_images_evenly_spaced(address, monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 1)
    answer = predictions(*address)
    images = load_net(*address).images
    assert len(answer["places"]) == module.FEWEST
    assert (answer["places"][0], answer["places"][-1]) == (0, len(images.test_labels) - 1)
    assert set(np.diff(answer["places"])) <= {20, 21}  # 1999 / 99 = 20.2
    assert answer["labels"].tolist() == images.test_labels[answer["places"]].tolist()


def test_a_second_question_costs_no_forward_pass(address):
    predictions(*address)
    batches = []
    handle = load_net(*address).net.stem.register_forward_hook(lambda *_: batches.append(1))
    try:
        predictions(*address)
    finally:
        handle.remove()
    assert not batches


def test_a_net_is_handed_back_as_it_was_found(address):
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    answer = predictions(*address)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_a_net_that_overflowed_is_told_in_a_sentence(address):
    net = load_net(*address).net
    before = state(net)
    with torch.no_grad():
        next(net.stages.parameters()).fill_(torch.inf)
    with pytest.raises(ValueError, match=r"^the numbers of residual-8 overflow; choose another"):
        predictions(*address)
    assert state(net) == before


def test_a_net_of_other_classes_than_its_images_is_told_in_a_sentence(store, address):
    run_id = address[2]
    spec = find_run(store, run_id)
    assert spec is not None
    save_checkpoint(store, run_id, "weights", 0, build_net(spec, 1, 7).state_dict())
    with pytest.raises(ValueError, match=r"tells 7 classes apart and fashion-mnist-mini has 10"):
        predictions(*address)
