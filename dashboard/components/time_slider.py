"""The time slider: the steps at which there are nets, with play and pause."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.components.everywhere import tell_all
from dashboard.sides import Side

PLAY_SECONDS = 1.0  # a position
SETTLED = 0.7  # of it: a timer that comes a little early counts as well


def choose_steps(left: Side, right: Side | None) -> tuple[Side, Side | None, int]:
    """The sides at the slider's step; one run beside itself has a second slider (`step2`)."""
    twice = right is not None and right.run.run_id == left.run.run_id
    positions = sorted({*left.net_steps, *(right.net_steps if right else ())})
    step = _step_told("step", positions)
    buttons, sliders = st.columns([1, 2.6], vertical_alignment="bottom")
    with buttons, st.container(horizontal=True):
        _player(positions, step)
    with sliders:
        _slider("step", "Left at" if twice else "Time", positions, step, left)
    if right is None:
        return replace(left, step=step), None, step
    step2 = _step_told("step2", positions) if twice else step
    if twice:
        with sliders:
            _slider("step2", "Right at", positions, step2, right)
    return replace(left, step=step), replace(right, step=step2), step


def moves(sides: Sequence[Side], index: int) -> Callable[[str], None]:
    """For a click in a side's figure at a step: moves its slider to the position nearest to it."""
    twice = len({side.run.run_id for side in sides}) < len(sides)
    name = "step2" if twice and index else "step"
    positions = positions_of(sides)

    def move(clicked: str) -> None:
        st.query_params[name] = str(min(positions, key=lambda step: abs(step - float(clicked))))
        tell_all()

    return move


def positions_of(sides: Sequence[Side]) -> list[int]:
    """Positions of the time slider: the steps at which one of the sides has a net."""
    return sorted({step for side in sides for step in side.net_steps})


def time_words(step: int, side: Side) -> str:
    """'step 47 · epoch 0.6', as far as the run knows its epochs."""
    run = side.run
    if not step:
        return "step 0 · before training"
    epoch = f" · epoch {step * run.epochs / run.steps:.2g}" if run.steps and run.epochs else ""
    return f"step {step:,}{epoch}"


def _step_told(name: str, positions: Sequence[int]) -> int:
    """The step of the link, the last without one; a sentence where no net was kept at it."""
    told = st.query_params.get(name)
    if told is None:
        return positions[-1]
    if not (told.isascii() and told.isdecimal() and len(told) < 12):
        st.warning(f"The link's {name} {told[:20]!r} is no step; shown is the last one.")
        return positions[-1]
    nearest = min(positions, key=lambda step: abs(step - int(told)))
    if nearest != int(told):
        st.warning(
            f"No net was kept at step {int(told):,}; shown is the nearest, step {nearest:,}."
        )
    return nearest


def _slider(name: str, label: str, positions: list[int], step: int, side: Side) -> None:
    if len(positions) == 1:
        st.caption(
            "There is one net to look into, the one before training: no others were kept so far."
        )
        return
    st.session_state[f"time_{name}"] = step
    st.select_slider(
        label,
        positions,
        key=f"time_{name}",
        format_func=lambda one: time_words(one, side),
        on_change=_keep_step,
        args=(name,),
        help="The steps at which the net was kept: many at the start, where most happens.",
    )


def _keep_step(name: str) -> None:
    st.query_params[name] = str(st.session_state[f"time_{name}"])
    st.session_state["time_playing"] = False


def _player(positions: list[int], step: int) -> None:
    """Back, play or pause, forward; while it plays a timer moves on."""
    at, last = positions.index(step), len(positions) - 1
    playing = bool(st.session_state.get("time_playing")) and at < last
    _jump("Back", "skip_previous", positions, at - 1)
    st.button(
        "Pause" if playing else "Play",
        key="time_play",
        icon=":material/pause:" if playing else ":material/play_arrow:",
        disabled=not last,
        help="Goes through the positions of the slider, one a second.",
        on_click=_play,
        args=(positions, at, not playing),
    )
    _jump("Forward", "skip_next", positions, at + 1)
    if playing:
        st.fragment(_turn, run_every=PLAY_SECONDS, key="time-turn")(positions, at)


def _jump(name: str, icon: str, positions: list[int], target: int) -> None:
    st.button(
        "",
        key=f"time_{name.lower()}",
        icon=f":material/{icon}:",
        help=f"{name} by one position",
        disabled=not 0 <= target < len(positions),
        on_click=_go,
        args=(positions, target),
    )


def _play(positions: list[int], at: int, playing: bool) -> None:
    """Playing from the last position starts again at the first."""
    if playing and at == len(positions) - 1:
        st.query_params["step"] = str(positions[0])
    st.session_state["time_playing"] = playing
    st.session_state.pop("time_stands", None)


def _go(positions: list[int], target: int) -> None:
    st.query_params["step"] = str(positions[target])
    st.session_state["time_playing"] = False


def _turn(positions: list[int], at: int) -> None:
    """On to the next position when this one has stood its time; the fragment itself draws nothing.

    The time counts from when a position is first drawn: on a slow machine none is passed over.
    """
    position, since = st.session_state.get("time_stands", (None, 0.0))
    if position != at:
        st.session_state["time_stands"] = at, time.monotonic()
    elif time.monotonic() - since >= SETTLED * PLAY_SECONDS:
        st.query_params["step"] = str(positions[at + 1])
        st.session_state["time_playing"] = at + 1 < len(positions) - 1
        st.rerun()
