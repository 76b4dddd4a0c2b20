"""What clicks in the lesion lab do: they change the link, and each change can be undone."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.components.features_lesion_choice import (
    Lesion,
    alike,
    drawn,
    plans_of,
    read_lesion,
    toggled,
)
from dashboard.figures.places import place_names
from dashboard.sides import Side

LINKS = ("lesion", "lesion2")  # of the left and the right net
MODE, SWAPS = "lesion_mode", "swaps"  # what a click does
SAME, COUNT, SEED = "lesion_same", "lesion_count", "lesion_seed"  # widgets, and the next draw's
UNDO, PENDING = "lesion_undo", "lesion_pending"  # links as they were; first of two to swap
REFUSED = "lesion_refused"  # why the last click did nothing


def chosen_lesions(sides: Sequence[Side]) -> list[Lesion]:
    """Of each side; a sentence where a click or the link asks for what a net does not have."""
    if REFUSED in st.session_state:
        st.toast(st.session_state.pop(REFUSED))
    found = []
    for link, side in zip(LINKS, sides, strict=False):
        lesion, strange = read_lesion(st.query_params.get(link, ""), plans_of(side))
        found.append(lesion)
        if strange:
            st.warning(
                f"The link tells of {', '.join(strange)[:60]}, and {side.run.label} has no such"
                " blocks: that is left out."
            )
    return found


def click_block(sides: Sequence[Side], index: int, address: str) -> None:
    """In a callback: bypass the block or, of two clicks in a row, swap the two."""
    pending = st.session_state.pop(PENDING, None)
    if st.session_state.get(MODE) != SWAPS:
        _toggle(sides, index, address)
    elif pending is None or pending[0] != index:
        st.session_state[PENDING] = (index, address)
    elif pending[1] != address:
        _swap(sides, index, pending[1], address)


def pending_block(index: int) -> str | None:
    """The first of two blocks to swap, in the diagram of that side."""
    pending = st.session_state.get(PENDING)
    return pending[1] if pending and pending[0] == index else None


def forget_pending() -> None:
    """In a callback: a click does something else from now on."""
    st.session_state.pop(PENDING, None)


def draw(sides: Sequence[Side]) -> None:
    """In a callback: bypass as many blocks as the slider says, drawn by the seed."""
    count, seed = st.session_state[COUNT], st.session_state[SEED]
    lesions = [drawn(plans_of(side), count, seed) for side in sides]
    change({link: lesion.link for link, lesion in zip(LINKS, lesions, strict=False)})


def draw_others(sides: Sequence[Side]) -> None:
    """In a callback: the same number of other blocks."""
    st.session_state[SEED] += 1
    draw(sides)


def put_all_back() -> None:
    """In a callback: no block is bypassed or swapped any more."""
    st.session_state[COUNT] = 0
    change(dict.fromkeys(LINKS, ""))


def undo() -> None:
    """In a callback: as it was before the last change."""
    _write(st.session_state[UNDO].pop())


def change(links: Mapping[str, str]) -> None:
    """In a callback: new words in the link; what was there can be had back by `undo`."""
    before = {link: st.query_params.get(link, "") for link in LINKS}
    st.session_state.setdefault(UNDO, []).append(before)
    _write(links)


def _write(links: Mapping[str, str]) -> None:
    forget_pending()
    for link, words in links.items():
        if words:
            st.query_params[link] = words
        else:
            st.query_params.pop(link, None)


def _swap(sides: Sequence[Side], index: int, one: str, other: str) -> None:
    if alike(plans_of(sides[index]), one, other):
        _toggle(sides, index, one, other)
    else:
        first, second = place_names((one, other))
        st.session_state[REFUSED] = f"Not swapped: {first} and {second} have different shapes."


def _toggle(sides: Sequence[Side], index: int, *addresses: str) -> None:
    """On this side, and on the other one if it has such blocks and is to follow."""
    links = {}
    for place, (link, side) in enumerate(zip(LINKS, sides, strict=False)):
        plans = plans_of(side)
        fits = addresses[0] in plans and alike(plans, addresses[0], addresses[-1])
        if place == index or (fits and st.session_state.get(SAME)):
            lesion, _ = read_lesion(st.query_params.get(link, ""), plans)
            links[link] = toggled(lesion, plans, *addresses).link
    change(links)
