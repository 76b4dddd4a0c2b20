"""Tables and sentences on the methods, and all three sections on nets of the recorded race."""

import time

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.attributions import ATTRIBUTIONS
from dashboard.components.attention_method_words import (
    about_methods,
    extent,
    methods_reading,
    methods_table,
)
from tests.dashboard.components.attention_questions import BOTH, PLAIN
from tests.dashboard.conftest import badges, figures, texts

RISING = np.arange(4, dtype=np.float32).reshape(2, 2)
RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4"}
PATIENCE = 90  # seconds: the first answer includes the import of torch


def answers(**maps: np.ndarray) -> dict:
    """Maps by method, with underscores; all others fall where Grad-CAM's rises."""
    return {
        method: {"map": own, "overlay": own, "delta": 0.5 if "integrated" in method else None}
        for method in ATTRIBUTIONS
        for own in [maps.get(method.replace("-", "_"), -RISING)]
    }


ONE = answers(grad_cam=RISING, occlusion=2 * RISING)


def test_the_method_closest_to_grad_cam_is_told():
    assert methods_reading([PLAIN], [ONE]).endswith("for **plain-8** Occlusion (1.00).")


def test_of_two_nets_the_methods_they_are_most_and_least_alike_in_are_told():
    other = answers(grad_cam=RISING, saliency=RISING)
    reading = methods_reading(BOTH, [ONE, other])
    assert "most alike in Grad-CAM (1.00) and least in Saliency (-1.00" in reading


def test_nets_of_unlike_images_are_not_compared():
    large = answers(grad_cam=np.arange(9, dtype=np.float32).reshape(3, 3))
    large = {
        method: answer | {"overlay": large["grad-cam"]["map"]} for method, answer in large.items()
    }
    assert "most alike" not in methods_reading(BOTH, [ONE, large])


def test_empty_maps_are_like_none():
    empty = {method: answer | {"overlay": 0 * RISING} for method, answer in ONE.items()}
    assert methods_reading([PLAIN], [empty]) == ""


def test_an_empty_map_says_that_no_region_raises_the_class():
    assert extent(RISING) == "2 x 2 numbers from 0 to 3"
    assert extent(-RISING) == "2 x 2 numbers from -3 to 0; no region raises this class"


def test_every_method_tells_what_it_is_for_and_guided_ones_are_marked():
    words = about_methods([], [])
    for method in ATTRIBUTIONS.values():
        assert f"**{method.title}**" in words
        assert method.tells_not in words
    assert words.count("Adebayo") == 2
    assert "https://arxiv.org/abs/1610.02391" in words


def test_the_error_of_integrated_gradients_is_shown():
    assert "(convergence delta, in logits)*: plain-8 +0.5." in about_methods([PLAIN], [ONE])
    assert "convergence" not in about_methods([], [])


def test_a_row_of_the_table_is_a_method_of_a_net():
    table = methods_table(BOTH, [ONE, ONE])
    assert len(table) == 2 * len(ATTRIBUTIONS)
    row = table[table["method"] == "Occlusion"].iloc[0]
    assert (row["net"], row["class"], row["block"]) == ("plain-8", "Shirt", "stage 3, block 1")
    assert (row["smallest"], row["largest"], row["like_grad_cam"]) == pytest.approx((0, 6, 1))


def sections() -> None:
    import streamlit as st

    from dashboard.components.attention_faithfulness import faithfulness_section
    from dashboard.components.attention_methods import methods_section
    from dashboard.components.attention_sanity import sanity_section
    from dashboard.data import gallery
    from dashboard.sides import side

    asked = st.query_params
    left = side(gallery(), asked["left"], 468)
    right = side(gallery(), asked["right"], 468) if "right" in asked else None
    for section in (methods_section, sanity_section, faithfulness_section):
        section((left, right))


@pytest.fixture(scope="module")
def page() -> AppTest:
    """Both nets; nothing is asked yet."""
    st.cache_resource.clear()
    page = AppTest.from_function(sections, default_timeout=PATIENCE)
    page.query_params.update({"left": RUNS["plain-8"], "right": RUNS["residual-8"], "class": "6"})
    return page.run()


def asked(page: AppTest, name: str, *drawn: str) -> AppTest:
    """Once the button is pressed and these figures are there."""
    page.button(key=f"start-{name}").click().run()
    end = time.monotonic() + PATIENCE
    while not set(drawn) <= set(figures(page)) and time.monotonic() < end:
        time.sleep(0.1)
        page.run()
    assert not page.exception
    assert not page.error
    assert set(drawn) <= set(figures(page))
    return page


def test_nothing_heavy_is_computed_before_somebody_asks(page):
    assert not page.exception
    assert figures(page) == []
    assert badges(page) == {"live"}
    assert "fails the randomisation check" in texts(page)  # the methods are told all the same


def test_all_methods_of_both_nets_are_one_figure(page):
    said = texts(asked(page, "methods", "methods"))
    assert "**plain-8** is asked for **Shirt**" in said
    assert "convergence delta" in said
    assert "The two nets' maps are most alike in" in said


def test_guided_backpropagation_is_marked_as_not_changing(page):  # Adebayo et al., section 5
    asked(page, "sanity", "sanity", "likeness")
    (marked,) = page.warning
    assert marked.value.count("**does not change**") == 2


def test_curves_of_both_nets_and_their_areas_are_there(page):
    asked(page, "faithfulness", "faithfulness-deletion", "faithfulness-insertion")
    assert "Areas under the lines: **plain-8** deletion" in texts(page)
    page.session_state["data-faithfulness"] = True  # as a click opens it
    (table,) = [node.value for node in page.run().dataframe]
    assert len(table) == 2 * 2 * 2 * 41
    assert table["probability"].between(0, 100).all()


def test_another_method_is_asked_anew(page):
    page.selectbox(key="sanity_method").set_value("saliency").run()
    assert "likeness" not in figures(page)
    asked(page, "sanity", "likeness")
    assert not page.warning
