"""Activations as rows, table and sentences, from small arrays worked out by hand."""

import numpy as np
import pytest

from dashboard.components.inside_strips import (
    MOST_ROWS,
    SPACE,
    View,
    part_limits,
    rows_side_by_side,
    strips_of,
)
from dashboard.components.inside_zeros import (
    activations_reading,
    activations_table,
    adding_reading,
)


def part(maps) -> dict:
    maps = np.array(maps, np.float32)
    counts, edges = np.histogram(maps[np.isfinite(maps)], 4)
    zeros = maps == 0
    return {
        "maps": maps,
        "mean": float(maps.mean()),
        "std": float(maps.std()),
        "zeros": 100 * float(zeros.mean()),
        "dead": 100 * float(zeros.all((1, 2)).mean()),
        "histogram": (counts, edges),
    }


def constant(*values: float) -> np.ndarray:
    """A map of 2 x 2 for each value."""
    return np.array(values)[:, None, None] * np.ones((1, 2, 2))


def net(blocks: int, *, channels: int = 2, adds: bool = False) -> dict:
    """A stem and so many blocks in one stage; those that add have F(x) = -1 and x = 3."""
    plain = {"output": part(constant(*range(channels)))}
    sums = {
        "branch": part(constant(*(channels * [-1]))),
        "shortcut": part(constant(*(channels * [3]))),
        "sum": part(constant(*(channels * [2]))),
    }
    own = plain | (sums if adds else {})
    found = [{"address": f"stages.0.{index}", "parts": own} for index in range(blocks)]
    return {"blocks": [{"address": "stem", "parts": plain}, *found]}


def tops(*nets: dict, **view) -> list[list[float]]:
    rows, _ = rows_side_by_side(nets, View(**view))
    return [[row.top for row in own] for own in rows]


def test_equally_deep_nets_stand_block_by_block():
    left, right = tops(net(3), net(3))
    assert left == right == pytest.approx([0, 1 + SPACE, 2 + 2 * SPACE, 3 + 3 * SPACE])


def test_a_shallow_net_is_spread_over_the_depth_of_a_deep_one():
    shallow, deep = tops(net(2), net(4))
    assert shallow == [deep[0], deep[2], deep[4]]


def test_blocks_stay_side_by_side_where_one_of_them_has_three_rows():
    plain, residual = tops(net(2), net(2, adds=True), adding=True)
    assert plain == residual == pytest.approx([0, 1 + SPACE, 4 + 2 * SPACE])


def test_of_a_very_deep_net_blocks_are_left_out_evenly_but_not_the_first_and_the_last():
    (rows,), _ = rows_side_by_side([net(201)], View())
    assert len(rows) == MOST_ROWS
    assert [rows[0].name, rows[-1].name] == ["stem", "stage 1, block 201"]
    numbers = [int(row.name.split()[-1]) for row in rows[1:]]
    assert set(np.diff(numbers)) == {5, 6}


def test_all_blocks_are_shown_when_they_are_asked_for():
    (rows,), _ = rows_side_by_side([net(201)], View(all_blocks=True))
    assert len(rows) == 202


def test_a_net_of_a_stem_alone_has_one_row():
    assert tops(net(0), net(2))[0] == [0]


def test_the_eight_strongest_maps_come_first_and_strongest():
    (rows,), _ = rows_side_by_side([net(1, channels=10)], View())
    (strip,) = strips_of(rows[1], View())
    assert strip.channels.tolist() == [9, 8, 7, 6, 5, 4, 3, 2]
    assert strip.maps[0].tolist() == [[9, 9], [9, 9]]


def test_all_maps_of_a_block_are_shown_when_they_are_asked_for():
    view = View(all_maps=True)
    (rows,), _ = rows_side_by_side([net(1, channels=20)], view)
    (strip,) = strips_of(rows[1], view)
    assert len(strip.maps) == 20
    assert rows[1].top == 2 + SPACE  # 16 in a line


def test_a_block_that_adds_is_three_rows_of_the_same_channels_and_colours():
    view = View(adding=True)
    (rows,), _ = rows_side_by_side([net(1, adds=True)], view)
    branch, shortcut, total = strips_of(rows[1], view)
    assert (branch.maps + shortcut.maps == total.maps).all()
    assert branch.limits == shortcut.limits == total.limits == (-3, 3)
    assert [strip.top - rows[1].top for strip in (branch, shortcut, total)] == [0, 1, 2]
    assert [strip.label.split("<br>")[-1] for strip in (branch, shortcut, total)] == [
        "F(x)",
        "x",
        "F(x) + x",
    ]


def test_a_block_without_shortcut_shows_what_goes_out():
    view = View(adding=True)
    (rows,), _ = rows_side_by_side([net(1)], view)
    (strip,) = strips_of(rows[1], view)
    assert (strip.part, strip.signed, strip.limits) == ("output", False, (0, 1))


def test_what_is_no_number_does_not_widen_the_colours():
    block = {"parts": {"output": part(constant(np.nan, 1, 2))}}
    assert part_limits(block, "output") == (1, 2)


def test_every_part_of_every_block_is_a_row_of_the_table():
    table = activations_table(["plain-8", "residual-8"], [net(1), net(1, adds=True)])
    assert table[["net", "block", "part"]].to_numpy().tolist() == [
        ["plain-8", "stem", "output"],
        ["plain-8", "stage 1, block 1", "output"],
        ["residual-8", "stem", "output"],
        ["residual-8", "stage 1, block 1", "output"],
        ["residual-8", "stage 1, block 1", "F(x)"],
        ["residual-8", "stage 1, block 1", "x"],
        ["residual-8", "stage 1, block 1", "F(x) + x"],
    ]
    assert table["mean"].tolist() == [0.5, 0.5, 0.5, 0.5, -1, 3, 2]


def test_the_reading_tells_zeros_and_dead_channels():  # channel 0 of 4 is 0, the others are not
    assert "**plain-8** 25\u00a0% zeros and 25\u00a0% dead channels" in activations_reading(
        ["plain-8"], [net(2, channels=4)]
    )


def test_the_check_tells_how_well_branch_and_shortcut_add_up():
    residual = net(2, adds=True)
    assert adding_reading("residual-8", residual).endswith(
        "2 blocks of **residual-8** the largest difference between F(x) + x and the sum is 0."
    )
    residual["blocks"][1]["parts"]["sum"] = part(constant(2, 7))
    assert adding_reading("residual-8", residual).endswith("the sum is 5.")


def test_a_net_that_does_not_add_has_nothing_to_check():
    assert adding_reading("plain-8", net(2)) == ""
