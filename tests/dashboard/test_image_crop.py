"""What a browser says of the square on a picture, believed only if it is one."""

from types import SimpleNamespace

import pytest
import streamlit as st

from core.chosen_image import Cropped
from dashboard.components.image_own import Own, own_image
from dashboard.image_crop import Square, chosen_square


@pytest.fixture
def told():
    """told(square): what the browser tells of the picture with the key `crop`."""
    st.session_state.clear()
    yield lambda square: st.session_state.update(crop=SimpleNamespace(square=square))
    st.session_state.clear()


def test_before_a_drag_there_is_no_square_and_the_nets_see_the_whole_middle(told):
    assert chosen_square("crop") is None
    assert own_image(Own("hat.png", b"PNG", "crop")) == b"PNG"


def test_a_dragged_square_is_cut_from_the_picture(told):
    told({"left": 3, "top": 0, "side": 40})
    assert chosen_square("crop") == Square(left=3, top=0, side=40)
    assert own_image(Own("hat.png", b"PNG", "crop")) == Cropped(b"PNG", 3, 0, 40)


def test_the_square_of_another_picture_does_not_count(told):
    told({"left": 3, "top": 0, "side": 40})
    assert chosen_square("other") is None


@pytest.mark.parametrize(
    "square",
    [None, "all", [1, 2, 3], {}, {"left": 1, "top": 2}, {"left": 1.5, "top": 0, "side": 9}],
)
def test_what_is_no_square_is_not_believed(told, square):
    told(square)
    assert chosen_square("crop") is None
