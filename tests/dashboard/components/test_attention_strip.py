"""Maps of all blocks as tiles, from small maps."""

import numpy as np

from dashboard.components.attention_strip import strips
from dashboard.components.inside_strips import MOST_ROWS
from dashboard.figures.cam_tiles import NOTHING
from tests.dashboard.components.attention_nets import look


def net(blocks: int, value: float = 1.0, name: str = "plain-8"):
    """A stem and so many blocks of one stage, the same number everywhere in each map."""
    places = ["stem", *(f"stages.0.{number}" for number in range(blocks))]
    return look(name, {place: np.full((2, 2), value) for place in places})


def drawn(*nets, relu: bool = False, all_blocks: bool = False):
    return strips(nets, relu=relu, all_blocks=all_blocks)


def test_both_nets_have_one_scale_in_each_place():
    weak, strong = drawn(net(2, 1.0), net(2, -3.0))
    assert [tile.limit for tile in weak.tiles] == [tile.limit for tile in strong.tiles] == [3] * 3


def test_a_place_that_only_the_deeper_net_has_keeps_its_own_scale():
    deep, _ = drawn(net(4, 1.0), net(2, 3.0))
    assert [tile.limit for tile in deep.tiles] == [3, 1, 3, 1, 3]


def test_equally_deep_blocks_stand_at_the_same_place():
    deep, shallow = drawn(net(4), net(2))
    places = [(tile.left, tile.top) for tile in deep.tiles]
    assert [(tile.left, tile.top) for tile in shallow.tiles] == [places[0], places[2], places[4]]
    assert deep.slots == shallow.slots == 5


def test_blocks_are_named_by_stage_and_number_and_a_click_gives_the_address():
    (strip,) = drawn(net(2))
    assert strip.captions == ["stem", "1.1", "1.2"]
    assert [tile.hit for tile in strip.tiles] == ["stem", "stages.0.0", "stages.0.1"]


def test_the_classic_relu_leaves_only_what_raises_the_class():
    (signed,) = drawn(net(1, -2.0))
    (classic,) = drawn(net(1, -2.0), relu=True)
    assert (signed.tiles[0].numbers == -2).all()
    assert (classic.tiles[0].numbers == 0).all()
    assert all(tile.is_empty and NOTHING in tile.about for tile in classic.tiles)


def test_the_maps_themselves_are_left_as_they_are():
    one = net(1, -2.0)
    drawn(one, relu=True)
    assert (one.answer["maps"]["stem"] == -2).all()


def test_of_a_very_deep_net_some_blocks_are_left_out_unless_all_are_asked_for():
    assert len(drawn(net(201))[0].tiles) == MOST_ROWS
    assert len(drawn(net(201), all_blocks=True)[0].tiles) == 202


def test_the_scales_limit_is_told_on_hover():
    weak, _ = drawn(net(1, 1.0), net(1, -3.0))
    assert "darkest red: 3" in weak.tiles[0].about
    assert "stage 1, block 1</b>" in weak.tiles[1].about or "stages.0.0" in weak.tiles[1].about
