"""The sweep of widths on a page: the recorded one, one's own, and the form for another."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.store.reads import find_experiment, read_experiments
from core.widths import width_experiment
from dashboard.data import width_gallery
from tests.dashboard.components.descent_widths_sweeps import FALLING, PEAKED, put_sweep
from tests.dashboard.conftest import badges, figures, texts
from tests.racing import queue

APP = """
import streamlit as st
from dashboard.components.descent_widths import width_section

pages = [st.Page(width_section, title="Descent", default=True), st.Page("views/race.py")]
st.navigation(pages).run()
"""
FIGURES = ["descent-map", "descent-ends"]


@pytest.fixture
def open_sweeps(store, tmp_path) -> Callable[..., AppTest]:
    """open_sweeps(key=value, ...): the section by such a link, on a page beside the race."""
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "race.py").touch()
    (tmp_path / "app.py").write_text(APP)

    def open_sweeps(**query: str) -> AppTest:
        page = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=30)
        page.query_params.update(query)
        page.run()
        assert not page.exception
        return page

    return open_sweeps


def shown(page: AppTest) -> str:
    return page.selectbox(key="picked_sweep").value


def refusals(page: AppTest) -> list[str]:
    return [node.value for node in page.error]


def test_the_recorded_sweep_is_there_at_once_and_says_what_it_shows(open_sweeps):
    page = open_sweeps()
    assert figures(page) == FIGURES
    assert badges(page) == {"recorded", "computed"}
    said = texts(page)
    assert "**Two descents:**" in said or "**No peak found**" in said
    assert "Seed: 0" in said
    assert "Nakkiran" in said


def test_the_recorded_sweep_has_one_to_64_channels_and_at_most_4000_images():
    (found,) = read_experiments(width_gallery()).itertuples()
    experiment = find_experiment(width_gallery(), found.experiment_id)
    assert experiment is not None
    widths = [run.width for run in experiment.chosen]
    assert (widths[0], widths[-1]) == (1, 64)
    assert experiment.training_images(10_000) <= 4_000
    assert experiment.label_noise == 0.2
    assert width_experiment(widths, 0.2, experiment.training_images(10_000), experiment.epochs) == (
        experiment
    )


def test_the_newest_sweep_of_ones_own_comes_first(store, open_sweeps):
    old, new = put_sweep(store, FALLING), put_sweep(store, PEAKED)
    queue(store)  # a race of another kind
    page = open_sweeps()
    assert shown(page) == new
    assert len(page.selectbox(key="picked_sweep").options) == 3
    assert "climbs to 36.0" in texts(page)
    page.selectbox(key="picked_sweep").set_value(old).run()
    assert "**No peak found**" in texts(page)


def test_a_link_opens_its_sweep_and_one_that_is_gone_opens_the_newest(store, open_sweeps):
    old, new = put_sweep(store, FALLING), put_sweep(store, PEAKED)
    assert shown(open_sweeps(sweep=old)) == old
    assert shown(open_sweeps(sweep="0123abcd")) == new


def test_a_sweep_under_way_is_live_and_speaks_of_so_far(store, open_sweeps):
    put_sweep(store, PEAKED, finished=False)
    page = open_sweeps()
    assert badges(page) == {"live", "computed"}
    assert "**So far:** **Two descents:**" in texts(page)


def test_the_numbers_behind_the_figures_are_a_row_a_width(store, open_sweeps):
    put_sweep(store, PEAKED)
    page = open_sweeps()
    page.session_state["data-descent-widths"] = True  # as a click opens it
    (table,) = [node.value for node in page.run().dataframe]
    assert table["width"].tolist() == list(PEAKED)
    assert table["parameters"].is_monotonic_increasing


def test_the_form_starts_the_sweep_that_it_describes(store, open_sweeps):
    page = open_sweeps()
    page.text_input(key="width_widths").set_value("1, 3")
    page.number_input(key="width_noise").set_value(10)
    page.number_input(key="width_images").set_value(500)
    page.number_input(key="width_epochs").set_value(7).run()
    assert any(
        "2 nets · 500 images, 50 with a wrong label · 7 epochs" in c.value for c in page.caption
    )
    assert page.code[0].value == (
        "python -m core widths --widths 1,3 --noise 0.1 --images 500 --epochs 7"
    )
    page.button(key="start-widths").click().run()
    assert not page.exception
    (started,) = read_experiments(store)["experiment_id"]
    assert find_experiment(store, started) == width_experiment([1, 3], 0.1, 500, 7)
    assert shown(page) == started
    assert page.query_params["sweep"] == started
    assert "live" in badges(page)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("widths", "1, 65", "width 65 is not between 1 and 64; the nearest is 64"),
        ("widths", "one", "width one is not a whole number"),
        ("noise", 30, "label noise 0.3 is not between 0 and 0.2; the nearest is 0.2"),
        ("images", 5_000, "images 5,000 is not between 128 and 4,000; the nearest is 4,000"),
        ("epochs", 0, "epochs 0 is not between 1 and 1,000; the nearest is 1"),
        ("seed", -1, "seed -1 is too small; the nearest is 0"),
    ],
)
def test_a_bad_value_is_a_sentence_and_cannot_be_started(open_sweeps, name, value, sentence):
    page = open_sweeps()
    kind = page.text_input if name == "widths" else page.number_input
    kind(key=f"width_{name}").set_value(value).run()
    assert refusals(page) == [sentence]
    assert page.button(key="start-widths").disabled
    assert figures(page) == FIGURES
