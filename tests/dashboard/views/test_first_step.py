"""The page First step, with the real inspection process and small nets."""

import pytest

from tests.dashboard.conftest import badges, figures, texts

FIGURES = ["gradient-by-layer", "spread-by-layer", "shattered"]
SMALL = {"step_depths": ["8", "20"]}


@pytest.fixture
def page(open_page):
    """With two depths, to be quick."""
    return open_page("first_step", step_depths=["8", "20"])


def test_three_figures_and_a_verdict_each_with_a_question_and_a_source(page):
    assert not page.exception
    assert figures(page) == FIGURES
    assert [heading.value for heading in page.subheader] == [
        "Does the gradient get back to the first layer?",
        "Is it vanishing gradients?",
        "Does the image get through to the last layer?",
        "Do neighbouring images agree on the gradient?",
    ]
    assert sum(node.value.startswith("Source: ") for node in page.caption) == 4


def test_what_is_measured_is_live_and_the_papers_word_is_quoted(page):
    assert badges(page) == {"live", "computed", "quoted"}
    assert "unlikely" in texts(page)


def test_each_figure_is_read_in_a_sentence(page):
    shown = texts(page)
    assert "Gradient in the first layer, compared with the last: **plain-20**" in shown
    assert "Spread of the activations in the last layer, compared with the first:" in shown
    assert "Correlation: **plain-8** 0." in shown
    assert "64 training images" in shown
    assert "lie 31 blends" in shown


def test_the_verdict_compares_batch_norm_on_and_off_whatever_the_switch(page):
    before = verdict(page)
    assert "| **plain-20** against plain-8 |" in before
    page.toggle(key="step_norm").set_value(False).run()
    assert verdict(page) == before


def verdict(page) -> str:
    (table,) = (node.value for node in page.markdown if node.value.startswith("| |"))
    return table


def test_the_switch_changes_the_figures(page):
    before = texts(page)
    page.toggle(key="step_norm").set_value(False).run()
    assert not page.exception
    assert texts(page) != before


def test_zero_gamma_is_said_to_stop_the_gradient(page):
    page.segmented_control(key="step_init").set_value("zero-gamma").run()
    assert "**residual-20** exactly 0 in 18 of 19 layers" in texts(page)


def test_without_a_depth_the_page_asks_for_one(page):
    page.multiselect(key="step_depths").set_value([]).run()
    assert [node.value for node in page.info] == [
        "Choose at least one family and one depth that it has."
    ]
    assert not figures(page)
    assert not page.exception


def test_a_depth_that_a_family_has_not_is_a_sentence_beside_the_others(page):
    page.pills(key="step_families").set_value(["plain", "bottleneck"]).run()
    assert [node.value for node in page.warning] == [
        "depth 8 is not 9n + 2 between 11 and 1199; the nearest is 11"
    ]
    assert figures(page) == FIGURES


def test_another_distance_is_another_correlation(page):
    near = texts(page)
    page.segmented_control(key="step_distance").set_value(1.0).run()
    assert not page.exception
    assert texts(page) != near


def test_an_open_popover_shows_the_numbers_and_their_download(page):
    page.session_state["data-gradient-by-layer"] = True  # as a click opens it
    page.run()
    (table,) = (node.value for node in page.dataframe)
    assert len(table) == 2 * 7 + 2 * 19
    assert [node.label for node in page.get("download_button")] == ["Download CSV"]
