"""Which class is looked for, and which block is shown large: both stand in the link."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.components.attention_choice import Choice, block_of, block_places
from dashboard.components.everywhere import tell_all
from dashboard.figures.places import place_names
from dashboard.sides import Side

OWN, OWN_WORDS = -1, "each net's own guess"  # None would be no choice at all
CLASS, BLOCK = "attention_class", "attention_block"


def class_picker(names: Sequence[str], choice: Choice) -> None:
    """One of the classes, or each net's own guess."""
    options = class_words(names)
    st.session_state[CLASS] = choice.target if choice.target in options else OWN
    st.selectbox(
        "Class looked for",
        list(options),
        key=CLASS,
        format_func=options.__getitem__,
        on_change=_keep_class,
        help="The maps show what speaks for this class, whether the net chooses it or not.",
        width=230,
    )


def block_picker(shown: Sequence[Side], choice: Choice) -> None:
    """One of the deepest net's blocks; a click on a map does the same."""
    deepest = max(shown, key=lambda side: len(block_places(side)))
    places = block_places(deepest)
    options = dict(zip(places, place_names(places), strict=True))
    st.session_state[BLOCK] = block_of(deepest, choice.block)
    st.selectbox(
        "Block shown large",
        places,
        key=BLOCK,
        format_func=options.__getitem__,
        on_change=lambda: choose_block(st.session_state[BLOCK]),
        help="Or click its map below. A net that has no such block shows the last of that stage.",
        width=190,
    )


def class_words(names: Sequence[str]) -> dict[int, str]:
    """What the picker offers: number to words that differ, as some class names are used twice."""
    count = Counter(names)
    words = {
        number: f"{name} ({number})" if count[name] > 1 else name
        for number, name in enumerate(names)
    }
    return {OWN: OWN_WORDS} | words


def choose_block(address: str) -> None:
    """Put it into the link; other sections ask about it as well."""
    st.query_params["block"] = address
    tell_all()


def _keep_class() -> None:
    chosen = st.session_state[CLASS]
    if chosen == OWN:
        st.query_params.pop("class", None)
    else:
        st.query_params["class"] = str(chosen)
    tell_all()
