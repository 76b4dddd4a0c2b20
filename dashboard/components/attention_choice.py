"""What the page Attention maps looks for: image, class and block. The link carries class, block."""

from typing import NamedTuple

import streamlit as st

from core.chosen_image import ChosenImage
from core.nets.layout import plan_stages
from dashboard.components.image_picker import shown_image
from dashboard.sides import Side

OWN_GUESS = None  # as target: each net's own first guess


class Choice(NamedTuple):
    """One question to both nets.

    Attributes:
        image: as the image picker gives it.
        target: number of the class that is looked for; None takes each net's own first guess.
        block: address, as the link has it; None takes the last one.
    """

    image: ChosenImage
    target: int | None
    block: str | None


def shown_choice() -> Choice:
    """What is chosen now; ?class= and ?block= of the link."""
    told = st.query_params.get("class", "")
    target = int(told) if told.isascii() and told.isdecimal() and len(told) < 5 else OWN_GUESS
    return Choice(shown_image(), target, st.query_params.get("block"))


def block_places(side: Side) -> tuple[str, ...]:
    """Addresses of the stem and of all blocks of a side's net, from input to output."""
    stages = enumerate(plan_stages(side.spec))
    return "stem", *(f"stages.{stage}.{n}" for stage, blocks in stages for n in range(len(blocks)))


def block_of(side: Side, wanted: str | None) -> str:
    """The wanted block; in a net that has none of this address the last of its stage, or of all."""
    places = block_places(side)
    if wanted in places:
        return wanted
    stage = (wanted or "").rpartition(".")[0]
    return next((one for one in reversed(places) if stage and one.startswith(stage)), places[-1])
