"""A net's block diagram with lines as wide as what flows."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import step_diagram as module
from dashboard.figures.step_diagram import STAGES, diagram_height, largest
from dashboard.figures.step_diagram_shapes import THINNEST, WIDEST, around, spots, width_of
from tests.dashboard.figures.checked import checked

step_diagram = checked(module.step_diagram)

NUMBERS = (
    *("input", "branch", "shortcut", "output", "gradient", "gradient_branch"),
    *("through_branch", "through_shortcut", "share_branch", "share_shortcut", "gradient_in"),
    *("weights", "update", "ratio"),
)


def places(adds: bool = True, **first_block: float) -> pd.DataFrame:
    """Stem, two blocks and head; the numbers of the first block may be told."""
    ends = {"input": 1.0, "output": 1.0, "gradient": 1.0, "weights": 1.0, "update": 0.0, "ratio": 0}
    block = dict.fromkeys(NUMBERS, 0.5) | ({} if adds else SHORTLESS)
    rows = [ends, block | first_block, block, ends | {"gradient_in": 1.0}]
    table = pd.DataFrame(rows).reindex(columns=[*NUMBERS])
    addresses = ["stem", "stages.0.0", "stages.1.0", "head"]
    return table.assign(address=addresses, name=["stem", "first", "second", "head"])


SHORTLESS = dict.fromkeys(("shortcut", "through_shortcut", "share_shortcut"), np.nan)


def drawn(table: pd.DataFrame, stage: str, mode: theme.Mode = "light"):
    return step_diagram(
        table,
        stage,
        largest(table),
        net=("resnet", 8),
        ends=("32 images", "loss 2.30"),
        mode=mode,
    )


def uids(figure) -> set[str]:
    return {trace.uid for trace in figure.data}


def trace(figure, uid: str):
    return next(one for one in figure.data if one.uid == uid)


def ribbons(figure) -> list[np.ndarray]:
    """Outlines [P, 2] of the ribbons."""
    x, y = (
        np.array(axis, dtype=float)
        for axis in (trace(figure, "ribbons").x, trace(figure, "ribbons").y)
    )
    breaks = np.flatnonzero(np.isnan(x))
    return [
        np.stack(pair, 1)[~np.isnan(pair[0])]
        for pair in zip(np.split(x, breaks), np.split(y, breaks), strict=True)
    ]


def test_a_number_four_times_as_large_is_twice_as_wide():
    assert width_of(8.0, 8.0) == WIDEST
    assert width_of(2.0, 8.0) == WIDEST / 2
    assert width_of(0.0, 8.0) == width_of(0.0, 0.0) == THINNEST


def test_the_shortcuts_ribbon_has_the_same_width_everywhere():
    outline = around(spots(3)[2], 8.0)
    outer, inner = np.split(outline, 2)
    assert np.linalg.norm(outer - inner[::-1], axis=1) == pytest.approx(8.0)


def test_places_stand_below_each_other_without_gaps():
    where = spots(3)
    assert len(where) == 3 + 4  # batch, stem, head, loss
    for spot, following in pairwise(where):
        assert spot.top < spot.split < spot.box[0] < spot.box[1] < spot.join < spot.bottom
        assert spot.bottom == pytest.approx(following.top)


def test_two_ways_go_through_a_block_that_adds_and_one_through_a_plain_one():
    straight = [len(outline) for outline in ribbons(drawn(places(adds=False), "forward"))]
    with_shortcuts = [len(outline) for outline in ribbons(drawn(places(), "forward"))]
    assert set(straight) == {5}  # a rectangle, closed
    assert len(with_shortcuts) == len(straight) + 2
    assert "sums" in uids(drawn(places(), "forward"))
    assert "sums" not in uids(drawn(places(adds=False), "forward"))


@pytest.mark.parametrize(
    ("stage", "column"), [("forward", "shortcut"), ("backward", "through_shortcut")]
)
def test_a_shortcut_is_as_wide_as_what_flows_in_it(stage, column):
    table = places(**{column: 4.0})
    bend = ribbons(drawn(table, stage))[0]
    assert np.ptp(bend[:2, 1]) < WIDEST
    assert bend[-2, 1] - bend[0, 1] == pytest.approx(width_of(4.0, largest(table)[stage]), abs=0.2)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_stage_is_drawn_in_both_modes_and_told_in_words(stage, mode):
    figure = drawn(places(), stage, mode)
    assert trace(figure, "ribbons").fillcolor == theme.shade("resnet", 8, mode)
    assert list(trace(figure, "names").text) == [
        *("32 images", "stem", "first", "second", "head", "loss 2.30")
    ]
    assert figure.layout.meta["alt"].startswith("Block diagram of residual-8")


def test_only_what_a_stage_is_about_is_lit():
    lit = {stage for stage in STAGES if trace(drawn(places(), stage), "ribbons").opacity > 0.5}
    assert lit == {"forward", "backward"}
    framed = {stage: len(trace(drawn(places(), stage), "framed").x) // 6 + 1 for stage in STAGES}
    assert framed == {"batch": 1, "forward": 4, "loss": 1, "backward": 4, "update": 5}
    assert {stage for stage in STAGES if "bars" in uids(drawn(places(), stage))} == {"update"}


def test_arrows_point_down_forward_and_up_backward():
    symbols = [
        trace(drawn(places(), stage), "arrows").marker.symbol for stage in ("forward", "backward")
    ]
    assert symbols == ["triangle-down", "triangle-up"]


def test_shares_of_the_gradient_stand_beside_their_ways():
    table = places(share_branch=1.03, share_shortcut=-0.03)
    figure = drawn(table, "backward")
    assert "103\u00a0%" in trace(figure, "left").text
    assert trace(figure, "right").text == ("−3\u00a0%", "50\u00a0%")
    assert (
        "103\u00a0% by the branch, −3\u00a0% by the shortcut" in trace(figure, "marks").hovertext[1]
    )


def test_the_widest_bar_fills_its_box():
    bars = trace(drawn(places(ratio=0.8), "update"), "bars")
    widths = [np.ptp(bars.x[start : start + 4]) for start in range(0, len(bars.x), 6)]
    assert widths[1] == max(widths) == 104
    assert "80\u00a0%" in trace(drawn(places(ratio=0.8), "update"), "left").text


def test_hover_tells_only_what_was_measured():
    hover = trace(drawn(places(adds=False), "forward"), "marks").hovertext
    assert len(hover) == 4
    assert "shortcut" not in hover[1]
    assert "nan" not in "".join(hover)


def test_a_net_of_more_blocks_is_higher():
    assert diagram_height(3) < diagram_height(9) < diagram_height(15)


def test_a_net_in_which_nothing_flows_is_drawn():
    table = places()
    table[list(NUMBERS)] = table[list(NUMBERS)] * 0
    assert len(ribbons(drawn(table, "backward"))) > 2
