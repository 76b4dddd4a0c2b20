"""The dialog that forks a run: where, what is changed, what that takes, *Start* and *Reset*."""

from typing import Any

import streamlit as st

from core.data.catalogue import describe_dataset
from core.forks import CHANGES, fork_spec
from core.spec import RunSpec
from core.store.reads import fork_steps
from dashboard import words
from dashboard.components.everywhere import tell_all
from dashboard.components.fork_start import find_original, seconds_of, start_forks

FORKING = "forking"  # in the session: the run whose dialog is open
MOST_EPOCHS = 1000.0
EXPLAINED = (
    "A fork is a new run that starts as an exact copy of this one at the step you choose. Then what"
    " you change acts, and its curve grows beside the original's."
)
ONLY_WEIGHTS = (
    "Of a recorded run only rounded weights are kept: a fork of it begins without momentum (what"
    " SGD remembers of its last steps), close to the original but not equal."
)


def fork_button(run: Any, label: str = "") -> None:
    """Opens the dialog of a run; `label` stands on the button, else only its icon."""
    st.button(
        label,
        key=f"fork-{run.run_id}",
        icon=":material/fork_right:",
        type="secondary" if label else "tertiary",
        help=f"Fork {run.label}: go on from one of its steps with something changed",
        on_click=_open,
        args=(run.run_id,),
    )


def fork_dialog() -> None:
    """Over the page while a run is to be forked; a page that has fork buttons calls it last."""
    if run_id := st.session_state.get(FORKING):
        _dialog(run_id)


def _open(run_id: str) -> None:
    st.session_state[FORKING] = run_id
    tell_all()


def _close() -> None:
    st.session_state.pop(FORKING, None)


@st.dialog("Fork a run", icon=":material/fork_right:", on_dismiss=_close)
def _dialog(run_id: str) -> None:
    original = find_original(run_id)
    if original is None:
        st.warning("This run was deleted meanwhile.")
        return
    store, run, spec = original
    steps = fork_steps(store, run_id)
    st.markdown(f"**{run.label}** of the race *{run.experiment}*. {EXPLAINED}")
    if not steps:
        st.warning(f"{run.label} was not trained here and kept no checkpoint to go on from.")
        return
    try:
        describe_dataset(spec.dataset)
    except (ValueError, OSError) as error:
        st.warning(str(error))
        return
    step, more_epochs = _where(run, steps)
    if store.read_only and step:
        st.caption(ONLY_WEIGHTS)
    forks = _changes(spec, run_id, step, more_epochs)
    ready = [fork for fork in forks if fork is not None]
    takes = _takes(ready)
    st.caption(takes or "Nothing is ticked yet.")
    with st.container(horizontal=True):
        if st.button(
            "Start",
            key="fork_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not ready or len(ready) < len(forks),
        ):
            _start(run_id, ready)
        if run.begins in steps and st.button(
            "Reset to the same start",
            key="fork_reset",
            icon=":material/restart_alt:",
            help=f"The same run again from step {run.begins}: same initial weights, same data"
            " order. On the same device both curves coincide.",
        ):
            _start(run_id, [fork_spec(spec, run_id, run.begins, "same")])


def _where(run: Any, steps: list[int]) -> tuple[int, float]:
    """The step to fork from, and epochs to train beyond the run's end."""
    unended = [step for step in steps if step < run.steps]
    step = steps[0]
    if len(steps) > 1:
        step = st.select_slider(
            "Fork at step",
            steps,
            value=unended[-1] if unended else steps[0],
            key=f"fork_step-{run.run_id}",
            format_func=lambda step: f"{step:,} (epoch {step * run.epochs / run.steps:.1f})",
            help="Steps whose weights were kept.",
        )
    else:
        st.markdown(f"No weights of other steps were kept: it can be forked at step {step} only.")
    more_epochs = st.number_input(
        "Further epochs",
        0.0,
        MOST_EPOCHS,
        value=0.0,
        step=1.0,
        key=f"fork_epochs-{run.run_id}",
        format="%g",
        width=160,
        help=f"Passes over the training images beyond the {run.epochs:g} of {run.label}.",
    )
    return step, more_epochs


def _changes(spec: RunSpec, run_id: str, step: int, more_epochs: float) -> list[RunSpec | None]:
    """A spec for each change that is ticked; None where it is refused, with the reason below it."""
    st.markdown("What to change: each tick is a run of its own")
    found, columns = [], st.columns(2)
    for place, (name, change) in enumerate(CHANGES.items()):
        with columns[place % 2]:
            if st.checkbox(change.title, key=f"fork_{name}-{run_id}", help=change.help):
                try:
                    found.append(fork_spec(spec, run_id, step, name, more_epochs))
                except ValueError as error:
                    found.append(None)
                    st.error(str(error))
    return found


def _takes(specs: list[RunSpec]) -> str:
    """How many runs, and how long they take; empty without any."""
    if not specs:
        return ""
    seconds = seconds_of(specs)
    time = "this device is not timed yet" if seconds is None else f"about {words.duration(seconds)}"
    return f"{words.plural(len(specs), 'new run')}, {time}"


def _start(run_id: str, specs: list[RunSpec]) -> None:
    """Close the dialog and show the race of the forks, or why there are none."""
    experiment_id = start_forks(run_id, specs)
    if experiment_id is None:
        st.error(st.session_state.pop("notice"))
        return
    _close()
    st.switch_page("views/race.py", query_params={"experiment": experiment_id})
