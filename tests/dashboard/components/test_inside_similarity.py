"""What is counted in a table of similarities."""

import numpy as np

from dashboard.components.inside_similarity import (
    effective_depth_reading,
    neighbours,
    similarity_table,
)

PLACES = ("stem", "stages.0.0", "stages.1.0", "stages.2.0")
CKA = np.array(
    [[1.0, 0.9, 0.5, 0.25], [0.9, 1.0, 0.96, 0.5], [0.5, 0.96, 1.0, 0.94], [0.25, 0.5, 0.94, 1.0]],
    np.float32,
)
ANSWER = {"rows": PLACES, "columns": PLACES, "cka": CKA}


def test_neighbours_are_each_block_and_the_one_before_it():
    assert neighbours(ANSWER).tolist() == np.float32([0.9, 0.96, 0.94]).tolist()


def test_blocks_below_095_are_counted_as_effective_depth():  # 0.9 and 0.94 of the three above
    reading = effective_depth_reading(["plain-8"], [ANSWER])
    assert (
        "**plain-8** 2 of 3 (neighbours have 0.93 on average, stem and last block 0.25)" in reading
    )
    assert "a CKA below 0.95 with the output of the block before" in reading


def test_blocks_that_cannot_be_compared_are_not_counted():
    cka = CKA.copy()
    cka[0], cka[:, 0] = np.nan, np.nan
    assert "**plain-8** 1 of 2" in effective_depth_reading(["plain-8"], [ANSWER | {"cka": cka}])


def test_a_net_of_which_no_blocks_can_be_compared_counts_none():
    nothing = ANSWER | {"cka": np.full((4, 4), np.nan, np.float32)}
    assert "**plain-8** 0 of 0" in effective_depth_reading(["plain-8"], [nothing])


def test_every_pair_is_a_row_of_the_table():
    table = similarity_table([("plain-8", "residual-8")], [ANSWER])
    assert len(table) == 16
    row = table.iloc[6]
    assert (row["block"], row["other_block"]) == ("stage 1, block 1", "stage 2, block 1")
    assert row["cka"] == np.float32(0.96)
