"""The block by hand on nets of the recorded race, with the real inspection process."""

from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.nets.layout import plan_stages
from core.spec import RunSpec
from dashboard.components.identity_block_choice import (
    BEHIND,
    CHANGES,
    GATED,
    PROJECTS,
    counterpart,
    fitting,
    left_out,
    offered,
    why_not,
)
from dashboard.components.identity_block_words import Turned, arithmetic, difference_reading
from dashboard.components.identity_block_words import row_reading as row_in_words
from dashboard.data import gallery
from dashboard.sides import Side, side
from tests.dashboard.conftest import badges, figures, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4", "residual-20": "a6b1898f"}
PATIENCE = 120  # seconds: the first answer includes the import of torch


def by_hand() -> None:
    import streamlit as st

    from dashboard.components.identity_block import block_by_hand_section
    from dashboard.data import gallery
    from dashboard.sides import side

    sides = [side(gallery(), run_id, 468) for run_id in st.query_params["runs"].split(",")]
    block_by_hand_section((*sides, None)[:2])


def page_of(*names: str, **query: str) -> AppTest:
    page = AppTest.from_function(by_hand, default_timeout=PATIENCE)
    page.query_params["runs"] = ",".join(RUNS[name] for name in names)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    assert not page.error
    return page


def recorded(name: str) -> Side:
    found = side(gallery(), RUNS[name], 468)
    assert found is not None
    return found


def answer(**fields: Any) -> dict[str, Any]:
    pixel = {"channel": 2, "row": 0, "column": 1, "products": 72, "product": 3.0, "bias": -0.5}
    pixel |= {"folded": True}
    return {
        "adds": True,
        "rectifies": True,
        "shape": (8, 14, 14),
        "differences": np.array([1.25, 2.5]),
        "largest": {"x": 4.0, "output": 5.0},
        "pixel": pixel | {"z": 2.5, "x": 1.0, "output": 2.75},
    } | fields


def turned(name: str = "residual-8", **fields: Any) -> Turned:
    return Turned(name, recorded(name), "stages.0.0", answer(**fields))


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_maps_of_both_nets_and_the_row_are_shown():
    page = page_of("plain-8", "residual-8")
    assert [node.value for node in page.subheader] == ["Can a block learn to do nothing?"]
    assert figures(page) == ["block-by-hand-0", "block-by-hand-1", "blocks-in-a-row"]
    assert badges(page) == {"live"}
    assert "**residual-8**, stage 1, block 1, at step 468" in texts(page)


def test_at_0_the_residual_block_is_the_identity_and_the_plain_one_leaves_nothing():
    page = page_of("plain-8", "residual-8")
    page.slider(key="hand_scale").set_value(0.0).run()
    said = texts(page)
    assert "of 1,568 numbers: **0**. What goes out is exactly what came in." in said
    assert "Nothing is left: every number that goes out is 0." in said
    assert "exactly **0** for residual-8" in said


def test_a_bias_is_added_to_what_is_left():
    page = page_of("residual-8", hand_scale="0.0", hand_bias="0.5")
    assert "numbers: **0.5**. The largest number that came in is" in texts(page)


def test_a_link_carries_what_is_done_and_what_is_followed():
    link = {"hand_scale": "0.25", "hand_bias": "-0.5", "hand_times": "7", "hand_channel": "3"}
    page = page_of("residual-20", hand_block="stage 2, block 3", hand_pixel="5.6", **link)
    said = texts(page)
    assert "**residual-20**, stage 2, block 3, at step 468" in said
    assert "At channel 3, row 5, column 6, rounded:" in said
    assert "0.25 \\cdot" in said
    assert "After 7 blocks in a row" in said


def test_a_link_to_no_pixel_follows_the_strongest():
    said = texts(page_of("residual-8", hand_pixel="up.left"))
    assert "At channel" in said


def test_another_block_is_followed_where_it_is_strongest():
    page = page_of("residual-20", hand_channel="3", hand_pixel="5.6")
    page.selectbox(key="hand_block").set_value("stages.2.1").run()
    assert page.number_input(key="hand_channel").value is None
    assert "hand_pixel" not in page.query_params
    assert "stage 3, block 2, at step 468" in texts(page)


