"""The form that starts the race of a deepened net: epochs, what it costs, and *Train*."""

from collections.abc import Sequence

import streamlit as st

from core.deeper import check_deepening
from core.spec import Experiment
from dashboard import words
from dashboard.components.identity_race import TASK, new_runs, start_race
from dashboard.components.job_bar import worked
from dashboard.data import engine, user_store
from dashboard.jobs import Key, Work, drop_job, find_job, start_job
from dashboard.sides import Side

EPOCHS_KEY = "identity_epochs"
EPOCHS, FEWEST_EPOCHS, MOST_EPOCHS = 3.0, 0.5, 200.0
TIMING_SECONDS = 1.0  # between two looks whether the worker has timed the device


def train_form(shown: Sequence[Side], depth: int) -> None:
    """For those of the nets that can have so many layers; a sentence where none can race."""
    nets = [side for side in one_a_family(shown) if _can_be_deeper(side, depth)]
    datasets = sorted({side.spec.dataset for side in nets})
    if len(datasets) > 1:
        st.info(
            f"These nets learned from {' and '.join(datasets)}, and a race is of one data set: pick"
            " two nets of the same one.",
            icon=":material/info:",
        )
    elif nets:
        _form(nets, depth)


def one_a_family(shown: Sequence[Side]) -> list[Side]:
    """Of two nets of one family the first: their curves would share a name."""
    first: dict[str, Side] = {}
    for side in shown:
        first.setdefault(side.spec.family, side)
    return list(first.values())


def _can_be_deeper(side: Side, depth: int) -> bool:
    try:
        check_deepening(side.spec, depth)
    except ValueError:  # the section above says why
        return False
    return True


def _form(nets: Sequence[Side], depth: int) -> None:
    epochs = st.number_input(
        "Epochs",
        FEWEST_EPOCHS,
        MOST_EPOCHS,
        EPOCHS,
        step=0.5,
        format="%g",
        key=EPOCHS_KEY,
        width=140,
        help="Passes over the training images. All else is as the nets were trained before.",
    )
    runs = [run for side in nets for run in new_runs(side, depth, epochs)]
    race = Experiment.of("deepened", runs)
    try:
        seconds = engine().cost(race).seconds
    except (ValueError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    with st.container():  # always there: what follows keeps its place
        if seconds is None:
            st.fragment(_wait_for_timing, run_every=TIMING_SECONDS, key="identity-timing")(race)
    key = (TASK, depth, *(side.address for side in nets))
    if find_job(key) is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            icon, clicked = ":material/play_arrow:", (key, nets, depth)
            st.button("Train", key="identity-start", icon=icon, on_click=_train, args=clicked)
            st.caption(_takes(race, seconds))
    else:
        _under_way(key, start_race(nets, depth, epochs, user_store(), engine()))


def _train(key: Key, nets: Sequence[Side], depth: int) -> None:
    """With the epochs as they are now: the click may have ended the field's editing."""
    epochs = float(st.session_state[EPOCHS_KEY])
    start_job(key, start_race(nets, depth, epochs, user_store(), engine()))


def _under_way(key: Key, work: Work) -> None:
    """While the nets are built; then the race is in the store, where everybody finds it."""
    doing = "Building the deepened nets ..."
    started = worked("identity-train", key, work, label="Train", doing=doing, takes="")
    if started is not None:
        drop_job(key)
        st.rerun()


def _wait_for_timing(race: Experiment) -> None:
    """The page runs again when it is known how long the race takes."""
    if engine().cost(race).seconds is not None:
        st.rerun()


def _takes(race: Experiment, seconds: float | None) -> str:
    rates = " and ".join(f"{rate:g}" for rate in race.learning_rates)
    time = "timing this computer ..." if seconds is None else f"about {words.duration(seconds)}"
    return f"{words.plural(len(race.chosen), 'net')}, learning rate {rates} as before, {time}"
