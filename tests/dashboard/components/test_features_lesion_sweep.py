"""Tables and readings of sweeps; the numbers of wrong answers are made up."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from dashboard.components.features_lesion_dropped import (
    DRAWS,
    draws_of,
    dropped_reading,
    dropped_table,
)
from dashboard.components.features_lesion_errors import Count
from dashboard.components.features_lesion_sweep import (
    MOST_BLOCKS,
    sweep_reading,
    sweep_table,
    swept_blocks,
)
from dashboard.data import gallery
from dashboard.sides import Side, side

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4", "residual-20": "a6b1898f"}
BLOCKS = ("stages.0.0", "stages.1.0", "stages.2.0")


def net(name: str) -> Side:
    found = side(gallery(), RUNS[name], 468)
    assert found is not None
    return found


def wrong(*errors: int) -> list[Count]:
    """Counts of so many % wrong answers."""
    return [Count(error, 100, 100, 10) for error in errors]


@pytest.fixture
def swept():
    pairs = (wrong(20, 60, 80, 70), wrong(20, 21, 20, 22))
    return [(whole, dict(zip(BLOCKS, without, strict=True))) for whole, *without in pairs]


def test_the_table_has_a_row_a_deleted_block(swept):
    table = sweep_table([net("plain-8"), net("residual-8")], swept)
    assert list(table["net"]) == 3 * ["plain-8"] + 3 * ["residual-8"]
    assert list(table["error"]) == [60, 80, 70, 21, 20, 22]
    assert set(table["baseline"]) == {20}
    assert list(table["number"][:3]) == [1, 2, 3]
    assert list(table["share"][:3]) == pytest.approx([100 / 3, 200 / 3, 100])
    assert list(table["changes"][:3]) == [False, True, True]


def test_the_reading_tells_the_mean_the_worst_and_how_many_cost_little(swept):
    reading = sweep_reading(sweep_table([net("plain-8"), net("residual-8")], swept))
    assert reading == (
        "Removing one block costs **plain-8** 50.0 points on average and 60.0 at most (stage 2,"
        " block 1; 0 of 3 blocks cost less than 1 point), and **residual-8** 1.0 points on average"
        " and 2.0 at most (stage 3, block 1; 1 of 3 blocks cost less than 1 point)."
    )


def test_all_blocks_of_a_classroom_net_are_swept_and_few_of_a_very_deep_one():
    assert len(swept_blocks(net("residual-20"))) == 9
    shallow = net("residual-20")
    spec = shallow.spec.model_copy(update={"depth": 1202}).model_dump_json()
    chosen = swept_blocks(replace(shallow, run=SimpleNamespace(spec=spec)))
    assert len(chosen) == MOST_BLOCKS
    assert (chosen[0], chosen[-1]) == ("stages.0.0", "stages.2.199")


def test_numbers_of_dropped_blocks_go_from_one_to_all_that_keep_the_shape():
    draws = draws_of(net("residual-20"))  # 9 blocks, 2 of them change the shape
    assert sorted({count for count, _ in draws}) == list(range(1, 8))
    assert len(draws) == 7 * DRAWS
    assert len(set(draws)) == len(draws)


def test_what_the_first_dropped_blocks_cost_is_told():
    before, first, second, both, again = wrong(20, 30, 40, 90, 88)
    counts = {(0, 0): before, (1, 0): first, (1, 1): second, (2, 0): both, (2, 1): again}
    table = dropped_table([net("residual-20")], [counts])
    assert list(table["dropped"]) == [0, 1, 1, 2, 2]
    assert dropped_reading(table) == (
        "**residual-20** goes from 20.0\u00a0% with all its blocks to 89.0\u00a0% without 2 of"
        " them; the first one costs 15.0 points on average."
    )


def test_a_net_that_has_nothing_to_drop_says_so():
    table = dropped_table([net("residual-8")], [{(0, 0): wrong(20)[0], (1, 0): wrong(30)[0]}])
    assert "the first one costs 10.0 points" in dropped_reading(table)
    assert dropped_reading(table[:1]) == "**residual-8** has no block that keeps the shape."
