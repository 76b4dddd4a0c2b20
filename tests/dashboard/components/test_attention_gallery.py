"""Orders of the gallery, from the answers of two nets to five images."""

import numpy as np
import pytest

from dashboard.components.attention_gallery import gallery_reading, gallery_table, orders_of

NAMES, CLASSES = ("plain-8", "residual-8"), ("Bag", "Coat", "Shirt")
LABELS = [0, 0, 1, 1, 2]


def answer(guesses, confidence, right) -> dict:
    return {
        "class_names": CLASSES,
        "places": np.array([10, 20, 30, 40, 50]),
        "labels": np.array(LABELS),
        "guesses": np.array(guesses),
        "confidence": np.array(confidence, np.float32),
        "right": np.array(right, np.float32),
    }


PLAIN = answer([0, 1, 2, 1, 0], [0.9, 0.6, 0.8, 0.5, 0.4], [0.9, 0.3, 0.1, 0.5, 0.3])
RESIDUAL = answer([0, 0, 1, 2, 0], [0.8, 0.5, 0.7, 0.6, 0.99], [0.8, 0.5, 0.7, 0.2, 0.0])
BOTH = [PLAIN, RESIDUAL]


def order(words: str, answers=BOTH) -> list[int]:
    """Places of the test images in that order."""
    rows = orders_of(NAMES[: len(answers)], CLASSES)[words](answers)
    return answers[0]["places"][rows].tolist()


def test_the_surest_wrong_answers_come_first_whichever_net_gave_them():
    assert order("surest and wrong") == [50, 30, 20, 40]


def test_images_that_only_the_residual_net_gets_right_come_by_how_much_more_it_believes():
    assert order("plain-8 wrong, residual-8 right") == [30, 20]  # by 0.6, by 0.2


def test_the_other_way_round_can_be_asked_as_well():
    assert order("residual-8 wrong, plain-8 right") == [40]


def test_a_class_has_its_images_in_the_data_sets_order():
    assert order("class: Coat") == [30, 40]


def test_one_net_alone_is_not_compared():
    assert not [words for words in orders_of(NAMES[:1], CLASSES) if "right" in words]
    assert order("surest and wrong", [PLAIN]) == [30, 20, 50]


def test_errors_and_who_alone_is_right_are_told():
    said = gallery_reading(NAMES, BOTH)
    assert "**plain-8** is wrong about 60.0\u00a0% and **residual-8** is wrong about 40.0" in said
    assert said.endswith("Only **residual-8** is right about 2 of them, only **plain-8** about 1.")


def test_every_image_is_a_row_of_the_table():
    table = gallery_table(NAMES, BOTH)
    assert table["image"].tolist() == [10, 20, 30, 40, 50]
    assert table["residual-8: guess"].tolist() == ["Bag", "Bag", "Coat", "Shirt", "Bag"]
    assert table["plain-8: confidence"].tolist() == pytest.approx([0.9, 0.6, 0.8, 0.5, 0.4])
