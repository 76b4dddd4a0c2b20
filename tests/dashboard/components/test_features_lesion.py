"""The lesion lab on nets of the recorded race, with the real inspection process."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components.features_lesion import blocks_table
from dashboard.components.features_lesion_choice import Lesion
from dashboard.components.features_lesion_counting import lesion_reading
from dashboard.components.features_lesion_errors import (
    Count,
    counted,
    counted_so_far,
    question,
)
from dashboard.data import gallery
from dashboard.sides import side
from tests.dashboard.conftest import badges, figures, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4"}
PATIENCE = 90  # seconds: the first answer includes the import of torch


def lab() -> None:
    import streamlit as st

    from dashboard.components.features_lesion import lesion_section
    from dashboard.components.features_lesion_clicks import click_block
    from dashboard.data import gallery
    from dashboard.sides import side

    left, right = (side(gallery(), run, 468) for run in ("05b800dd", "ab9649c4"))
    lesion_section((left, right))
    for index in (0, 1):
        for block in ("stages.0.0", "stages.1.0", "stages.2.0"):
            st.button(
                "click",
                key=f"{index}-{block}",
                on_click=click_block,
                args=((left, right), index, block),
            )


def page_of(**query: str) -> AppTest:
    page = AppTest.from_function(lab, default_timeout=PATIENCE)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    assert not page.error
    return page


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def link_of(page: AppTest) -> dict[str, str]:
    return {name: page.query_params[name] for name in page.query_params}


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    jobs._jobs.clear()
    yield
    st.cache_resource.clear()
    jobs._jobs.clear()


@pytest.fixture
def plain():
    return side(gallery(), RUNS["plain-8"], 468)


def test_both_nets_stand_side_by_side_with_all_their_blocks():
    page = page_of()
    assert figures(page) == ["lesion-0", "lesion-1"]
    assert badges(page) == {"live"}
    assert texts(page).count("has all its blocks") == 2
    assert [metric.delta for metric in page.metric] == ["", ""]
    assert page.button(key="lesion-undo").disabled
    assert page.button(key="lesion-back").disabled


def test_a_click_bypasses_the_block_in_both_nets_and_undo_puts_it_back():
    page = click(page_of(), "0-stages.0.0")
    assert link_of(page) == {"lesion": "0.0", "lesion2": "0.0"}
    assert texts(page).count("With 1 block bypassed") == 2
    click(page, "lesion-undo")
    assert link_of(page) == {}
    assert "bypassed, **" not in texts(page)


def test_a_click_acts_on_one_net_alone_if_wished():
    page = page_of()
    page.toggle(key="lesion_same").set_value(False).run()
    click(page, "1-stages.1.0")
    assert link_of(page) == {"lesion2": "1.0"}


def test_a_link_says_what_is_bypassed_and_all_can_be_put_back():
    page = page_of(lesion="0.0,2.0")
    assert "With 2 blocks bypassed, **plain-8**" in texts(page)
    assert "**residual-8** has all its blocks" in texts(page)
    assert link_of(click(page, "lesion-back")) == {}


def test_a_link_of_other_blocks_is_told_in_a_sentence():
    page = page_of(lesion="0.7")
    assert "0.7, and plain-8 · seed 0 has no such blocks" in page.warning[0].value


def test_blocks_of_unlike_shape_are_not_swapped():
    page = page_of()
    page.button_group(key="lesion_mode").set_value("swaps").run()
    click(click(page, "0-stages.0.0"), "0-stages.1.0")
    assert link_of(page) == {}
    assert "stage 1, block 1 and stage 2, block 1 have different shapes" in page.toast[0].value


def test_the_sweep_tells_what_each_block_costs():
    page = click(page_of(), "start-lesion-sweep")
    wait = time.monotonic() + PATIENCE
    while "Removing one block costs" not in texts(page) and time.monotonic() < wait:
        page.run()
    assert "lesion-sweep" in figures(page)
    assert "of 3 blocks cost less than 1 point" in texts(page)


def test_errors_of_pieces_grow_into_the_error_on_all_images(plain):
    asked = question(plain)
    assert counted(asked).tested == 500
    sizes = [counted_so_far([asked])[0].tested for _ in range(4)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 2000
    assert counted(asked, 2000) == counted_so_far([asked])[0]


def test_the_diagram_knows_which_block_stands_where(plain):
    lesion = Lesion((("stages.1.0", "stages.2.0"),), ("stages.0.0",))
    table = blocks_table(plain, lesion, pending="stages.2.0")
    assert list(table["state"]) == ["bypassed", "swapped", "chosen"]
    assert list(table["changes"]) == [False, True, True]


def test_a_reading_is_true_whichever_way_the_error_goes():
    bypassed = Lesion(bypassed=("stages.0.1",))
    pair = (Count(10, 500, 2000, 10), Count(5, 500, 2000, 10))
    assert lesion_reading("plain-8", bypassed, pair) == (
        "With 1 block bypassed, **plain-8** goes from 2.0\u00a0% to 1.0\u00a0% wrong answers;"
        " guessing would give 90.0\u00a0%."
    )


def test_guessing_is_wrong_as_often_as_there_are_other_classes():
    assert Count(0, 1, 1, 10).chance == 90  # 100 - 100 / classes
    assert Count(0, 1, 1, 2).chance == 50
