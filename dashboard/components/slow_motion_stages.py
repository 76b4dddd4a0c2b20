"""The five stages of a step: which is shown, next, back and play; and the learning rate."""

import time

import streamlit as st

from dashboard.components.slow_motion_words import STAGES

PLAY_SECONDS = 3.0  # a stage
SETTLED = 0.7  # of it: a timer that comes a little early counts as well
QUERY, KEY, PLAYING, MOVED = "stage", "slow_stage", "slow_playing", "slow_moved"
NAMES = tuple(STAGES)


def chosen_stage() -> str:
    """The stage of the link (`stage`), the first without one, with its buttons."""
    at = NAMES.index(_told())
    st.session_state[KEY] = NAMES[at]
    with st.container(horizontal=True, vertical_alignment="bottom", key="slow-motion-stages"):
        _jump("Back", "skip_previous", at - 1, shortcut="B")
        _player(at)
        _jump("Next", "skip_next", at + 1, shortcut="N")
        st.segmented_control(
            "Stage",
            NAMES,
            required=True,
            key=KEY,
            format_func=lambda name: f"{NAMES.index(name) + 1} {name}",
            on_change=_keep,
            label_visibility="collapsed",
            wrap=True,
        )
    return NAMES[at]


def chosen_times() -> float:
    """The learning rate, in rates of the run at this step; a link carries it."""
    chosen = st.segmented_control(
        "Learning rate",
        list(TIMES),
        default="as in the run",
        required=True,
        key="slow_rate",
        help="The rate that the run has at this step, or so many times it: what would a smaller or"
        " a larger step have done?",
        bind="query-params",
    )
    return TIMES[str(chosen)]


def _told() -> str:
    """The stage of the link; a sentence where there is no such stage."""
    told = st.query_params.get(QUERY, NAMES[0])
    if told in NAMES:
        return told
    st.warning(
        f"There is no stage {told[:20]!r}, there are {', '.join(NAMES)}; shown is the first."
    )
    return NAMES[0]


def _player(at: int) -> None:
    """Play or pause; while it plays a timer moves on."""
    playing = bool(st.session_state.get(PLAYING)) and at < len(NAMES) - 1
    st.button(
        "Pause" if playing else "Play",
        key="slow_play",
        icon=":material/pause:" if playing else ":material/play_arrow:",
        help=f"Goes through the stages, one every {PLAY_SECONDS:g} seconds.",
        on_click=_play,
        args=(at, not playing),
    )
    if playing:
        st.fragment(_turn, run_every=PLAY_SECONDS, key="slow-turn")(at)


def _jump(name: str, icon: str, target: int, shortcut: str) -> None:
    st.button(
        name,
        key=f"slow_{name.lower()}",
        icon=f":material/{icon}:",
        shortcut=shortcut,
        disabled=not 0 <= target < len(NAMES),
        on_click=_go,
        args=(target,),
    )


def _keep() -> None:
    _go(NAMES.index(st.session_state[KEY]))


def _go(target: int) -> None:
    st.query_params[QUERY] = NAMES[target]
    st.session_state[PLAYING] = False


def _play(at: int, playing: bool) -> None:
    """Playing from the last stage starts again at the first."""
    if playing and at == len(NAMES) - 1:
        st.query_params[QUERY] = NAMES[0]
    st.session_state[PLAYING] = playing
    st.session_state[MOVED] = time.monotonic()


def _turn(at: int) -> None:
    """On to the next stage when its time has come; the fragment itself draws nothing."""
    if time.monotonic() - st.session_state[MOVED] < SETTLED * PLAY_SECONDS:
        return
    st.session_state[MOVED] = time.monotonic()
    st.query_params[QUERY] = NAMES[at + 1]
    st.session_state[PLAYING] = at + 1 < len(NAMES) - 1
    st.rerun()


TIMES = {
    "a 100th": 0.01,
    "a 10th": 0.1,
    "as in the run": 1.0,
    "3 times": 3.0,
    "10 times": 10.0,
}
