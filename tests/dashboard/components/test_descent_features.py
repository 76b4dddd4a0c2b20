"""The section on random features, with the real inspection process."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.random_features import Settings, widths_between
from dashboard.components.descent_features_curve import TASK
from dashboard.jobs import drop_job, find_job
from tests.dashboard.conftest import badges, figures, texts
from tests.racing import wait_for

SMALL = {"rf_n": "100", "rf_range": ["10", "200"], "rf_points": "8"}
WIDTHS = widths_between(10, 200, 100, 8)
KEY = (TASK, Settings(images=100), WIDTHS)


def section() -> None:
    from dashboard.components.descent_features import features_section

    features_section()


@pytest.fixture
def open_section(store) -> Iterator[Callable[..., AppTest]]:
    """open_section(rf_n=, ...): the section by such a link."""

    def open_section(**query: str | list[str]) -> AppTest:
        page = AppTest.from_function(section, default_timeout=90)
        page.query_params.update(query)
        return page.run()

    yield open_section
    drop_job(KEY)


def measure(page: AppTest) -> AppTest:
    page.button(key="start-random-features").click().run()
    job = find_job(KEY)
    assert job is not None
    wait_for(lambda: job.ended, seconds=120)
    return page.run()


def test_before_it_is_measured_there_is_a_button_and_no_figure(open_section):
    page = open_section(**SMALL)
    assert not page.exception
    assert page.button(key="start-random-features").label == "Measure the curve"
    assert f"for {len(WIDTHS)} fits on one core" in texts(page)
    assert figures(page) == []


def test_a_curve_is_measured_drawn_and_read(open_section):
    page = measure(open_section(**SMALL))
    assert not page.exception
    assert figures(page) == ["descent-risk"]
    assert "**Interpolation threshold: N = 100**" in texts(page)
    assert "The first 100 training images of Fashion-MNIST mini" in texts(page)
    assert badges(page) == {"live"}
    assert "start-random-features" not in {button.key for button in page.button}


def test_the_next_time_it_is_there_at_once_and_told_as_recorded(open_section):
    measure(open_section(**SMALL))
    drop_job(KEY)
    st.cache_resource.clear()  # as a new server starts
    again = open_section(**SMALL)
    assert figures(again) == ["descent-risk"]
    assert badges(again) == {"recorded"}


def test_other_settings_are_another_curve(open_section):
    page = measure(open_section(**SMALL))
    page.segmented_control(key="rf_kind").set_value("relu").run()
    assert page.button(key="start-random-features").label == "Measure the curve"
    assert figures(page) == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"rf_n": "20,000"}, "has 10,000 training images, not 20,000"),
        ({"rf_range": ["10", "1,000,000"]}, "; the largest N "),
        ({"rf_range": ["100", "100"]}, "there is no range of N from 100 to 100"),
        ({"rf_n": "10,000"}, "20 s is the most"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_there_is_no_button(open_section, query, sentence):
    page = open_section(**query)
    assert not page.exception
    assert [sentence in error.value for error in page.error] == [True]
    assert "start-random-features" not in {button.key for button in page.button}


def test_relu_features_have_no_bandwidth(open_section):
    assert not open_section().select_slider(key="rf_bandwidth").disabled
    assert open_section(rf_kind="ReLU").select_slider(key="rf_bandwidth").disabled
