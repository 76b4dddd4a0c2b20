"""The runs of a race: a bar each, how fast, how long still, and pause, resume and stop."""

from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from sqlalchemy.exc import DBAPIError

from core.store.database import reason
from dashboard import words
from dashboard.components.everywhere import tell_all
from dashboard.components.fork_dialog import fork_button
from dashboard.components.fork_undo import undo_button, undoing
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.data import Snapshot, engine, snapshot
from dashboard.theme import percent

SCROLLS_FROM = 8  # runs a column


class Action(NamedTuple):
    """A button of a run or of the whole race."""

    label: str
    icon: str
    applies_to: tuple[str, ...]  # to runs in these states


ACTIONS = {
    "pause": Action("Pause", ":material/pause:", ("queued", "running")),
    "resume": Action("Resume", ":material/play_arrow:", ("paused", "stopped", "interrupted")),
    "stop": Action("Stop", ":material/stop:", ("queued", "running", "paused", "interrupted")),
}


def race_controls(shown: Snapshot) -> None:
    """One line about the whole race, and its buttons."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_race_line(shown), width="stretch")
        if shown.recorded:
            return
        for name, action in ACTIONS.items():
            runs = [run.run_id for run in shown.runs if run.status in action.applies_to]
            if runs:
                st.button(
                    f"{action.label} all",
                    key=f"{name}-all",
                    icon=action.icon,
                    on_click=_request,
                    args=(shown.experiment_id, runs, name),
                )


def run_strip(shown: Snapshot) -> None:
    """A row a run with its buttons, one column a family, as in the figure above."""
    families = list(shown.experiment.families)
    for column, family in zip(st.columns(len(families)), families, strict=True):
        runs = [run for run in shown.runs if run.family == family]
        height = 340 if len(runs) > SCROLLS_FROM else "content"
        with column, st.container(height=height, border=False, gap="xsmall"):
            for run in runs:
                _row(run, shown)


def _row(run: Any, shown: Snapshot) -> None:
    lit = highlighted_run() == run.run_id
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        done = min(run.step / run.steps, 1.0) if run.steps else 1.0  # an imported net has none
        st.progress(done, text=_run_line(run, lit, shown))
        st.button(
            "",
            key=f"lit-{run.run_id}",
            icon=":material/visibility:",
            type="primary" if lit else "tertiary",
            help=f"Highlight {run.label} in every figure",
            on_click=highlight,
            args=(run.run_id,),
        )
        if run.steps:  # an imported net has none to go on from
            fork_button(run)
        if run.run_id in shown.forks:
            undo_button(run, shown)
        if shown.recorded:
            return
        for name, action in ACTIONS.items():
            if run.status in action.applies_to:
                st.button(
                    "",
                    key=f"{name}-{run.run_id}",
                    icon=action.icon,
                    type="tertiary",
                    help=f"{action.label} {run.label}",
                    on_click=_request,
                    args=(shown.experiment_id, [run.run_id], name),
                )


def _run_line(run: Any, lit: bool, shown: Snapshot) -> str:
    parts = [f"**{run.label}**" if lit else run.label]
    if run.status != "running":
        parts.append(words.STATUS[run.status])
    if pd.notna(run.test_error):
        parts.append(f"test {percent(run.test_error)}")
    if run.status == "running" and pd.notna(run.images_per_second):
        parts.append(f"{words.amount(run.images_per_second)} img/s")
    if run.run_id in shown.seconds_left:
        parts.append(f"{words.duration(shown.seconds_left[run.run_id])} left")
    if run.message:
        parts.append(run.message)
    if job := undoing(run.run_id):
        parts.append(job.fault or "is being undone")
    return " · ".join(parts)


def _race_line(shown: Snapshot) -> str:
    counts = shown.counts.most_common()
    parts = [f"{count} {words.STATUS[status]}" for status, count in counts]
    if shown.seconds_left:
        parts.append(f"**{words.duration(max(shown.seconds_left.values()))} left**")
    workers = [worker for worker in shown.workers if worker.memory_used is not None]
    if shown.active and workers:
        used, total = workers[0].memory_used / 2**30, workers[0].memory_total / 2**30
        parts.append(f"{used:.1f} of {total:.0f} GiB memory")
    return " · ".join(parts)


def _request(experiment_id: str, run_ids: list[str], action: str) -> None:
    try:
        engine().request(experiment_id, run_ids, action)
    except (DBAPIError, OSError) as error:
        st.session_state["notice"] = reason(error)
    snapshot.clear()
    tell_all()
