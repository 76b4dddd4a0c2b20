"""Sentences about a step, from numbers whose answer can be read off."""

import math

import numpy as np
import pytest

from dashboard.components.slow_motion_images import about, captions
from dashboard.components.slow_motion_recipe import details
from dashboard.components.slow_motion_words import STAGES, loss_words, reading


def place(address: str, **numbers: float) -> dict:
    ends = {"output": 1.0, "gradient": 1.0, "weights": 10.0, "update": 0.01}
    return {"address": address} | ends | numbers


def adding(address: str, share: float, **numbers: float) -> dict:
    ways = {"branch": 2.0, "shortcut": 1.0, "share_branch": 1 - share, "share_shortcut": share}
    return place(address, **ways, **numbers)


def step(**fields) -> dict:
    blocks = [adding("stages.0.0", 0.25, gradient=0.5), adding("stages.1.0", 0.78, gradient=0.1)]
    shown = {
        "labels": ["coat", "bag", "bag"],
        "guesses": ["coat", "coat", "bag"],
        "guesses_after": ["coat", "bag", "bag"],
        "loss": np.array([0.1, 2.0, 0.5]),
        "loss_after": np.array([0.1, 1.75, 0.52]),
        "truth": np.array([0.9, 0.14, 0.61]),
        "truth_after": np.array([0.9, 0.17, 0.59]),
    }
    answer = {
        "step": 0,
        "rate": 0.1,
        "recipe_rate": 0.1,
        "momentum": 0.9,
        "momentum_kept": False,
        "weight_decay": 1e-4,
        "images": 128,
        "classes": 10,
        "loss": 2.4,
        "loss_after": 2.3,
        "loss_expected": 2.298,
        "error": 90.0,
        "shown": shown,
        "places": [place("stem", gradient=0.3), *blocks, place("head")],
    }
    return answer | fields


def told(stage: str, **fields) -> str:
    return reading(stage, [("residual-8", step(**fields))])


def test_the_batch_is_told_once_for_nets_that_share_it():
    said = reading("batch", [("plain-8", step()), ("residual-8", step())])
    assert said == (
        "The batch has 128 images, drawn at random from the training images; of the 3 shown, 2 are"
        " labelled *bag*."
    )


def test_forward_tells_both_ends_and_how_often_the_branch_is_larger():
    blocks = [adding("stages.0.0", 0.5), adding("stages.1.0", 0.5, output=4.0) | {"branch": 0.5}]
    said = told("forward", places=[place("stem"), *blocks, place("head")])
    assert "from a typical size of 1.00 behind the stem to **4.00** behind the last block" in said
    assert "In 1 of 2 blocks the branch's F(x) is larger" in said


def test_a_net_without_shortcuts_has_one_way_forward_and_back():
    plain = [place("stem"), place("stages.0.0", branch=1.0, share_branch=1.0), place("head")]
    assert told("forward", places=plain).endswith("replaces it: there is one way.")
    assert told("backward", places=plain).endswith("all of it goes through every layer.")


@pytest.mark.parametrize(("loss", "word"), [(2.4, "above"), (1.2, "below")])
def test_the_loss_is_compared_with_guessing(loss, word):
    # ln 10 = 2.303: what an even guess among ten classes costs
    assert f"{word} the 2.30 of guessing evenly among 10 classes" in told("loss", loss=loss)


def test_backward_tells_how_the_gradient_changes_and_which_way_it_took():
    said = told("backward")
    assert "back to the stem the gradient gets **3.0 times larger**" in said
    assert "that reaches stage 2, block 1, **78\u00a0%** came through the shortcut" in said
    assert "reaches stage 1, block 1, **25\u00a0%** (the least)" in said


@pytest.mark.parametrize(
    ("stem", "words"),
    [(0.1, "about as large as at the last block"), (0.0, "is lost on its way"), (0.05, "smaller")],
)
def test_backward_is_true_both_ways(stem, words):
    places = [place("stem", gradient=stem), *step()["places"][1:]]
    assert words in told("backward", places=places)


@pytest.mark.parametrize(
    ("after", "expected", "words"),
    [
        (2.3, 2.298, "falls from 2.400 to **2.300**. Along a straight line it would come to 2.298"),
        (2.3, 2.298, "over so short a way the gradient tells the truth"),
        (2.6, 2.298, "**rises** from 2.400 to **2.600**"),
        (2.6, 2.298, "the slope changes on the way"),
        (2.3, -1.0, "less than 0, which no loss can be"),
        (2.4, 2.4, "stays at 2.400"),
        (math.inf, -9.0, "too large for float32 afterwards"),
    ],
)
def test_the_update_is_told_with_its_outcome(after, expected, words):
    assert words in told("update", loss_after=after, loss_expected=expected)


def test_the_update_names_the_place_that_moves_most():
    places = [*step()["places"][:-1], place("head", update=0.25)]
    assert "move most in head, by 2.5\u00a0% of their length" in told("update", places=places)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "momentum 0.9, still at rest as in the run"),
        ({"step": 7}, "without momentum, as the run's was not kept"),
        ({"step": 7, "momentum_kept": True}, "momentum 0.9 with what the run had gathered"),
        ({"momentum": 0.0}, "no momentum"),
        ({"rate": 1.0}, "learning rate 1 (the run's is 0.1)"),
    ],
)
def test_the_recipe_is_told_as_it_was(fields, words):
    assert words in details([("plain-8", step(**fields))])


def test_nets_with_one_recipe_are_told_together():
    said = details([("plain-8", step()), ("residual-8", step())])
    assert said.startswith("plain-8 and residual-8: learning rate 0.1, ")


def test_a_loss_that_is_no_number_is_said():
    assert loss_words(math.inf) == "too large"
    assert STAGES["update"].loss(step(loss_after=math.inf)) == "2.400 → too large"


def test_below_the_images_stand_classes_then_losses_then_their_changes():
    shown, nets = [step()["shown"]], [("plain", 8)]
    assert captions("forward", shown, nets, "light") == ["coat", "bag", "bag"]
    assert ">2.00</span>" in captions("loss", shown, nets, "light")[1]
    changes = captions("update", shown, nets, "light")
    assert [">+0.00<" in changes[0], ">−0.25<" in changes[1], ">+0.02<" in changes[2]] == 3 * [True]


def test_two_nets_have_a_number_each_below_an_image_in_their_colours():
    shown = [step()["shown"], step()["shown"]]
    (first, *_) = captions("loss", shown, [("plain", 8), ("resnet", 8)], "light")
    assert first.count("0.10") == 2
    assert "#d55e00" in first
    assert "#0072b2" in first


def test_an_image_tells_what_each_net_says_of_it_before_and_after():
    said = about(["plain-8"], [step()["shown"]])[1]
    assert "plain-8: loss 2.00, gives it 14\u00a0%, says coat" in said
    assert "after the step: loss 1.75, 17\u00a0%, says bag" in said
