"""The race itself: figures, verdict and runs, brought up to date while anything moves."""

import json
import shutil
from datetime import UTC, datetime

import streamlit as st
from sqlalchemy.exc import DBAPIError
from streamlit.delta_generator import DeltaGenerator

from core.presets import as_text, command, with_settings
from core.spec import Experiment
from core.store.database import reason
from core.store.reads import read_runs
from core.widths import is_width_sweep, width_command
from dashboard import words
from dashboard.components.badges import badge
from dashboard.components.difference_table import difference_table
from dashboard.components.everywhere import rerun_if_told, tell_all
from dashboard.components.fork_coach import coach
from dashboard.components.fork_dialog import fork_dialog
from dashboard.components.fork_words import fork_readings
from dashboard.components.lens_panel import lens_panel
from dashboard.components.run_strip import race_controls, run_strip
from dashboard.data import Snapshot, engine, newest_experiment, snapshot, user_store
from dashboard.lenses import lenses_for
from dashboard.provenance import provenance_of

TEXT_SECONDS = 3.6  # words and progress bars can wait for every fourth update of the figures
USUAL_DEPTHS = (8, 14, 20, 26, 32, 44, 56, 110)
ESTIMATE_SECONDS = 30.0  # an estimate is as old at most
LITTLE_DISK = 200e6  # bytes


def race_panel() -> None:
    """The experiment of the link, else the newest one under way, else the recorded one."""
    experiment_id = st.query_params.get("experiment") or newest_experiment()
    shown = snapshot(experiment_id)
    if shown is None:
        st.warning(f"There is no race {experiment_id} here; it was deleted or is in another store.")
        st.button("Show the recorded race", key="recorded", on_click=st.query_params.clear)
        return
    above = st.container()
    for column, lens in zip(st.columns([1.25, 1]), lenses_for(shown), strict=True):
        with column:
            lens_panel(lens, shown)
    every = None if shown.recorded else TEXT_SECONDS
    st.fragment(_words, run_every=every, key="words")(experiment_id, _still(shown), above)
    fork_dialog()


def _still(shown: Snapshot) -> int | None:
    """The state of a race in which nothing moves: figures of a live one look for newer ones."""
    return None if shown.active else shown.state


def _words(experiment_id: str, still: int | None, above: DeltaGenerator) -> None:
    """All but the figures: one fragment, for each costs the browser a look at the whole page."""
    rerun_if_told()
    shown = snapshot(experiment_id)
    if shown is None or _still(shown) != still:
        st.rerun()
    with above:
        _facts(shown)
        with st.container():  # always there: what follows keeps its place, and its zoom
            _notices(shown)
    _verdict(shown)
    difference_table(shown)
    _runs(shown)


def _facts(shown: Snapshot) -> None:
    first = shown.runs[0]
    parts = [f"Shown: **{first.experiment}**", words.plural(len(shown.runs), "run")]
    if len(shown.experiment.seeds) > 1:
        parts[-1] += f" with seeds {as_text(shown.experiment.seeds)}"
    parts += [str(first.device_name)] if first.device_name else []
    parts.append(f"{datetime.fromtimestamp(first.created_at, UTC):%d %b %Y}")
    with st.container(horizontal=True, vertical_alignment="center"):
        badge("live" if shown.active else "recorded", provenance_of(shown))
        st.caption(" · ".join(parts), width="stretch")
        _gaps_button(shown)
        details = st.popover(
            "Details", icon=":material/terminal:", type="tertiary", key="details", on_change="rerun"
        )
    if details.open:
        with details:
            _details(shown)


def _details(shown: Snapshot) -> None:
    if line := _command(shown.experiment):
        st.caption("The same race from a terminal, in the lab's folder:")
        st.code(line, language="bash", wrap_lines=True)
    versions = json.loads(shown.runs[0].versions or "{}")
    if versions:
        made = ", ".join(f"{name} {version}" for name, version in versions.items())
        st.caption(f"Made with {made}.")
    st.caption("Everything that decides the result:")
    st.json(shown.experiment.model_dump(mode="json"), expanded=False)


