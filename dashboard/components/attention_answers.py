"""What both nets say of the chosen image, and their maps of all blocks."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from dashboard.components.answers import answered, side_names
from dashboard.components.attention_choice import OWN_GUESS, Choice
from dashboard.components.guesses import guess_word, guesses_in_words
from dashboard.sides import Side

BEST = 5  # predictions

Answer = dict[str, Any]  # what the task `grad-cam` tells


class Look(NamedTuple):
    """A net, and what it answers to the chosen image and class."""

    name: str
    side: Side
    answer: Answer

    @property
    def class_name(self) -> str:
        """Of the class that is looked for."""
        return self.answer["class_names"][self.answer["target"]]


def looks(shown: Sequence[Side], choice: Choice, section: str) -> list[Look]:
    """The nets that answer; the reason stands on the page where one does not.

    A class of the link that a net does not know is told, and the net's own guess taken.

    Args:
        section: in the keys of the widgets.
    """
    found = []
    for name, side in zip(side_names(shown), shown, strict=True):
        answer = _answer(name, side, choice)
        if answer is None:
            st.button("Try again", key=f"again-{section}-{name}", icon=":material/refresh:")
        else:
            found.append(Look(name, side, answer))
    return found


def knows(look: Look, target: int | None) -> bool:
    """The net has such a class; its own guess it always has."""
    return target is None or target < len(look.answer["class_names"])


def _answer(name: str, side: Side, choice: Choice) -> Answer | None:
    """The net's own guess is asked for first: it tells which classes there are."""
    doing = f"Asking {name} where it looks ..."
    own = answered("grad-cam", *side.address, choice.image, OWN_GUESS, doing=doing)
    if own is None or choice.target is None:
        return own
    last = len(own["class_names"]) - 1
    if choice.target > last:
        st.warning(
            f"There is no class {choice.target}, they are 0 to {last}; {name} is asked for its own"
            " first guess."
        )
        return own
    return answered("grad-cam", *side.address, choice.image, choice.target, doing=doing)


def says(answer: Answer) -> str:
    """The likeliest classes, the first marked right or wrong, and the class that is looked for."""
    names, shares = answer["class_names"], answer["probabilities"]
    best = np.argsort(-shares, kind="stable")[:BEST]
    sentence = guesses_in_words([(names[one], shares[one]) for one in best], answer["label"])
    target = answer["target"]
    if target == best[0]:
        return f"{sentence}."
    return f"{sentence}. Looked for: **{guess_word(names[target], shares[target])}**."
