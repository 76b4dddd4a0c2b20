"""A gallery of test images: which a net gets wrong, most of all those that tell nets apart."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.answers import answered, on_demand, side_names
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.image_own import leave_own
from dashboard.components.image_picker import KEY
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.image_gallery import COLUMNS, Picture, height_of, image_gallery
from dashboard.provenance import ALL_TEST, provenance
from dashboard.sides import Side
from dashboard.theme import percent

PAGE = 3 * COLUMNS  # images
SENTENCE = "Click an image to see where the nets look in it."
SOURCE = "the nets' own answers to the test images of their data set"
PLACE = "attention_gallery_page"

Answer = dict[str, Any]  # what the task `predictions` tells
Order = Callable[[Sequence[Answer]], np.ndarray]  # rows of the answers, the first first


def gallery_button(shown: Sequence[Side]) -> None:
    """Opens the gallery over the page."""
    if st.button(
        "Gallery",
        key="attention-gallery",
        icon=":material/photo_library:",
        help="Test images by how the nets answer, such as those that only one of them gets right.",
    ):
        st.session_state[PLACE] = 0
        _gallery(shown)


@st.dialog("Gallery of test images", width="large")
def _gallery(shown: Sequence[Side]) -> None:
    rerun_if_told()
    own = [side for side in shown if side.spec.dataset == shown[0].spec.dataset]
    with section(
        "gallery",
        "Which images do the nets get wrong?",
        SENTENCE,
        badges={"live": "The test images are sent through the saved nets now."},
        source=SOURCE,
        provenance=provenance(own, ALL_TEST),
    ) as data:
        answers = on_demand(
            "predictions",
            own,
            [side.address for side in own],
            label="Ask the nets",
            doing="Asking the nets about the test images ...",
        )
        if answers is None:
            return
        names = side_names(own)
        order = _order_picker(names, answers[0]["class_names"])
        rows = order(answers)
        _page(own[0].spec.dataset, names, answers, rows)
        st.markdown(gallery_reading(names, answers))
        data_table(data, "gallery", gallery_table(names, answers).iloc[rows])


def _order_picker(names: Sequence[str], classes: Sequence[str]) -> Order:
    orders = orders_of(names, classes)
    chosen = st.selectbox(
        "Show",
        list(orders),
        key="attention_gallery_order",
        on_change=lambda: st.session_state.update({PLACE: 0}),
        width=360,
    )
    return orders[chosen]


def _page(dataset: str, names: Sequence[str], answers: Sequence[Answer], rows: np.ndarray) -> None:
    pages = -(-len(rows) // PAGE)
    if not pages:
        st.info("There is no such image.", icon=":material/info:")
        return
    page = min(st.session_state.get(PLACE, 0), pages - 1)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    places = tuple(answers[0]["places"][shown].tolist())
    pictures = answered("pictures", dataset, places, "test", doing="Fetching the images ...")
    if pictures is None:
        return
    marked = [
        Picture(pixels, str(place), *_caption(names, answers, row))
        for pixels, place, row in zip(pictures, places, shown, strict=True)
    ]
    drawn = image_gallery(marked, mode=page_mode())
    figure("gallery", drawn, height_of(len(marked)), on_click=_choose)
    _turner(page, pages, len(rows))


def _turner(page: int, pages: int, images: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for icon, name, target in (
            ("chevron_left", "Page before", page - 1),
            ("chevron_right", "Next page", page + 1),
        ):
            st.button(
                "",
                key=f"gallery-{icon}",
                icon=f":material/{icon}:",
                help=name,
                disabled=not 0 <= target < pages,
                on_click=st.session_state.__setitem__,
                args=(PLACE, target),
            )
        st.caption(f"Page {page + 1} of {pages}, {words.plural(images, 'image')}")


def _choose(place: str) -> None:
    """The image that was clicked is picked, and the page shows it."""
    st.session_state[KEY] = int(place)
    leave_own()


def _caption(names: Sequence[str], answers: Sequence[Answer], row: int) -> tuple[str, str]:
    """Below the image: its class, and a mark a net; on hover, what each net says."""
    classes = answers[0]["class_names"]
    label, place = answers[0]["labels"][row], answers[0]["places"][row]
    guesses = [
        f"{name}: {classes[answer['guesses'][row]]},"
        f" {percent(100 * float(answer['confidence'][row]))} sure"
        for name, answer in zip(names, answers, strict=True)
    ]
    marks = " ".join("✓" if answer["guesses"][row] == label else "✗" for answer in answers)
    about = "<br>".join([f"<b>test image {place}: {classes[label]}</b>", *guesses])
    return f"{classes[label]}<br>{marks}", about


def is_right(answer: Answer) -> np.ndarray:
    """For each image, whether the net guesses its class."""
    return answer["guesses"] == answer["labels"]


def surest_and_wrong(answers: Sequence[Answer]) -> np.ndarray:
    """Images that a net gets wrong, by how sure it is of it."""
    sure = np.max([np.where(is_right(one), 0, one["confidence"]) for one in answers], axis=0)
    order = np.argsort(-sure, kind="stable")
    return order[sure[order] > 0]


def only_right(winner: int) -> Order:
    """Images that this net alone gets right, by how much more it believes in the class."""

    def order(answers: Sequence[Answer]) -> np.ndarray:
        won, lost = answers[winner], answers[1 - winner]
        margin = won["right"] - lost["right"]
        chosen = np.flatnonzero(is_right(won) & ~is_right(lost))
        return chosen[np.argsort(-margin[chosen], kind="stable")]

    return order


def of_class(number: int) -> Order:
    """Images of a class, in the data set's order."""
    return lambda answers: np.flatnonzero(answers[0]["labels"] == number)


def orders_of(names: Sequence[str], classes: Sequence[str]) -> dict[str, Order]:
    """What one can choose, by its words."""
    both = {
        f"{names[1 - winner]} wrong, {names[winner]} right": only_right(winner)
        for winner in ((1, 0) if len(names) == 2 else ())
    }
    by_class = {f"class: {name}": of_class(number) for number, name in enumerate(classes)}
    return {"surest and wrong": surest_and_wrong} | both | by_class


def gallery_reading(names: Sequence[str], answers: Sequence[Answer]) -> str:
    """Errors, and how often one net alone is right."""
    total = len(answers[0]["labels"])
    errors = [
        f"**{name}** is wrong about {percent(100 * float((~is_right(one)).mean()))}"
        for name, one in zip(names, answers, strict=True)
    ]
    sentence = f"Of {words.plural(total, 'test image')}, {' and '.join(errors)}."
    if len(answers) < 2:
        return sentence
    left, right = (len(only_right(winner)(answers)) for winner in (0, 1))
    return (
        f"{sentence} Only **{names[1]}** is right about {right} of them, only **{names[0]}** about"
        f" {left}."
    )


def gallery_table(names: Sequence[str], answers: Sequence[Answer]) -> pd.DataFrame:
    """A row an image: columns image, class, then each net's guess and confidence (0 to 1)."""
    classes = np.array(answers[0]["class_names"])
    table = {"image": answers[0]["places"], "class": classes[answers[0]["labels"]]}
    for name, answer in zip(names, answers, strict=True):
        table[f"{name}: guess"] = classes[answer["guesses"]]
        table[f"{name}: confidence"] = answer["confidence"]
    return pd.DataFrame(table)
