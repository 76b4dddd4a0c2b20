"""Layers and errors of the nets of the ImageNet challenge."""

import pandas as pd
import pytest

from dashboard.figures import revolution_of_depth as board
from dashboard.figures.revolution_of_depth import EMPTY, PERSON
from tests.dashboard.figures.checked import checked

revolution_of_depth = checked(board.revolution_of_depth)
COLUMNS = ["year", "name", "layers", "error", "note"]
WINNERS = pd.DataFrame(
    [
        (2011, "XRCE", "shallow", 25.8, None),
        (2014, "VGG", "19", 7.3, "it came second"),
        (2015, "ResNet", "152", 3.57, None),
    ],
    columns=COLUMNS,
)


def traces(**options) -> dict:
    return {trace.uid: trace for trace in revolution_of_depth(WINNERS, **options).data}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_winners_there_is_a_sentence(mode):
    figure = revolution_of_depth(pd.DataFrame(columns=COLUMNS), 5.1, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert not figure.data


def test_a_net_that_is_not_deep_has_no_bar_but_a_word():
    layers = traces()["layers"]
    assert tuple(layers.x) == (0, 19, 152)
    assert layers.text == ("shallow", "19", "152")


def test_errors_stand_as_printed():
    assert traces()["error"].text == ("25.8 %", "7.3 %", "3.57 %")


def test_a_person_is_a_hollow_bar_and_only_where_a_number_is_given():
    assert "person" not in traces()
    person = traces(human=5.1)["person"]
    assert (person.y, person.text) == ((PERSON,), ("5.1 %",))


def test_pointing_at_a_net_tells_its_note():
    assert "it came second" in traces()["error"].hovertext[1]


def test_the_first_year_is_on_top():
    axis = revolution_of_depth(WINNERS).layout.yaxis
    assert axis.categoryarray == ("ResNet, 2015", "VGG, 2014", "XRCE, 2011")


def test_alt_text_tells_every_net():
    assert revolution_of_depth(WINNERS).layout.meta["alt"] == (
        "Layers and top-5 error of ImageNet's nets: XRCE, 2011: shallow, 25.8 %;"
        " VGG, 2014: 19, 7.3 %; ResNet, 2015: 152, 3.57 %."
    )
