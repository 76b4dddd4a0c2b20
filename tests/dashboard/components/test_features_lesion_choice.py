"""What a link says of a net's blocks, on the nets of the recorded race."""

import pytest

from core.nets.layout import plan_stages
from core.spec import RunSpec
from dashboard.components.features_lesion_choice import (
    Lesion,
    alike,
    drawn,
    read_lesion,
    toggled,
)

SPEC = RunSpec(family="resnet", depth=20, width=8, steps=1)
PLANS = {
    f"stages.{stage}.{block}": plan
    for stage, plans in enumerate(plan_stages(SPEC))
    for block, plan in enumerate(plans)
}
BOTH = Lesion((("stages.1.1", "stages.1.2"),), ("stages.0.2", "stages.2.0"))


def test_a_link_is_read_as_it_was_written():
    assert BOTH.link == "1.1~1.2,0.2,2.0"
    assert read_lesion(BOTH.link, PLANS) == (BOTH, [])
    assert read_lesion("", PLANS) == (Lesion(), [])


def test_blocks_are_swapped_before_others_are_bypassed():
    assert BOTH.edits == (
        ("swap", "stages.1.1", "stages.1.2"),
        ("bypass", "stages.0.2"),
        ("bypass", "stages.2.0"),
    )


def test_bypassed_blocks_stand_in_the_order_of_the_net_and_once():
    lesion, _ = read_lesion("2.0,0.2,2.0", PLANS)
    assert lesion.bypassed == ("stages.0.2", "stages.2.0")


@pytest.mark.parametrize("word", ["0.3", "head", "1.0~1.1", "1.1~1.2~1.1", "1.1~", "<b>"])
def test_what_does_not_fit_the_net_is_left_out_and_told(word):
    assert read_lesion(f"0.1,{word}", PLANS) == (Lesion(bypassed=("stages.0.1",)), [word])


def test_blocks_are_alike_where_their_shapes_are():
    assert alike(PLANS, "stages.1.1", "stages.1.2")
    assert not alike(PLANS, "stages.1.0", "stages.1.1")  # the first halves the image
    assert not alike(PLANS, "stages.0.1", "stages.1.1")
    assert not alike(PLANS, "stages.0.1", "stages.9.1")


def test_the_same_click_twice_changes_nothing():
    for addresses in (("stages.1.0",), ("stages.2.1", "stages.2.2")):
        once = toggled(BOTH, PLANS, *addresses)
        assert once != BOTH
        assert toggled(once, PLANS, *addresses) == BOTH


def test_a_pair_is_put_back_whichever_of_the_two_is_clicked_first():
    assert toggled(BOTH, PLANS, "stages.1.2", "stages.1.1").swaps == ()


def test_blocks_drawn_at_random_keep_the_shape_and_a_larger_draw_adds_to_a_smaller():
    draws = [drawn(PLANS, count, seed=3).bypassed for count in range(8)]
    assert [len(draw) for draw in draws] == list(range(8))
    assert not any(PLANS[address].changes_shape for address in draws[-1])
    assert all(set(draws[count]) < set(draws[count + 1]) for count in range(7))


def test_another_seed_draws_other_blocks_and_the_same_seed_the_same():
    draws = {drawn(PLANS, 3, seed).bypassed for seed in range(10)}
    assert len(draws) > 1
    assert drawn(PLANS, 3, 0) == drawn(PLANS, 3, 0)
