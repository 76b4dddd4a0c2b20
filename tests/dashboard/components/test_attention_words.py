"""What maps show in words, from small maps worked out by hand."""

import numpy as np
import pytest

from dashboard.components.attention_answers import says
from dashboard.components.attention_words import (
    first_alike,
    large_reading,
    likeness,
    strips_reading,
    strips_table,
    strongest_part,
)
from dashboard.figures.cam_tiles import NOTHING
from tests.dashboard.components.attention_nets import look

FALLING, RISING = np.array([[3.0, 1.0]]), np.array([[1.0, 3.0]])


def test_the_strongest_ninth_is_found_whatever_the_grid():
    corner = np.zeros((3, 3))
    corner[0, 2] = 5
    assert strongest_part(corner) == (1.0, "upper right")
    assert strongest_part(np.kron(corner, np.ones((4, 4)))) == (1.0, "upper right")


def test_a_map_that_is_the_same_all_over_has_a_ninth_in_each_part():
    share, _ = strongest_part(np.ones((4, 4)))  # 4 cells do not fall into thirds
    assert share == pytest.approx(1 / 9)


def test_what_lowers_the_class_does_not_count():
    share, part = strongest_part(np.array([[-9, 0, 0], [0, 3, 0], [0, 0, 1.0]]))
    assert (share, part) == (0.75, "middle")


def test_likeness_is_the_correlation_whatever_the_size_of_the_numbers():
    assert likeness(FALLING, 10 * FALLING + 4) == pytest.approx(1)
    assert likeness(FALLING, RISING) == pytest.approx(-1)
    assert likeness(np.array([[1.0, 2, 3]]), np.array([[1.0, 3, 2]])) == pytest.approx(0.5)


def test_a_coarse_map_is_like_the_same_map_on_a_finer_grid():
    assert likeness(FALLING, np.kron(FALLING, np.ones((2, 2)))) == pytest.approx(1)


def test_a_constant_map_is_like_nothing():
    assert np.isnan(likeness(np.ones((2, 2)), np.eye(2)))


@pytest.mark.parametrize(
    ("maps", "first"),
    [
        ([RISING, FALLING, FALLING], 1),
        ([FALLING, RISING, FALLING], 2),  # it must stay so
        ([FALLING, FALLING], 0),
        ([FALLING, np.zeros((1, 2))], None),
    ],
)
def test_the_first_map_that_looks_where_the_last_does(maps, first):
    assert first_alike(maps) == first


def test_the_reading_tells_where_since_which_block_and_how_alike():
    plain = look("plain-8", {"stem": RISING, "stages.0.0": FALLING, "stages.0.1": FALLING})
    residual = look("residual-8", {"stem": RISING, "stages.0.0": RISING})
    said = strips_reading([plain, residual])
    # of [3, 1] two thirds of the left cell are the left third: 2 of 4
    assert "of **plain-8**, 17\u00a0% of what raises *Coat* lies in the" in said
    assert "from stage 1, block 1 on every block looks at the same" in said
    assert said.endswith("The maps of the two last blocks are hardly alike (correlation -1.00).")


def test_an_empty_last_map_is_told_and_compared_with_nothing():
    empty = look("plain-8", {"stem": RISING, "stages.0.0": -RISING * 0})
    assert strips_reading([empty]) == f"In the last block of **plain-8** {NOTHING} (*Coat*)."
    assert "correlation" not in strips_reading([empty, empty])


def test_every_block_is_a_row_of_the_table():
    table = strips_table([look("plain-8", {"stem": -FALLING, "stages.0.0": RISING})])
    assert table["block"].tolist() == ["stem", "stage 1, block 1"]
    assert table["highest"].tolist() == [-1, 3]
    assert table["positive"].tolist() == [0, 100]
    assert table["like_last"].tolist() == pytest.approx([1, 1])


def test_the_large_maps_are_told_or_that_they_are_empty():
    net = look("plain-8", {"stem": RISING})
    assert "up to 3 logits for *Coat*" in large_reading([(net, "stem", RISING)])
    assert NOTHING in large_reading([(net, "stem", -RISING)])


def test_a_wrong_guess_is_marked_and_the_class_that_is_looked_for_told():
    net = look("plain-8", {"stem": RISING}, probabilities=[0.7, 0.2, 0.1], target=2, label="Coat")
    assert says(net.answer) == (
        "**Bag 70.0\u00a0%** :material/cancel: wrong, Coat 20.0\u00a0% (true), Shirt 10.0\u00a0%."
        " Looked for: **Shirt 10.0\u00a0%**."
    )


def test_a_right_guess_is_marked_and_of_ones_own_picture_nothing_is():
    net = look("plain-8", {"stem": RISING}, label="Coat")
    assert says(net.answer).startswith("**Coat 60.0\u00a0%** :material/check_circle: right,")
    assert "material" not in says(look("plain-8", {"stem": RISING}, label=None).answer)