def test_the_numbers_behind_the_figures_are_a_table():
    page = page_of("plain-8", "residual-8")
    page.session_state["data-block-by-hand"] = True  # as a click opens it
    maps, row = [node.value for node in page.run().dataframe]
    assert len(maps) == 2 * 3 * 14 * 14  # nets, channels, pixels
    residual = maps[maps["net"] == "residual-8"]
    total = residual["x"] + residual["branch"]
    assert residual["sum"].to_numpy() == pytest.approx(total.to_numpy(), abs=1e-6)
    assert residual["output"].to_numpy() == pytest.approx(total.clip(lower=0).to_numpy(), abs=1e-6)
    assert maps.loc[maps["net"] == "plain-8", "sum"].isna().all()
    assert row["blocks"].tolist() == 2 * [1, 2, 3, 4]


def test_blocks_that_change_the_shape_are_named_with_the_reason():
    sides = [recorded("plain-8"), recorded("residual-8")]
    assert left_out(["plain-8", "residual-8"], sides) == (
        f"Not of plain-8 and residual-8: stage 2, block 1 and stage 3, block 1 ({CHANGES})."
    )


@pytest.mark.parametrize(
    ("family", "option", "reasons"),
    [  # of the first block, of its neighbour, and of the first block of the second stage
        ("plain", "A", [None, None, CHANGES]),
        ("resnet", "A", [None, None, CHANGES]),
        ("resnet", "B", [None, None, CHANGES]),
        ("resnet", "C", [PROJECTS, PROJECTS, CHANGES]),
        ("plain", "C", [None, None, CHANGES]),
        ("preact", "A", [BEHIND, None, CHANGES]),
        ("highway", "A", [GATED, GATED, GATED]),
    ],
)
def test_only_blocks_that_keep_x_or_nothing_can_be_turned(family, option, reasons):
    spec = RunSpec(family=family, depth=14, shortcut=option, epochs=1)
    first, second, *_ = plan_stages(spec)
    plans = [first[0], first[1], second[0]]
    assert [why_not(plan, spec) for plan in plans] == reasons


def test_blocks_of_the_net_that_adds_are_offered():
    assert offered([recorded("plain-8"), recorded("residual-20")]) == fitting(
        recorded("residual-20")
    )


def test_a_net_without_that_block_shows_the_nearest_of_its_stage():
    assert counterpart(recorded("plain-8"), "stages.0.2") == "stages.0.0"
    assert counterpart(recorded("plain-8"), "stages.1.2") is None


def test_the_arithmetic_has_the_numbers_in_the_formula():
    lines = arithmetic(answer(), 0.5, 0.5).replace("\\\\", "").split("\n")
    assert "&= 3 - 0.5 = 2.5 " in lines
    assert "a_\\mathrm{out} &= \\mathrm{ReLU}(s z + β + x) " in lines
    assert "&= \\mathrm{ReLU}(0.5 \\cdot 2.5 + 0.5 + 1) " in lines
    assert "&= 2.75" in lines


def test_a_block_without_shortcut_or_relu_has_none_in_its_formula():
    plain = arithmetic(answer(adds=False), 1.0, -0.5)
    assert "ReLU}(1 \\cdot 2.5 - 0.5) " in plain
    assert "ReLU" not in arithmetic(answer(rectifies=False), 1.0, 0.0)


def test_batch_norm_is_told_of_where_it_is_folded_in():
    bare = answer()["pixel"] | {"folded": False}
    assert arithmetic(answer(), 1.0, 0.0).endswith("72 products, batch norm folded in")
    assert arithmetic(answer(pixel=bare), 1.0, 0.0).endswith("72 products")


def test_a_negative_factor_stands_in_brackets():
    below = answer()["pixel"] | {"z": -2.5}
    assert "0.5 \\cdot (-2.5) + 0.5" in arithmetic(answer(pixel=below), 0.5, 0.5)


def test_a_difference_is_never_rounded_to_0():
    tiny = turned(differences=np.array([1e-9]))
    assert "**1e-09**. The largest number" in difference_reading(tiny)


def test_the_row_is_told_for_every_net():
    still = turned(differences=np.array([0.0, 0.0]))
    assert row_in_words([turned("plain-8"), still]) == (
        "After 2 blocks in a row the largest difference to the input is **2.5** for plain-8"
        " (after one: 1.25) and exactly **0** for residual-8."
    )
