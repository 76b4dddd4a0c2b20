"""What the sections on methods ask both nets: image, class and block of the page, and a method."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from core.attributions import ATTRIBUTIONS, SMOOTHGRAD
from core.chosen_image import ChosenImage
from dashboard.components.answers import answered, side_names
from dashboard.components.attention_choice import block_of, shown_choice
from dashboard.figures.attribution_tiles import Column
from dashboard.figures.places import place_names
from dashboard.sides import Side
from dashboard.theme import percent


class Question(NamedTuple):
    """One net, and what is looked for in it.

    Attributes:
        target: number of the class; `class_name` is its name, `probability` the net's (0 to 1).
        picture: uint8 [H, W, C], as the net takes it.
        block: address.
    """

    name: str
    side: Side
    image: ChosenImage
    target: int
    class_name: str
    probability: float
    picture: Any
    block: str

    def of(self, method: str, smooth: bool) -> tuple[Any, ...]:
        """Arguments of the tasks `attribute`, `randomised` and `faithfulness`."""
        return *self.side.address, self.image, self.target, method, self.block, smooth

    @property
    def column(self) -> Column:
        """Of a grid of maps."""
        return Column(self.name, self.side.spec.family, self.side.spec.depth, self.picture)


def page_questions(shown: Sequence[Side]) -> list[Question]:
    """One a net that answers; the reason stands on the page where one does not."""
    choice = shown_choice()
    found = []
    for name, side in zip(side_names(shown), shown, strict=True):
        doing = f"Sending the image through {name} ..."
        answer = answered("grad-cam", *side.address, choice.image, choice.target, doing=doing)
        if answer is None:
            continue
        target = answer["target"]
        found.append(
            Question(
                name=name,
                side=side,
                image=choice.image,
                target=target,
                class_name=answer["class_names"][target],
                probability=float(answer["probabilities"][target]),
                picture=answer["image"],
                block=block_of(side, choice.block),
            )
        )
    return found


def asked_for(questions: Sequence[Question]) -> str:
    """The class and the block of each net in words."""
    parts = [
        f"**{one.name}** is asked for **{one.class_name}** (it gives that class"
        f" {percent(100 * one.probability)}) at {place_names((one.block,))[0]}"
        for one in questions
    ]
    return f"{'; '.join(parts)}."


def method_picker(name: str, first: str) -> tuple[str, bool]:
    """A method, `first` until another one is picked, and whether SmoothGrad goes around it.

    Args:
        name: of the section, in the keys of the widgets.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = st.selectbox(
            "Method",
            list(ATTRIBUTIONS),
            index=list(ATTRIBUTIONS).index(first),
            format_func=lambda one: ATTRIBUTIONS[one].title,
            key=f"{name}_method",
            help="The section above says what each of them tells, and what not.",
            width=260,
        )
        return method, smooth_toggle(name)


def smooth_toggle(name: str) -> bool:
    """Whether SmoothGrad goes around a method."""
    words = f"{SMOOTHGRAD.tells} {SMOOTHGRAD.tells_not} ({SMOOTHGRAD.paper})"
    return st.toggle(SMOOTHGRAD.title, key=f"{name}_smooth", help=words)


def method_word(method: str, smooth: bool) -> str:
    """Its name on screen."""
    title = ATTRIBUTIONS[method].title
    return f"{title} with {SMOOTHGRAD.title}" if smooth else title
