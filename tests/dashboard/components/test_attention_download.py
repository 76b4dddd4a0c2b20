"""The section with downloads, on nets of the recorded race, with the real inspection process."""

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.components.attention_download import KINDS
from tests.dashboard.conftest import badges, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4"}


def section() -> None:
    import streamlit as st

    from dashboard.components.attention_download import download_section
    from dashboard.data import gallery
    from dashboard.sides import side

    asked = st.query_params
    right = side(gallery(), asked["right"], 468) if "right" in asked else None
    left = side(gallery(), asked["left"], 468)
    download_section((left, right))


def page_of(**query: str) -> AppTest:
    page = AppTest.from_function(section, default_timeout=90)
    page.query_params.update(query)
    return page.run()


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def buttons(page: AppTest) -> list[str]:
    assert not page.exception
    assert not page.error
    return [node.key for node in page.get("download_button")]


def test_each_net_has_its_three_files():
    page = page_of(left=RUNS["plain-8"], right=RUNS["residual-8"])
    assert buttons(page) == [f"download-{kind}-{place}" for place in (0, 1) for kind in KINDS]
    assert badges(page) == {"live"}
    assert "Grad-CAM. " in texts(page)


def test_one_net_alone_has_its_own():
    page = page_of(left=RUNS["plain-8"])
    assert buttons(page) == [f"download-{kind}-0" for kind in KINDS]


def test_the_table_tells_what_the_files_are_of():
    page = page_of(left=RUNS["plain-8"], right=RUNS["residual-8"], block="stages.0.0")
    page.session_state["data-download"] = True  # as a click opens it
    page.selectbox(key="download_method").set_value("occlusion").run()
    (table,) = [node.value for node in page.dataframe]
    assert list(table["net"]) == ["plain-8", "residual-8"]
    assert set(table["method"]) == {"Occlusion"}
    assert set(table["block"]) == {"stages.0.0"}
    assert np.all(table["probability"].between(0, 1))


def test_a_net_that_cannot_be_asked_is_a_sentence():
    page = page_of(left=RUNS["plain-8"], **{"class": "77"})
    assert "knows no class 77" in page.error[0].value
    assert not page.get("download_button")
    assert not page.exception
