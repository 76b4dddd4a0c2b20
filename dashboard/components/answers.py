"""What pages ask the inspection process, kept for everybody, and how nets are named."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.inspection import InspectionError, ask
from dashboard.sides import Side
from dashboard.theme import net_word

TAKES = "Some seconds for the classroom's nets, up to a minute for very deep ones on large images."
Sides = tuple[Side, Side | None]


def answered(task: str, *arguments: Any, doing: str) -> Any | None:
    """The task's answer; None when there is none: then the reason stands on the page."""
    try:
        with st.spinner(f"{doing} The first answer takes some seconds."):
            return _kept(task, *arguments)
    except (ValueError, InspectionError) as error:
        st.error(str(error), icon=":material/error:")
        return None


def on_demand(
    task: str, sides: Sequence[Side], questions: Sequence[tuple], *, label: str, doing: str
) -> list[Any] | None:
    """Answers to all questions about these sides, once they are asked for by the button.

    What somebody asked for is there for everybody; who asked gets other steps of the runs as well.

    Args:
        label: of the button.
    """
    asked, known = st.session_state.setdefault("asked", set()), _known()
    runs = task, tuple(side.run.run_id for side in sides)
    nets = task, tuple(side.address for side in sides)
    if runs in asked or nets in known:
        answers = [answered(task, *question, doing=doing) for question in questions]
        if all(answer is not None for answer in answers):
            known.add(nets)
            return answers
        asked.discard(runs)
        known.discard(nets)
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, name = ":material/play_arrow:", f"measure-{task}"
        st.button(label, key=name, icon=icon, on_click=asked.add, args=(runs,))
        st.caption(TAKES)
    return None


def side_names(sides: Sequence[Side]) -> list[str]:
    """On screen: residual-56; of two such the runs' labels and steps; at last left and right."""
    names = [net_word(side.spec.family, side.spec.depth) for side in sides]
    if _are_alike(names):
        names = [f"{side.run.label}, step {side.net_step}" for side in sides]
    if _are_alike(names):
        names = [f"{name} ({place})" for name, place in zip(names, ("left", "right"), strict=True)]
    return names


def shown_sides(sides: Sides) -> list[Side]:
    """The one or two that there are."""
    return [side for side in sides if side is not None]


def _are_alike(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)


@st.cache_resource(max_entries=12, show_spinner=False)  # some of a net of 404 layers are 30 MB
def _kept(task: str, *arguments: Any) -> Any:
    return ask(task, *arguments)


@st.cache_resource(show_spinner=False)
def _known() -> set[tuple[str, tuple]]:
    """Tasks and the addresses of the nets that they were asked of with success."""
    return set()
