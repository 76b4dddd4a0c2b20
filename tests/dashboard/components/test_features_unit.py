"""The unit card, on the nets of the recorded race, with the real inspection process."""

import time

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components.features_unit import filter_reading
from dashboard.components.features_unit_choice import Unit, channels_of, link_of
from dashboard.components.features_unit_classes import (
    class_table,
    classes_reading,
    histogram,
    removal_reading,
)
from dashboard.components.features_unit_exciting import (
    BEYOND,
    exciting_reading,
    exciting_table,
    squared,
)
from dashboard.components.features_unit_synthetic import synthetic_reading
from dashboard.data import gallery
from dashboard.sides import side
from tests.dashboard.conftest import badges, figures, texts

RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4"}
PATIENCE = 90  # seconds: the first answer includes the import of torch
CARD = {
    "class_names": ("cat", "dog", "eel"),
    "labels": np.array([0, 0, 1, 1]),
    "mean": np.array([1.0, 3.0, 0.0, 1.0], np.float32),
    "largest": np.array([2.0, 9.0, 0.0, 4.0], np.float32),
    "before": np.array([50.0, 0.0, np.nan]),
    "after": np.array([50.0, 100.0, np.nan]),
    "error_before": 25.0,
    "error_after": 75.0,
}
IMAGE = {
    "place": 7,
    "label": "cat",
    "value": 4.5,
    "position": (0, 1),
    "box": (0, 1, 3, 4),
    "image": np.zeros((8, 8, 1), np.uint8),
}


def card() -> None:
    import streamlit as st

    from dashboard.components.features_unit import unit_section
    from dashboard.data import gallery
    from dashboard.sides import side

    asked = st.query_params
    shown = [side(gallery(), asked[name], 468) for name in ("left", "right") if name in asked]
    unit_section((shown[0], shown[1] if len(shown) > 1 else None))


def page_of(*nets: str, **query: str) -> AppTest:
    page = AppTest.from_function(card, default_timeout=PATIENCE)
    runs = dict(zip(("left", "right"), [RUNS[net] for net in nets], strict=False))
    page.query_params.update(runs | query)
    page.run()
    assert not page.exception
    assert not page.error
    return page


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    jobs._jobs.clear()
    yield
    st.cache_resource.clear()
    jobs._jobs.clear()


def test_a_link_shows_its_unit_beside_the_first_layers_of_both_nets():
    page = page_of("plain-8", "residual-8", unit="stages.1.0/5", unit_side="right")
    assert [node.value for node in page.subheader] == [
        "What is this filter made of?",
        "Which classes does it answer to, and which need it?",
        "What excites it most?",
    ]
    assert figures(page) == [
        "filters-0", "filters-1", "filter",
        "unit-histogram", "unit-removal", "unit-images", "unit-crops",
    ]  # fmt: skip
    assert badges(page) == {"live"}
    assert "Channel 5 of stage 2, block 1 of **residual-8** is made by a filter of 16 x" in texts(
        page
    )


def test_pickers_move_the_unit_and_the_link_with_it():
    page = page_of("plain-8", "residual-8")
    page.number_input(key="unit_channel").set_value(3).run()
    page.selectbox(key="unit_place").set_value("stages.2.0").run()
    assert page.query_params["unit"] == "stages.2.0/3"
    assert "Channel 3 of stage 3, block 1 of **plain-8**" in texts(page)


def test_a_unit_that_is_not_there_is_told_and_the_nearest_shown():
    page = page_of("plain-8", unit="stages.2.7/99")
    (told,) = page.warning
    assert told.value == (
        "This net has no unit 'stages.2.7/99'; shown is the nearest, 'stages.2.0/31'."
    )
    assert figures(page)[:2] == ["filters-0", "filter"]


@pytest.mark.parametrize("unit", ["", "/", "stem/-1", "stages/²"])
def test_no_link_is_a_fault(unit):
    assert len(figures(page_of("plain-8", unit=unit))) == 6


def test_an_image_is_made_once_somebody_asks_and_its_answer_told():
    page = page_of("plain-8", unit="stem/2")
    page.button(key="start-maximise").click().run()
    deadline = time.monotonic() + PATIENCE
    while "To the image made for it" not in texts(page):
        assert time.monotonic() < deadline
        time.sleep(0.2)
        page.run()
    assert "unit-synthetic" in figures(page)
    page.number_input(key="unit_seed").set_value(1).run()
    assert "unit-synthetic" not in figures(page), "another seed, another image"


def test_the_numbers_are_behind_data():
    page = page_of("plain-8", unit="stem/2")
    for name in ("unit", "unit-classes", "unit-exciting"):
        page.session_state[f"data-{name}"] = True  # as a click opens it
    weights, classes, images = (node.value for node in page.run().dataframe)
    assert len(weights) == 9
    assert classes["images"].sum() == 500
    assert images["answer"].is_monotonic_decreasing


