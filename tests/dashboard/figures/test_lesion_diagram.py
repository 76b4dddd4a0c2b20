"""A net's blocks to click."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import lesion_diagram as board
from dashboard.figures.lesion_diagram import LONG_ROW, ROW, diagram_height
from tests.dashboard.figures.checked import checked

lesion_diagram = checked(board.lesion_diagram)


def blocks(each: int, **states: str) -> pd.DataFrame:
    """Three stages of so many blocks; states by address, dots as underscores."""
    addresses = [f"stages.{stage}.{block}" for stage in range(3) for block in range(each)]
    return pd.DataFrame(
        {
            "address": addresses,
            "block": [f"block at {address}" for address in addresses],
            "stage": [stage + 1 for stage in range(3) for _ in range(each)],
            "number": [block + 1 for _ in range(3) for block in range(each)],
            "changes": [bool(stage) and not block for stage in range(3) for block in range(each)],
            "state": [states.get(f"s{one[7:].replace('.', '_')}", "kept") for one in addresses],
        }
    )


def drawn(table: pd.DataFrame, mode: theme.Mode = "light"):
    return lesion_diagram(table, net="plain-20", family="plain", depth=20, mode=mode)


def trace(figure, uid: str):
    return next(one for one in figure.data if one.uid == uid)


def test_a_click_on_a_block_tells_its_address():
    table = blocks(3)
    assert list(trace(drawn(table), "blocks").customdata) == list(table["address"])


def test_stages_stand_below_each_other_and_blocks_in_order():
    squares = trace(drawn(blocks(3)), "blocks")
    assert list(squares.x) == 3 * [0, 1, 2]
    assert list(squares.y) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_blocks_that_change_the_shape_are_diamonds_and_bypassed_ones_crossed_out():
    squares = trace(drawn(blocks(2, s0_1="bypassed", s2_0="bypassed")), "blocks")
    assert list(squares.marker.symbol) == [
        *("square", "square-x-open"),
        *("diamond", "square"),
        *("diamond-x-open", "square"),
    ]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_blocks_have_the_colour_of_the_net_and_bypassed_ones_none(mode):
    squares = trace(drawn(blocks(2, s0_0="bypassed"), mode), "blocks")
    assert squares.marker.color[0] == theme.NEUTRAL
    assert set(squares.marker.color[1:]) == {theme.shade("plain", 20, mode)}


def test_a_swapped_block_is_outlined_and_called_by_the_one_that_stands_there():
    table = blocks(2, s0_0="swapped", s0_1="swapped")
    table["number"] = [2, 1, 1, 2, 1, 2]
    figure = drawn(table)
    assert list(trace(figure, "blocks").marker.line.width) == [3, 3, 0, 0, 0, 0]
    assert "block 2 of the stage stands here" in trace(figure, "blocks").hovertext[0]
    assert trace(figure, "numbers").text[:2] == ("2", "1")


@pytest.mark.parametrize(("each", "columns"), [(9, ROW), (18, ROW), (200, LONG_ROW)])
def test_long_stages_are_broken_into_lines(each, columns):
    table = blocks(each)
    squares = trace(drawn(table), "blocks")
    assert max(squares.x) == columns - 1
    assert len(set(zip(squares.x, squares.y, strict=True))) == 3 * each
    starts = drawn(table).layout.yaxis.tickvals
    assert [squares.y[place * each] for place in range(3)] == list(starts)


def test_a_net_of_more_lines_is_higher():
    assert diagram_height(blocks(9)) < diagram_height(blocks(18)) < diagram_height(blocks(200))


def test_the_alt_text_tells_what_is_done():
    assert drawn(blocks(1)).layout.meta["alt"] == (
        "The 3 blocks of plain-20 in order of depth, all as they were trained."
    )
    assert "bypassed: block at stages.1.0." in drawn(blocks(1, s1_0="bypassed")).layout.meta["alt"]
