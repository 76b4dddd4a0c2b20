"""Errors by class."""

import numpy as np
import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import class_errors as module
from tests.dashboard.figures.checked import checked

class_errors = checked(module.class_errors)


def net(name: str, family: str, errors: list[float]) -> pd.DataFrame:
    classes = ["cat", "dog", "fox"]
    known = {"net": name, "run_id": name, "family": family, "depth": 8}
    return pd.DataFrame(known | {"class": classes, "error": errors})


BOTH = pd.concat([net("plain-8", "plain", [40, 90, 10]), net("residual-8", "resnet", [30, 60, 20])])


def test_the_hardest_class_is_on_top():  # means 35, 75, 15; the last category is the upper one
    assert list(class_errors(BOTH).layout.yaxis.categoryarray) == ["fox", "cat", "dog"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nets_have_their_colours_and_symbols(mode):
    _, plain, residual = class_errors(BOTH, mode=mode).data
    assert plain.marker.color == theme.shade("plain", 8, mode)
    assert residual.marker.color == theme.shade("resnet", 8, mode)
    assert plain.marker.symbol != residual.marker.symbol


def test_a_line_goes_from_the_lower_error_to_the_higher_in_each_class():
    between = class_errors(BOTH).data[0]
    assert list(between.x) == [10, 20, None, 30, 40, None, 60, 90, None]
    assert list(between.y) == ["fox", "fox", None, "cat", "cat", None, "dog", "dog", None]


def test_one_net_alone_has_no_lines():
    (marks,) = class_errors(BOTH[BOTH["net"] == "plain-8"]).data
    assert marks.name == "plain-8"


def test_what_is_not_highlighted_fades():
    _, plain, residual = class_errors(BOTH, lit="residual-8").data
    assert (plain.opacity, residual.opacity) == (theme.FADED, 1)
    assert {trace.opacity for trace in class_errors(BOTH, lit="another").data[1:]} == {1}


def test_a_class_without_images_has_no_mark():
    (marks,) = class_errors(net("plain-8", "plain", [40, np.nan, 10])).data
    assert list(marks.y) == ["cat", "fox"]


def test_alt_text_tells_the_easiest_and_the_hardest_class():
    alt = class_errors(BOTH).layout.meta["alt"]
    assert "plain-8 from 10.0 % (fox) to 90.0 % (dog)" in alt
    assert "residual-8 from 20.0 % (fox) to 60.0 % (dog)" in alt


def test_without_nets_a_sentence_is_drawn():
    figure = class_errors(BOTH.iloc[:0])
    assert not figure.data
    assert figure.layout.annotations[0].text == "Nothing is measured yet"