def _command(experiment: Experiment) -> str:
    """The line that makes it again; none for a race that was forked: that is no grid any more."""
    if is_width_sweep(experiment):
        return width_command(experiment)
    return "" if experiment.chosen else command(experiment)


def _notices(shown: Snapshot) -> None:
    if notice := st.session_state.pop("notice", None):
        st.error(notice)
    free = shutil.disk_usage(user_store().folder).free
    if free < LITTLE_DISK:
        st.error(
            f"The disk has only {free / 1e6:.0f} MB left. Training waits when it is full and goes"
            " on by itself when there is space; nothing is lost."
        )
    if shown.counts["interrupted"]:
        st.warning(
            f"{words.plural(shown.counts['interrupted'], 'run')} interrupted: the training process"
            " ended. Nothing is lost; Resume goes on from the last checkpoint to the same result."
        )
    for run in shown.runs:
        if run.status == "failed":
            st.error(f"{run.label} failed: {run.message}")
    waiting = shown.active and not shown.counts["running"]
    if waiting and all(worker.state != "ready" for worker in shown.workers):
        st.info("The training process is waking up; PyTorch takes a few seconds.")
    elif waiting and (read_runs(user_store())["status"] == "running").any():
        st.info("This race waits for another one to end; pause that one to go first.")
    coach(shown)


def _gaps_button(shown: Snapshot) -> None:
    have = shown.experiment.depths
    between = [depth for depth in USUAL_DEPTHS if min(have) < depth < max(have)]
    missing = tuple(depth for depth in between if depth not in have)
    if shown.recorded or shown.experiment.chosen or not missing:
        return
    wider, seconds = _with_depths(shown.experiment_id, missing, shown.experiment)
    time = "" if seconds is None else f", about {words.duration(seconds)}"
    st.button(
        f"Fill the gaps{time}",
        key="gaps",
        icon=":material/add:",
        type="tertiary",
        help=f"Trains the depths in between in this race: {as_text(missing)}.",
        on_click=_fill_gaps,
        args=(shown.experiment_id, wider),
    )


@st.cache_resource(ttl=ESTIMATE_SECONDS, max_entries=64, show_spinner=False)
def _with_depths(
    experiment_id: str, missing: tuple[int, ...], _experiment: Experiment
) -> tuple[Experiment, float | None]:
    """The experiment with these depths as well, and the seconds that they would take."""
    wider = with_settings(_experiment, {"depths": (*_experiment.depths, *missing)})
    added = [spec for spec in wider.specs() if spec.depth in missing]
    return wider, engine().cost(wider, added).seconds


def _fill_gaps(experiment_id: str, wider: Experiment) -> None:
    try:
        engine().widen(experiment_id, wider)
    except (ValueError, DBAPIError, OSError) as error:
        st.session_state["notice"] = reason(error)
    snapshot.clear()
    tell_all()


def _verdict(shown: Snapshot) -> None:
    verdict, forks = shown.verdict, fork_readings(shown)
    lead = "So far: " if verdict.so_far and verdict.enough else ""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown("**Verdict**", width="stretch")
            badge("computed", provenance_of(shown))
        if len(shown.origins) < len(shown.runs):
            st.subheader(f"{lead}{verdict.headline}", anchor=False)
            st.markdown(" ".join(verdict.sentences))
        if forks:
            st.markdown("\n".join(f"- {sentence}" for sentence in forks))


def _runs(shown: Snapshot) -> None:
    """In sight while something is to be done about them, else folded away."""
    race_controls(shown)
    if set(shown.counts) == {"finished"} and not shown.forks:
        with st.expander(f"The {words.plural(len(shown.runs), 'run')}", key="finished_runs"):
            run_strip(shown)
    else:
        run_strip(shown)
