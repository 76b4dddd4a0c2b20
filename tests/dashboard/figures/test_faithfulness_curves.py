"""Deletion and insertion curves."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import faithfulness_curves as board
from dashboard.figures.faithfulness_curves import EMPTY
from tests.dashboard.figures.checked import checked

faithfulness_curves = checked(board.faithfulness_curves)


def curve(net: str, family: str, kind: str, order: str, values: list[float]) -> pd.DataFrame:
    own = {"net": net, "family": family, "depth": 8, "kind": kind, "order": order}
    return pd.DataFrame({"share": [0.0, 50.0, 100.0], "probability": values}).assign(**own)


TABLE = pd.concat(
    [
        curve("plain-8", "plain", "deletion", "map", [90, 20, 10]),
        curve("plain-8", "plain", "deletion", "random", [90, 60, 10]),
        curve("residual-8", "resnet", "deletion", "map", [80, 30, 5]),
        curve("residual-8", "resnet", "insertion", "map", [5, 70, 80]),
    ]
)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", ["deletion", "insertion"])
def test_without_curves_there_is_a_sentence(kind, mode):
    figure = faithfulness_curves(TABLE.iloc[:0], kind, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_curves_of_one_kind_are_drawn():
    assert [line.name for line in faithfulness_curves(TABLE, "deletion").data] == [
        "plain-8",
        "plain-8, random order",
        "residual-8",
    ]
    (line,) = faithfulness_curves(TABLE, "insertion").data
    assert list(line.y) == [5, 70, 80]


def test_a_random_order_is_dotted_in_the_colour_of_its_net():
    own, random, _ = faithfulness_curves(TABLE, "deletion").data
    assert own.line.color == random.line.color == theme.shade("plain", 8, "light")
    assert (own.line.dash, random.line.dash) == (None, "dot")


def test_axes_carry_their_units():
    layout = faithfulness_curves(TABLE, "insertion").layout
    assert layout.xaxis.title.text == "pixels put in (%)"
    assert layout.yaxis.title.text == "probability of the class (%)"


def test_it_is_told_in_words():
    alt = faithfulness_curves(TABLE, "deletion").layout.meta["alt"]
    assert "plain-8 in the order random: 60 % halfway" in alt
