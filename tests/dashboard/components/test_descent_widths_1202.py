"""1202 layers: what the papers print, and the parameters for each image."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.descent_1202 import overfitting_reading, printed_nets
from tests.dashboard.conftest import badges, figures, texts

SPACE = "\u00a0"


def section() -> None:
    from dashboard.components.descent_1202 import overfitting_section

    overfitting_section()


@pytest.fixture
def page() -> AppTest:
    page = AppTest.from_function(section, default_timeout=30).run()
    assert not page.exception
    return page


def test_parameters_an_image_are_those_of_table_6_over_50_000():
    per_image = printed_nets().set_index("depth")["per_image"]
    assert per_image["110"] == pytest.approx(34)  # 1.7 M, He et al. 2015, Table 6
    assert per_image["1202"] == pytest.approx(388)  # 19.4 M


def test_the_deepest_net_is_told_beside_the_best_one():
    assert overfitting_reading(printed_nets()) == (
        f"With 110 layers the error is lowest, 6.43{SPACE}%: 1.7 million parameters are 34 for each"
        f" of the 50,000 training images. With 1202 layers it is 7.93{SPACE}%: 19.4 million"
        " parameters are **388 for each image**."
    )


def test_a_table_whose_deepest_net_is_the_best_says_so():
    told = overfitting_reading(printed_nets()[:-1])
    assert told == f"The deepest net, of 110 layers, errs least: 6.43{SPACE}%."


def test_the_section_quotes_and_computes_and_names_its_sources(page):
    assert figures(page) == ["descent-1202"]
    assert badges(page) == {"quoted", "computed"}
    said = texts(page)
    assert "This is **overfitting**" in said
    assert f"err on 4.91{SPACE}%" in said  # Huang et al. 2016
    assert "section 4.2 and Table 6" in said
    assert "Images: 50,000 training images of CIFAR-10" in said


def test_the_numbers_behind_the_figure_can_be_downloaded(page):
    page.session_state["data-descent-1202"] = True  # as a click opens it
    (table,) = [node.value for node in page.run().dataframe]
    assert table["depth"].tolist() == ["20", "32", "44", "56", "110", "1202"]
