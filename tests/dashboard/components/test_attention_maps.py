"""The main part of the page Attention maps, on recorded nets, with the real inspection process."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.inspection import TASKS
from dashboard import jobs
from tests.dashboard.conftest import badges, figures, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4", "residual-20": "a6b1898f"}
PATIENCE = 90  # seconds: the first answer includes the import of torch


def maps() -> None:
    import streamlit as st

    from dashboard.components.attention_film import film_section
    from dashboard.components.attention_maps import attention_section
    from dashboard.data import gallery
    from dashboard.sides import side

    asked = st.query_params
    left = side(gallery(), asked["left"], int(asked["step"]))
    right = side(gallery(), asked["right"], 468) if "right" in asked else None
    for section in (attention_section, film_section):
        section((left, right))


def page_of(left: str, right: str | None = None, **query: str) -> AppTest:
    page = AppTest.from_function(maps, default_timeout=PATIENCE)
    page.query_params.update({"left": RUNS[left], "step": "468"} | query)
    if right:
        page.query_params["right"] = RUNS[right]
    page.run()
    assert not page.exception
    return page


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    jobs._jobs.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def pair() -> AppTest:
    page = page_of("plain-8", "residual-8")
    assert not page.error
    return page


def test_both_nets_maps_are_shown_and_the_film_waits_to_be_asked_for(pair):
    assert [node.value for node in pair.subheader] == [
        "Where does each net look?",
        "How does the map form while the net learns?",
    ]
    assert figures(pair) == ["cam-0", "cam-1", "cam-large-0", "cam-large-1"]
    assert badges(pair) == {"live"}


def test_what_each_net_says_is_told_and_marked(pair):
    said = texts(pair)
    assert "**plain-8** at step 468 says **" in said
    assert said.count(":material/check_circle: right") + said.count("cancel: wrong") == 2


def test_a_class_goes_into_the_link_and_is_looked_for_in_both_nets(pair):
    pair.selectbox(key="attention_class").set_value(8).run()
    assert not pair.exception
    assert pair.query_params["class"] == "8"
    assert texts(pair).count("stage 3, block 1, for *Bag*") == 2
    pair.selectbox(key="attention_class").set_value(-1).run()
    assert "class" not in pair.query_params


def test_a_block_of_the_link_is_shown_large(pair):
    assert "**plain-8**, stage 3, block 1, for" in texts(pair)  # the last one
    pair.selectbox(key="attention_block").set_value("stages.0.0").run()
    assert pair.query_params["block"] == "stages.0.0"
    assert "**plain-8**, stage 1, block 1, for" in texts(pair)


def test_a_block_that_one_net_does_not_have_is_the_last_of_its_stage_there():
    said = texts(page_of("plain-8", "residual-20", block="stages.1.2"))
    assert "**plain-8**, stage 2, block 1, for" in said
    assert "**residual-20**, stage 2, block 3, for" in said


def test_a_class_that_there_is_not_is_a_sentence_and_leaves_the_link():
    page = page_of("plain-8", **{"class": "40"})
    assert "There is no class 40, they are 0 to 9" in page.warning[0].value
    assert "class" not in page.query_params
    assert figures(page) == ["cam-0", "cam-large-0"]


def test_every_block_of_both_nets_is_a_row_of_the_table_with_or_without_the_relu(pair):
    pair.session_state["data-attention"] = True  # as a click opens it
    (signed,) = [node.value for node in pair.run().dataframe]
    assert signed["address"].tolist() == 2 * ["stem", "stages.0.0", "stages.1.0", "stages.2.0"]
    assert signed["lowest"].min() < 0
    pair.toggle(key="attention_relu").set_value(True).run()
    assert not pair.exception
    (table,) = [node.value for node in pair.dataframe]
    assert table.equals(signed)


def test_nothing_trains_here_so_there_is_nothing_to_follow(pair):
    assert "attention_live" not in [toggle.key for toggle in pair.toggle]


def developed(page: AppTest) -> AppTest:
    page.button(key="start-attention-film").click().run()
    deadline = time.monotonic() + PATIENCE
    while "attention-film" not in figures(page):
        assert time.monotonic() < deadline
        time.sleep(0.2)
        page.run()
    assert not page.exception
    return page


def test_a_film_has_a_map_of_each_block_at_every_saved_step(pair):
    developed(pair)
    pair.session_state["data-attention-film"] = True
    (table,) = [node.value for node in pair.run().dataframe]
    assert sorted(table["step"].unique()) == [0, 2, 5, 10, 22, 47, 101, 217, 468]
    assert len(table) == 2 * 4 * 9
    ends = table[table["step"] == 468]
    assert ends["like_last"].tolist() == pytest.approx(8 * [1.0])


def test_all_blocks_of_a_film_are_drawn_when_they_are_asked_for(pair):
    developed(pair).toggle(key="attention_film_all").set_value(True).run()
    assert figures(pair)[-2:] == ["attention-film-0", "attention-film-1"]


def test_the_gallery_waits_to_be_asked_for_and_tells_how_often_each_net_is_wrong(pair):
    runs = (RUNS["plain-8"], RUNS["residual-8"])
    pair.button(key="attention-gallery").click().run()
    assert "gallery" not in figures(pair)
    pair.session_state["asked"].add(("predictions", runs))  # as a click on its button leaves it
    pair.button(key="attention-gallery").click().run()
    assert not pair.exception
    assert "gallery" in figures(pair)
    assert "Of 2000 test images" in texts(pair)


def test_a_killed_inspection_is_a_sentence_and_a_click_tries_again(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(TASKS, "grad-cam", "tests.dashboard.components.dying:die")
        page = page_of("plain-8")
        assert page.error[0].value.startswith("grad-cam was cut off")
        assert figures(page) == []
    page.run()
    assert figures(page) == ["cam-0", "cam-large-0"]
