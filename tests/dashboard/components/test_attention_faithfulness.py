"""Tables and sentences on deletion and insertion."""

import numpy as np
import pytest

from dashboard.components.attention_faithfulness_words import (
    areas_table,
    curves_table,
    faithfulness_reading,
)
from tests.dashboard.components.attention_questions import BOTH, PLAIN, RESIDUAL


def answer(deletion: float, insertion: float) -> dict:
    """Curves that are flat but for their ends."""
    return {
        "share": np.array([0, 0.5, 1], np.float32),
        "deletion": np.array([1, deletion, 0], np.float32),
        "insertion": np.array([0, insertion, 1], np.float32),
        "deletion_area": deletion,
        "insertion_area": insertion,
    }


RANDOM = [answer(0.4, 0.5), answer(0.6, 0.7)]
GOOD, BAD = [answer(0.3, 0.8), *RANDOM], [answer(0.5, 0.4), *RANDOM]


def test_a_curve_of_the_random_orders_is_their_mean():
    table = curves_table([PLAIN], [GOOD])
    chosen = table[(table["kind"] == "deletion") & (table["share"] == 50)]
    assert dict(zip(chosen["order"], chosen["probability"], strict=True)) == pytest.approx(
        {"map": 30, "random": 50}
    )
    assert len(table) == 2 * 2 * 3


def test_areas_stand_beside_those_of_random_orders():
    table = areas_table([RESIDUAL], [GOOD])
    assert table.to_dict("records")[1] == {
        "net": "residual-8",
        "kind": "insertion",
        "area": 0.8,
        "random": 0.6,
        "lowest": 0.5,
        "highest": 0.7,
        "orders": 2,
    }


def test_better_and_worse_are_said_of_what_beats_all_or_none_of_the_random_orders():
    reading = faithfulness_reading(areas_table(BOTH, [GOOD, BAD]))
    assert (
        "**plain-8** deletion 0.30 (0.50 in random order: better),"
        " insertion 0.80 (0.60 in random order: better)"
    ) in reading
    assert (
        "**residual-8** deletion 0.50 (0.50 in random order: no different),"
        " insertion 0.40 (0.60 in random order: worse)"
    ) in reading
    assert "than each of 2 random orders" in reading


def test_a_map_that_leaves_more_than_any_random_order_is_worse():
    assert "deletion 0.70 (0.50 in random order: worse)" in faithfulness_reading(
        areas_table([PLAIN], [[answer(0.7, 0.6), *RANDOM]])
    )
