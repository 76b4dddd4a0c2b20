"""Confusion and the map of features of recorded nets, with the real inspection process."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components.features_confusion import CLICKED as CELL
from dashboard.components.features_map import CLICKED as IMAGE
from dashboard.components.features_map import KIND
from tests.dashboard.conftest import badges, figures, texts

PATIENCE = 90  # seconds: the first answer includes the import of torch
MATRICES = ["confusion-0", "confusion-1", "confusion-difference"]
PAIRS = ["pairs-0", "pairs-1"]
MAPS = ["features-map-0", "features-map-1"]


def features() -> None:
    import streamlit as st

    from dashboard.components.features_confusion import confusion_section
    from dashboard.components.features_map import features_map_section
    from dashboard.data import gallery
    from dashboard.sides import side

    left = side(gallery(), "05b800dd", 468)  # plain-8
    right = side(gallery(), "ab9649c4", 468)  # residual-8
    sides = (left, right if "right" in st.query_params else None)
    confusion_section(sides)
    features_map_section(sides)


def page_of(**query: str) -> AppTest:
    page = AppTest.from_function(features, default_timeout=PATIENCE)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    assert not page.error
    return page


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    jobs._jobs.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def pair() -> AppTest:
    return page_of(right="yes")


def test_both_nets_stand_side_by_side(pair):
    assert figures(pair) == [*MATRICES, "class-errors", *PAIRS, *MAPS]
    assert badges(pair) == {"live"}
    assert "of 2,000 test images; its commonest mistake is to call" in texts(pair)


def test_one_net_alone_is_enough():
    page = page_of()
    assert figures(page) == ["confusion-0", "class-errors", "pairs-0", "features-map-0"]


def test_a_clicked_square_shows_its_images_of_both_nets(pair):
    pair.session_state[CELL] = (1, 6)  # T-shirts called Shirt, as a click leaves it
    pair.run()
    assert not pair.exception
    assert {"cell-0", "cell-1"} <= set(figures(pair))
    assert texts(pair).count("of the class.") == 2
    assert CELL not in pair.session_state, "it opens once"


def test_the_table_of_confusion_sums_to_100_percent_a_class(pair):
    pair.session_state["data-confusion"] = True  # as a click opens it
    (table,) = [node.value for node in pair.run().dataframe]
    sums = table.groupby(["net", "true_class"])["share"].sum()
    assert sums.tolist() == pytest.approx(20 * [100])


def test_a_clicked_image_is_shown_with_what_both_nets_say(pair):
    pair.session_state[IMAGE] = 0  # the first of the map's thousand
    pair.run()
    assert "Test image 0, where the arrow points in the maps: **plain-8** says" in texts(pair)
    pair.session_state[IMAGE] = 1  # none of them
    pair.run()
    assert not pair.exception
    assert "where the arrow points" not in texts(pair)


def test_the_map_of_neighbours_waits_to_be_asked_for_and_is_then_there_for_all():
    page = page_of()
    page.segmented_control(key=KIND).set_value("tsne").run()
    assert MAPS[0] not in figures(page)
    page.button(key="start-tsne").click().run()
    (job,) = jobs._jobs.values()
    while not job.ended:
        time.sleep(0.05)
    assert not job.fault
    assert MAPS[0] in figures(page.run())
    other = page_of()
    other.segmented_control(key=KIND).set_value("tsne").run()
    assert MAPS[0] in figures(other)
