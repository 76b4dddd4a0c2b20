"""The divergence coach: which layer's numbers left first, and a cure to try at one click."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import streamlit as st

from core.data.catalogue import describe_dataset
from core.divergence import WATCHED, Departure, first_departure, guess_error, still_guesses
from core.forks import CHANGES, fork_spec
from core.measures import MEASURES
from core.spec import RunSpec
from core.store.profiles import Profiles, read_profiles
from core.store.recorded import find_store
from dashboard.components.fork_start import start_and_show
from dashboard.data import Snapshot, user_store
from dashboard.figures.places import is_block, place_names
from dashboard.theme import percent

MOST = 3  # runs that are told of in full, each with its button
REASONS = {
    "warm-up": "He et al. (2015, section 4.2) cure a net that does not begin to learn with a"
    " learning rate of 0.01 until its training error is below 80 %.",
    "rate": "A tenth of the learning rate makes its steps a tenth as long.",
}
WENT_ON = ("running", "paused", "stopped", "interrupted", "finished")


def coach(shown: Snapshot) -> None:
    """What is known of the runs that diverged or still guess, and buttons that fork them."""
    try:
        classes = describe_dataset(shown.experiment.dataset).classes
    except (ValueError, OSError):  # its images are gone, and without them nothing can be forked
        return
    troubled = [(run, why) for run in shown.runs if (why := trouble(run, classes))]
    if not troubled:
        return
    lines = [f"- **{run.label}** {why} {_left_first(run)}" for run, why in troubled[:MOST]]
    if len(troubled) > MOST:
        others = ", ".join(run.label for run, _ in troubled[MOST:])
        lines.append(f"- {len(troubled) - MOST} more: {others}")
    cures = {run.run_id: _cure(run) for run, _ in troubled[:MOST]}
    lines += ["", *dict.fromkeys(REASONS[cure] for cure in cures.values())]
    st.warning("\n".join(lines), icon=":material/healing:")
    with st.container(horizontal=True, vertical_alignment="center"):
        for run, _ in troubled[:MOST]:
            _cure_button(run, cures[run.run_id], shown)


def trouble(run: Any, classes: int) -> str:
    """What is wrong with a run, in a sentence; empty if nothing is."""
    if run.status == "diverged":
        return f"diverged: {run.message}."
    if run.status not in WENT_ON or run.train_error is None or run.steps <= run.begins:
        return ""
    done = (run.step - run.begins) / (run.steps - run.begins)
    if not still_guesses(run.train_error, classes, done):
        return ""
    return (
        f"still guesses: its training error is {percent(run.train_error)} at step {run.step:,} of"
        f" {run.steps:,}, and guessing among {classes} classes gives"
        f" {percent(guess_error(classes))}."
    )


def _cure(run: Any) -> str:
    """The change to try: a warm-up can only begin before the first step, and once."""
    spec = RunSpec.model_validate_json(run.spec)
    return "warm-up" if run.begins == 0 and spec.warmup_rate is None else "rate"


def _cure_button(run: Any, cure: str, shown: Snapshot) -> None:
    """Disabled once the fork is in the race."""
    change, spec = CHANGES[cure], RunSpec.model_validate_json(run.spec)
    tried = {(origin.run, origin.change) for origin in shown.forks.values()}
    st.button(
        f"Fork {run.label} with {change.words}",
        key=f"cure-{run.run_id}",
        icon=":material/fork_right:",
        help=change.help,
        disabled=(run.run_id, change.words) in tried,
        on_click=start_and_show,
        args=(run.run_id, [fork_spec(spec, run.run_id, run.begins, cure)]),
    )


def _left_first(run: Any) -> str:
    return _read_departure(run.run_id, run.step, run.status)


@st.cache_resource(max_entries=64, show_spinner=False)
def _read_departure(run_id: str, step: int, status: str) -> str:
    """Once a state of the run, for all who watch."""
    store = find_store(user_store(), run_id)
    if store is None:
        return ""
    found = {name: read_profiles(store, run_id, name) for name in WATCHED}
    return told({name: one for name, one in found.items() if one is not None})


def told(measured: Mapping[str, Profiles]) -> str:
    """Which layer's numbers left first, in a sentence true of whatever was recorded."""
    if all(len(one.steps) < 2 for one in measured.values()):
        return "Its layers were not measured often enough to tell whose numbers left first."
    first = first_departure(measured)
    if first is None:
        return "At no step that was measured had a layer's numbers left their range tenfold."
    place = place_names((first.place,))[0]
    place = place if is_block(first.place) else f"the {place}"
    return (
        f"The numbers of {place} left first: at step {first.step:,} its"
        f" {MEASURES[first.measure].title.lower()} was {_value(first)}, and {_range(first)} until"
        " then."
    )


def _value(first: Departure) -> str:
    return f"{first.value:.2g}" if isfinite(first.value) else "no number any more"


def _range(first: Departure) -> str:
    low, high = f"{first.low:.2g}", f"{first.high:.2g}"
    return low if low == high else f"between {low} and {high}"
