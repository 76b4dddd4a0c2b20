"""Films of maps, from small maps."""

import numpy as np
import pytest

from dashboard.components.attention_film_rows import Frame, Reel, block_rows, net_rows
from dashboard.components.attention_film_words import film_reading, film_table
from tests.dashboard.components.attention_nets import look

FALLING, RISING = np.array([[2.0, 1.0]]), np.array([[1.0, 2.0]])
STEPS = (0, 10, 100)
BLOCK = "stages.0.0"


def reel(*maps, name: str = "plain-8", step: int = 100, net_steps=STEPS) -> Reel:
    """Of a stem and a block that make the same map at each step; None is no map."""
    places = ("stem", BLOCK)
    frames = {
        at: Frame(dict.fromkeys(places, one), 0.1 * place)
        for place, (at, one) in enumerate(zip(STEPS, maps, strict=False))
        if one is not None
    }
    net = look(name, dict.fromkeys(places, RISING), net_steps=net_steps, step=step)
    return Reel(net, list(STEPS), frames)


def test_two_nets_are_two_rows_and_a_step_is_a_column():
    rows = net_rows([reel(FALLING, RISING, RISING), reel(RISING, RISING, RISING)], [BLOCK] * 2)
    assert [(tile.left, tile.top) for tile in rows.tiles] == [
        (column, row) for row in (0, 1) for column in (0, 1, 2)
    ]
    assert rows.tiles[4].hit == "1|10"


def test_the_scale_is_that_of_the_last_step_of_both_nets():
    rows = net_rows([reel(9 * RISING, RISING), reel(RISING, RISING, 3 * RISING)], [BLOCK] * 2)
    assert {tile.limit for tile in rows.tiles} == {6}


def test_where_there_is_no_map_the_column_stays_free():
    rows = net_rows([reel(RISING, None, RISING)], [BLOCK])
    assert [tile.left for tile in rows.tiles] == [0, 2]


def test_the_blocks_of_both_nets_stand_in_the_same_rows():
    left, right = block_rows([reel(RISING, RISING), reel(RISING, 2 * RISING)])
    assert left.labels == right.labels == ["stem", "1.1"]
    assert {tile.limit for tile in left.tiles} == {4}
    assert left.tiles[-1].top == 1


def test_the_slider_is_marked_at_its_step_and_nowhere_between():
    assert reel(RISING, step=10).column == 1
    assert reel(RISING, step=11).column is None


def test_the_reading_tells_since_when_the_map_is_there():
    said = film_reading([reel(FALLING, RISING, RISING)], [BLOCK])
    assert "looks in stage 1, block 1 where it does at the end from step 10 on" in said
    assert "it goes from 0.0\u00a0% to 20.0\u00a0% for *Coat*" in said


def test_a_map_that_changes_until_the_end_is_told():
    said = film_reading([reel(FALLING, FALLING, RISING)], [BLOCK])
    assert "still changes where it looks in stage 1, block 1 up to step 100" in said


def test_a_map_that_is_the_same_all_over_is_told():
    said = film_reading([reel(FALLING, 0 * RISING)], [BLOCK])
    assert "has the same number everywhere in stage 1, block 1 at step 10" in said


def test_steps_at_which_the_net_overflows_are_told():
    assert "At 1 step it has no map" in film_reading([reel(RISING, None, RISING)], [BLOCK])
    assert "no map at any step" in film_reading([reel(None, None, None)], [BLOCK])


def test_a_step_at_which_no_net_was_kept_is_no_fault():
    assert "no map" not in film_reading([reel(RISING, None, RISING, net_steps=(0, 100))], [BLOCK])


def test_every_map_is_a_row_of_the_table():
    table = film_table([reel(FALLING, RISING)])
    assert table[["address", "step"]].to_numpy().tolist() == [
        ["stem", 0],
        ["stem", 10],
        [BLOCK, 0],
        [BLOCK, 10],
    ]
    assert table["like_last"].tolist() == pytest.approx([-1, 1, -1, 1])
