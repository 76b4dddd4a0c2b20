"""What is counted and read off nets' answers."""

from typing import Any

import numpy as np
import pytest

from dashboard.components.features_counts import (
    Net,
    confusion_reading,
    confusion_shares,
    confusion_table,
    error_reading,
    error_table,
)
from dashboard.components.features_pairs import most_confused
from dashboard.data import gallery
from dashboard.sides import side

PLAIN_8, RESIDUAL_8 = "05b800dd", "ab9649c4"  # of the recorded race


def answer(pairs: list[str]) -> dict[str, Any]:
    """Of nets that see cats, dogs and foxes; 'cd' is a cat called dog."""
    labels, guesses = (np.array(["cdf".index(pair[at]) for pair in pairs]) for at in (0, 1))
    return {"class_names": ("cat", "dog", "fox"), "labels": labels, "guesses": guesses}


def net(name: str, run_id: str, pairs: list[str]) -> Net:
    found = side(gallery(), run_id, 468)
    assert found is not None
    told = answer(pairs)
    return Net(name, found, told, confusion_shares(told))


PLAIN = net("plain-8", PLAIN_8, ["cc", "cd", "dd", "df", "df", "df", "ff", "fc"])
RESIDUAL = net("residual-8", RESIDUAL_8, ["cc", "cc", "dd", "dd", "dd", "df", "fc", "fc"])


def test_guesses_are_counted_in_percent_of_the_true_class():
    assert PLAIN.shares.tolist() == [[50, 50, 0], [0, 25, 75], [50, 0, 50]]


def test_a_class_without_images_has_no_shares():
    shares = confusion_shares(answer(["cc", "dc"]))
    assert np.isnan(shares[2]).all()
    assert shares[:2].tolist() == [[100, 0, 0], [100, 0, 0]]


def test_each_net_is_told_with_its_error_and_its_commonest_mistake():
    assert confusion_reading([PLAIN, RESIDUAL]) == (
        "**plain-8** is wrong on 62.5\u00a0% of 8 test images; its commonest mistake is to call"
        " **dog** fox (75.0\u00a0% of the class). **residual-8** is wrong on 37.5\u00a0% of 8 test"
        " images; its commonest mistake is to call **fox** cat (100.0\u00a0% of the class)."
    )


def test_a_net_without_mistakes_has_no_commonest_one():
    faultless = net("plain-8", PLAIN_8, ["cc", "dd", "ff"])
    assert confusion_reading([faultless]) == "**plain-8** is wrong on 0.0\u00a0% of 3 test images."


def test_classes_are_counted_in_which_each_net_has_the_lower_error():
    assert error_reading(error_table([PLAIN, RESIDUAL])) == (
        "Of 3 classes **residual-8** has the lower error in 2, **plain-8** in 1. The widest gap is"
        " in **cat**: 50.0\u00a0% of its images wrong in **plain-8**, 0.0\u00a0% in **residual-8**."
    )


def test_one_net_alone_is_told_with_its_hardest_and_easiest_class():
    assert error_reading(error_table([RESIDUAL])) == (
        "**residual-8** finds **fox** hardest (100.0\u00a0% wrong) and **cat** easiest"
        " (0.0\u00a0% wrong)."
    )


def test_every_pair_of_classes_is_a_row_of_the_table():
    table = confusion_table([PLAIN, RESIDUAL])
    assert len(table) == 2 * 9
    row = table.iloc[5]
    assert (row["true_class"], row["guess"], row["share"]) == ("dog", "fox", 75)


def test_pairs_are_those_of_which_one_net_confuses_most():
    # fox called cat: 50 and 100; dog called fox: 75 and 25; cat called dog: 50 and 0
    assert most_confused([PLAIN.shares, RESIDUAL.shares]) == [(2, 0), (1, 2), (0, 1)]


def test_right_answers_are_no_confusion():
    assert most_confused([100 * np.eye(3)]) == []


@pytest.mark.parametrize("pairs", [["cc", "dd"], ["cd", "dd"]])
def test_classes_that_were_not_tested_are_not_read(pairs):
    assert "fox" not in error_reading(error_table([net("plain-8", PLAIN_8, pairs)]))
