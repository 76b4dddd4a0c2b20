"""A net with blocks inserted behind its own."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import identity_diagram as diagram
from dashboard.figures.identity_diagram import MANY, SMALL_SQUARE, SQUARE, diagram_height
from tests.dashboard.figures.checked import checked

identity_diagram = checked(diagram.identity_diagram)


def blocks(trained: int, each: int) -> pd.DataFrame:
    """Three stages of so many blocks, the first of them trained."""
    places = [(stage, block) for stage in range(3) for block in range(each)]
    return pd.DataFrame(
        {
            "address": [f"stages.{stage}.{block}" for stage, block in places],
            "block": [f"block {block + 1} of stage {stage + 1}" for stage, block in places],
            "stage": [stage + 1 for stage, _ in places],
            "number": [block + 1 for _, block in places],
            "inserted": [block >= trained for _, block in places],
        }
    )


def drawn(table: pd.DataFrame, mode: theme.Mode = "light"):
    return identity_diagram(table, net="plain-8", family="plain", depth=8, mode=mode)


def squares(table: pd.DataFrame, mode: theme.Mode = "light"):
    return next(one for one in drawn(table, mode).data if one.uid == "blocks")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_trained_blocks_are_filled_and_inserted_ones_show_the_page(mode):
    colour = theme.shade("plain", 8, mode)
    marker = squares(blocks(1, 2), mode).marker
    assert list(marker.color) == 3 * [colour, theme.BACKGROUND[mode]]
    assert marker.line.color == colour


def test_each_stage_is_a_line_and_its_blocks_stand_in_order():
    found = squares(blocks(1, 3))
    assert list(found.y) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert list(found.x) == 3 * [1, 2, 3]


def test_hover_tells_the_place_its_address_and_whether_it_was_trained():
    texts = squares(blocks(1, 2)).hovertext
    assert texts[0] == "block 1 of stage 1 (stages.0.0)<br>trained"
    assert texts[3] == "block 2 of stage 2 (stages.1.1)<br>inserted"


def test_many_blocks_are_drawn_smaller():
    assert squares(blocks(1, MANY)).marker.size == SQUARE
    assert squares(blocks(1, MANY + 1)).marker.size == SMALL_SQUARE


def test_the_figure_is_as_high_as_its_stages_need():
    table = blocks(1, 2)
    assert diagram_height(table[table["stage"] == 1]) < diagram_height(table)


def test_the_alt_text_counts_the_blocks():
    assert drawn(blocks(1, 3)).layout.meta["alt"] == (
        "The 3 trained blocks of plain-8 and 6 inserted ones: 2 at the end of stage 1, 2 at the end"
        " of stage 2, 2 at the end of stage 3."
    )
