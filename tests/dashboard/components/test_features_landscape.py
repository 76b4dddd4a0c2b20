"""The section on the loss landscape, with the real inspection process."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.store.findings import read_finding
from dashboard.components import features_landscape_choices
from dashboard.jobs import drop_job, find_job
from dashboard.landscapes import TASK, Settings
from tests.core.inspect.nets import recorded
from tests.dashboard.conftest import badges, figures, texts
from tests.racing import wait_for

NETS = {"plain-8": recorded("plain", 8), "residual-8": recorded("resnet", 8)}
SETTINGS = Settings(3, 0.25, 0)
KEY = (TASK, SETTINGS, *NETS.values())


def section() -> None:
    import streamlit as st

    from dashboard.components.features_landscape import landscape_section
    from dashboard.data import gallery
    from dashboard.sides import side

    left, right = (side(gallery(), run_id, 468) for run_id in st.query_params.get_all("run"))
    landscape_section((left, right))


def open_section() -> AppTest:
    page = AppTest.from_function(section, default_timeout=90)
    page.query_params["run"] = [address[2] for address in NETS.values()]
    return page.run()


@pytest.fixture
def page(store, monkeypatch) -> Iterator[AppTest]:
    """With fewer points, for speed."""
    monkeypatch.setattr(features_landscape_choices, "POINTS", (SETTINGS.points,))
    monkeypatch.setattr(features_landscape_choices, "DEFAULTS", SETTINGS)
    yield open_section()
    drop_job(KEY)


def compute(page: AppTest) -> AppTest:
    page.button(key="start-landscape").click().run()
    job = find_job(KEY)
    assert job is not None
    wait_for(lambda: job.ended)
    return page.run()


def test_before_it_is_computed_the_nets_own_loss_and_the_time_are_told(page):
    assert not page.exception
    assert page.button(key="start-landscape").label == "Compute the ground"
    assert "for 14 points" in texts(page)  # two of nine are known of each net
    assert "**plain-8** itself has a loss of" in texts(page)
    assert figures(page) == []
    assert badges(page) == {"live"}


def test_once_computed_it_is_shown_as_hills_or_as_a_map(page):
    compute(page)
    assert not page.exception
    assert "start-landscape" not in {button.key for button in page.button}
    assert figures(page) == ["landscape_surface-0", "landscape_surface-1"]
    assert "Measured on 250 training images" in texts(page)
    assert "recorded error on training images" in texts(page)
    page.segmented_control(key="landscape_view").set_value("Map").run()
    assert figures(page) == ["landscape_contour-0", "landscape_contour-1"]


def test_the_next_time_it_is_there_at_once_and_told_as_recorded(page, store):
    compute(page)
    for *_, run_id, step in NETS.values():
        assert read_finding(store, run_id, step, TASK, SETTINGS._asdict()) is not None
    drop_job(KEY)
    st.cache_resource.clear()  # as a new server starts
    again = open_section()
    assert figures(again) == ["landscape_surface-0", "landscape_surface-1"]
    assert badges(again) == {"recorded"}


def test_other_directions_are_computed_anew(page):
    compute(page)
    page.selectbox(key="landscape_seed").set_value(1).run()
    assert page.button(key="start-landscape").label == "Compute the ground"
