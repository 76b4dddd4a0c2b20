"""What is read off accuracies and guesses by block."""

import pandas as pd
import pytest

from dashboard.components.inside_readout import accuracy_reading, guesses_reading, readout_table
from dashboard.data import gallery
from dashboard.sides import side

PLAIN_8, RESIDUAL_8 = "05b800dd", "ab9649c4"  # of the recorded race


def net(name: str, accuracy: list[float], guesses: str = "") -> pd.DataFrame:
    blocks = ["stem", *(f"stage 1, block {n}" for n in range(1, len(accuracy)))]
    guess = list(guesses or "a" * len(accuracy))
    return pd.DataFrame({"net": name, "block": blocks, "accuracy": accuracy, "guess": guess})


def test_it_is_told_from_which_block_on_a_net_stays_above_the_best_tens():
    both = pd.concat([net("plain-8", [20, 50, 45]), net("residual-8", [20, 85, 70, 81, 88])])
    assert accuracy_reading(both) == (
        "**plain-8** is never above 80\u00a0%, its best block has 50.0\u00a0%;"
        " **residual-8** is above 80\u00a0% from stage 1, block 3 on (block 3 of 4)."
    )


def test_a_net_that_forgets_again_is_told_so():
    assert accuracy_reading(net("plain-8", [20, 85, 40])) == (
        "**plain-8** is above 80\u00a0% at stage 1, block 1, but no longer at its last block."
    )


def test_a_net_that_is_good_from_the_stem_on_is_told_so():
    assert "from the stem on (all along)" in accuracy_reading(net("plain-8", [81, 82, 83]))


def test_no_net_is_above_a_hundred():
    assert "above 90\u00a0% from stage 1, block 1" in accuracy_reading(net("plain-8", [50, 100]))


@pytest.mark.parametrize(
    ("label", "truth"), [("b", ", which is right"), ("c", ", which is wrong"), (None, "")]
)
def test_the_last_guess_is_told_with_its_first_block_and_whether_it_is_right(label, truth):
    reading = guesses_reading(net("plain-8", [1, 2, 3, 4], "baba"), label)
    assert (
        reading == f"**plain-8** says a from stage 1, block 3 on{truth.replace('right', 'wrong')}."
    )
    reading = guesses_reading(net("plain-8", [1, 2, 3, 4], "aabb"), label)
    assert reading == f"**plain-8** says b from stage 1, block 2 on{truth}."


def test_a_guess_that_never_changes_is_told_from_the_stem_on():
    assert guesses_reading(net("plain-8", [1, 2]), "a") == (
        "**plain-8** says a from the stem on, which is right."
    )


def test_every_place_of_both_nets_is_a_row_of_the_table():
    sides = [side(gallery(), run_id, 468) for run_id in (PLAIN_8, RESIDUAL_8)]
    answer = {
        "places": ("stem", "stages.0.0", "stages.1.0", "stages.2.0"),
        "accuracy": [40.0, 50.0, 60.0, 70.0],
        "guesses": ["Bag", "Bag", "Coat", "Coat"],
    }
    table = readout_table(sides, [answer, answer])
    assert table["net"].unique().tolist() == ["plain-8", "residual-8"]
    assert table["share"].tolist()[:4] == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert table["block"].tolist()[4:] == [
        "stem",
        "stage 1, block 1",
        "stage 2, block 1",
        "stage 3, block 1",
    ]