def test_channels_are_those_of_the_weights():
    plain = side(gallery(), RUNS["plain-8"], 468)
    widths = [channels_of(plain, place) for place in ("stem", "stages.0.0", "stages.2.0")]
    assert widths == [8, 8, 32]  # the classroom's width is 8, doubled at each stage


def test_the_link_says_nets_step_and_unit():
    sides = [side(gallery(), run, 217) for run in RUNS.values()]
    assert link_of(sides, Unit(1, "stages.1.0", 5)) == (
        "left=05b800dd&right=ab9649c4&step=217&step2=217&unit=stages.1.0/5&unit_side=right"
    )
    assert "right=none" in link_of(sides[:1], Unit(0, "stem", 0))


def test_the_table_has_a_row_for_each_class_with_images():
    table = class_table(CARD)
    assert table["class"].tolist() == ["cat", "dog"]
    assert table[["images", "mean", "largest"]].to_numpy().tolist() == [[2, 2, 9], [2, 0.5, 4]]
    assert table[["before", "after"]].to_numpy().tolist() == [[50, 50], [0, 100]]


def test_the_shares_of_a_class_are_percent_of_its_own_images():
    edges, shares = histogram(CARD, "mean", np.array([0, 1]))
    assert (edges[0], edges[-1]) == (0.0, 3.0)
    assert shares.sum(1).tolist() == [100.0, 100.0]
    assert shares[0, -1] == 50.0


def test_the_class_of_the_strongest_and_of_the_weakest_answer_are_told():
    assert classes_reading(class_table(CARD)) == (
        "It answers most to **cat** (2 on average) and least to **dog** (0.5)."
    )


def test_a_channel_that_is_always_0_is_called_dead():
    off = CARD | {"mean": np.zeros(4), "largest": np.zeros(4)}
    assert "**dead**" in classes_reading(class_table(off))


def test_the_class_that_changes_most_is_told_with_its_images():
    assert removal_reading(CARD, class_table(CARD), "plain-8") == (
        "Without it the error of plain-8 goes from 25.0\u00a0% to 75.0\u00a0% of 4 test images; it"
        " changes most for **dog**, from 0.0\u00a0% to 100.0\u00a0% of 2 images."
    )


def test_a_removal_that_changes_nothing_is_told_so():
    same = CARD | {"after": CARD["before"], "error_after": 25.0}
    assert removal_reading(same, class_table(same), "plain-8") == (
        "Without it the error of plain-8 is the same in every class: 25.0\u00a0%."
    )


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, -1.0, 0.5, -0.5], "they nearly cancel"),
        ([1.0, 1.0, 1.0, -1.0], "75\u00a0% of their sum without signs is positive."),
        ([-1.0, -1.0, -1.0, -1.0], "100\u00a0% of their sum without signs is negative."),
        ([0.0, 0.0, 0.0, 0.0], "All are 0: it makes nothing."),
    ],
)
def test_it_is_told_whether_a_filters_weights_cancel(weights, words):
    filters = np.array(weights, np.float32).reshape(1, 1, 2, 2)
    assert words in filter_reading({"filters": filters}, "plain-8", Unit(0, "stem", 0))


def test_the_commonest_class_of_the_exciting_images_is_told():
    found = {"field": 3, "looked_at": 4, "images": [IMAGE, IMAGE, IMAGE | {"label": "dog"}]}
    assert exciting_reading(found) == (
        "Of 4 test images, these have its largest answers, from 4.5 down to 4.5; 2 of 3 are"
        " **cat**. One answer sees 3 x 3 pixels of the image."
    )
    assert exciting_reading(found | {"field": 9}).endswith("the image has 8 x 8.")


def test_a_channel_that_nothing_excites_is_told_so():
    found = {"field": 3, "looked_at": 4, "images": []}
    assert exciting_reading(found) == (
        "None of 4 test images excites it: its answer is never above 0."
    )
    assert isinstance(exciting_table(found), pd.DataFrame)


def test_an_image_that_beats_the_test_images_is_told_and_one_that_does_not():
    assert "more than to any of these test images (at most 3)" in synthetic_reading(
        {"mean": 4.0}, CARD
    )
    assert "no more than to the best of these test images (3)" in synthetic_reading(
        {"mean": 3.0}, CARD
    )


def test_crops_cut_off_at_the_border_lie_in_equal_squares():
    whole, cut = np.zeros((4, 4, 1), np.uint8), np.full((4, 2, 1), 9, np.uint8)
    squares = squared([whole, cut])
    assert squares.shape == (2, 4, 4, 1)
    assert squares[1, 0, :, 0].tolist() == [BEYOND, 9, 9, BEYOND]
