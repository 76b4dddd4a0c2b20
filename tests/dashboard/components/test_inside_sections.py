"""The sections on features, on the nets of the recorded race, with the real inspection process."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.inspection import TASKS
from tests.dashboard.conftest import badges, figures, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4", "residual-20": "a6b1898f"}
PATIENCE = 90  # seconds: the first answer includes the import of torch


def features() -> None:
    import streamlit as st

    from dashboard.components.inside_activations import activations_section
    from dashboard.components.inside_readout import readout_section
    from dashboard.components.inside_similarity import similarity_section
    from dashboard.data import gallery
    from dashboard.sides import side

    asked = st.query_params
    left = side(gallery(), asked["left"], int(asked["step"]))
    right = side(gallery(), asked["right"], 468) if "right" in asked else None
    for section in (activations_section, readout_section, similarity_section):
        section((left, right))


def page_of(left: str, right: str | None = None, step: int = 468) -> AppTest:
    page = AppTest.from_function(features, default_timeout=PATIENCE)
    page.query_params.update({"left": RUNS[left], "step": str(step)})
    if right:
        page.query_params["right"] = RUNS[right]
    return page.run()


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def pair() -> AppTest:
    page = page_of("plain-8", "residual-8")
    assert not page.exception
    assert not page.error
    return page


def measured(page: AppTest, task: str) -> AppTest:
    page.button(key=f"measure-{task}").click().run()
    assert not page.exception
    assert not page.error
    return page


def test_both_nets_maps_are_shown_and_the_rest_waits_to_be_asked_for(pair):
    assert [node.value for node in pair.subheader] == [
        "What does each block make of one image?",
        "Where does the net first know the class?",
        "Which blocks do the same?",
    ]
    assert figures(pair) == ["activations-0", "activations-1"]
    assert badges(pair) == {"live"}


def test_what_each_net_says_is_told_with_probabilities(pair):
    said = texts(pair)
    assert "**plain-8** at step 468 says" in said
    assert said.count(" right") + said.count(" wrong") == 2
    assert "dead channels" in said


def test_branch_and_shortcut_of_recorded_nets_add_up_exactly(pair):
    pair.toggle(key="inside_adding").set_value(True).run()
    assert (
        "in 3 blocks of **residual-8** the largest difference between F(x) + x and the sum is 0."
        in texts(pair)
    )


def test_a_clicked_map_is_shown_large(pair):
    pair.session_state["inside_map"] = "1|stages.1.0|output|3"  # as a click leaves it
    pair.run()
    assert not pair.exception
    assert "Channel 3 of the output of residual-8's stage 2, block 1: 7 x 7 numbers" in texts(pair)


def test_a_clicked_map_of_a_block_that_is_gone_is_not_shown(pair):
    pair.session_state["inside_map"] = "1|stages.1.8|output|3"
    pair.run()
    assert not pair.exception
    assert "Channel" not in texts(pair)


def test_readouts_of_both_nets_beat_guessing_and_are_told(pair):
    measured(pair, "readout")
    assert figures(pair) == ["activations-0", "activations-1", "readout", "guesses"]
    assert "tested on 1,000 test images" in texts(pair)
    pair.session_state["data-readout"] = True  # as a click opens it
    (table,) = [node.value for node in pair.run().dataframe]
    assert table["accuracy"].min() > 10  # of ten classes
    assert len(table) == 2 * 4


def test_three_comparisons_are_drawn_and_a_block_is_like_itself(pair):
    measured(pair, "similarity")
    assert figures(pair)[2:] == ["similarity-0", "similarity-1", "similarity-2"]
    pair.session_state["data-similarity"] = True
    (table,) = [node.value for node in pair.run().dataframe]
    same = table[(table["net"] == table["other_net"]) & (table["block"] == table["other_block"])]
    assert same["cka"].tolist() == pytest.approx(8 * [1.0], abs=1e-4)  # Kornblith et al., section 2


def test_what_one_asked_for_is_there_for_everybody(pair):
    measured(measured(pair, "similarity"), "readout")
    other = page_of("plain-8", "residual-8")
    assert len(figures(other)) == 7
    assert not [button for button in other.button if str(button.key).startswith("measure")]


def test_who_asked_gets_other_steps_of_the_runs_as_well(pair):
    measured(pair, "readout").query_params["step"] = "217"
    pair.run()
    assert "readout" in figures(pair)
    assert "readout" not in figures(page_of("plain-8", "residual-8", step=101))


def test_one_net_alone_is_enough():
    page = measured(measured(page_of("residual-20"), "readout"), "similarity")
    assert figures(page) == ["activations-0", "readout", "guesses", "similarity-0"]


def test_one_net_at_two_times_is_told_apart():
    page = measured(page_of("residual-8", "residual-8", step=2), "readout")
    assert "residual-8 · seed 0, step 2**" in texts(page)
    assert "residual-8 · seed 0, step 468**" in texts(page)


def test_a_net_beside_itself_is_told_apart_by_left_and_right():
    page = measured(page_of("plain-8", "plain-8"), "readout")
    assert "plain-8 · seed 0, step 468 (left)**" in texts(page)
    assert "plain-8 · seed 0, step 468 (right)**" in texts(page)


def test_a_file_that_is_no_picture_is_a_sentence_and_test_images_go_on():
    page = page_of("plain-8")
    upload = page.file_uploader[0]
    upload.set_value(("hat.png", b"not a picture", "image/png")).run()
    assert page.error[0].value.startswith("this file is no picture that can be read")
    assert not page.exception


def test_a_killed_inspection_is_a_sentence_and_a_click_tries_again(monkeypatch):
    with monkeypatch.context() as patch:
        for task in ("activations", "readout"):
            patch.setitem(TASKS, task, "tests.dashboard.components.dying:die")
        page = page_of("plain-8")
        page.button(key="measure-readout").click().run()
        first_words = [error.value.split(":")[0] for error in page.error]
        assert first_words == ["activations was cut off", "readout was cut off"]
        assert len(page.subheader) == 3, "all sections are there"
    page.button(key="again-plain-8").click().run()
    measured(page, "readout")
    assert figures(page) == ["activations-0", "readout", "guesses"]
