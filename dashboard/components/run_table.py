"""The table of all runs, of the user's store and of the gallery, with its filters."""

from zlib import crc32

import pandas as pd
import streamlit as st

from core.store.database import Store
from core.store.reads import read_experiments, read_runs
from dashboard import words
from dashboard.components.badges import badge
from dashboard.data import gallery, user_store

COLUMNS = {
    "race": st.column_config.TextColumn("Race", help="What was started together."),
    "started": st.column_config.DatetimeColumn("Started", format="D MMM YYYY, HH:mm"),
    "label": st.column_config.TextColumn("Net", help="Family and depth."),
    "state": st.column_config.TextColumn("State"),
    "done": st.column_config.ProgressColumn(
        "Done", format="%.0f %%", max_value=100, help="Share of its steps.", width=110
    ),
    "train_error": st.column_config.NumberColumn(
        "Training error",
        format="%.1f %%",
        help="Mean over the batches of the last epoch, in training mode, as the paper plots it.",
    ),
    "test_error": st.column_config.NumberColumn(
        "Test error", format="%.1f %%", help="On all test images."
    ),
    "note": st.column_config.TextColumn("Note"),
    "seconds": st.column_config.NumberColumn(
        "Seconds", format="%.0f", help="The run's own time, evaluation included."
    ),
    "parameters": st.column_config.NumberColumn(
        "Parameters", format="localized", help="Numbers that are learned."
    ),
    "seed": st.column_config.NumberColumn(
        "Seed", format="%d", help="Of its weights and of the order of the images."
    ),
    "dataset": st.column_config.TextColumn("Data set"),
    "device_name": st.column_config.TextColumn("Device"),
    "kept": st.column_config.TextColumn("Kept in", help="The gallery ships with the lab."),
}
HEIGHT = 400  # pixels at most: what can be done with ticked rows stays in sight below


def run_table() -> pd.DataFrame:
    """Filters and table; the rows that are selected, none if none are."""
    runs = _all_runs()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Filter",
            key="runs_filter",
            placeholder="classroom, plain-56, a note ...",
            help="Shows the runs that contain every word.",
            bind="query-params",
            width=360,
        )
        states = st.pills(
            "State",
            list(dict.fromkeys(words.STATUS.values())),
            selection_mode="multi",
            key="runs_state",
            bind="query-params",
        )
    found = runs[_contains(runs, text or "")]
    if states:
        found = found[found["state"].isin(states)]
    if found.empty:
        st.info("No run fits these filters.")
        return found
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind in _kinds(found):
            badge(kind, "Each row names its seed, the images of its data set, and its device.")
        st.caption(
            f"{words.plural(len(found), 'run')}. Tick rows on the left to open, rename, repeat,"
            " download or delete them.",
            width="stretch",
        )
    ticked = st.dataframe(
        found,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        hide_index=True,
        height=min(38 + 35 * len(found), HEIGHT),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"runs-{crc32(''.join(found['run_id']).encode())}",  # other rows: no row is ticked
        alt=f"A table of {len(found)} runs with their errors.",
    )
    return found.iloc[ticked["selection"]["rows"]]


def _kinds(runs: pd.DataFrame) -> list[str]:
    """Badges of the table: some runs may be under way."""
    live = runs["status"].isin(["queued", "running"])
    return [kind for kind, some in (("live", live.any()), ("recorded", not live.all())) if some]


def _all_runs() -> pd.DataFrame:
    tables = [_runs_of(user_store(), "your store"), _runs_of(gallery(), "gallery")]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _runs_of(store: Store, kept: str) -> pd.DataFrame:
    runs = read_runs(store)
    notes = read_experiments(store).set_index("experiment_id")["note"]
    return runs.assign(
        race=runs["experiment"],
        state=runs["status"].map(words.STATUS),
        started=runs["created_at"].dt.tz_convert(st.context.timezone or "UTC"),
        done=(100 * runs["step"] / runs["steps"]).fillna(100.0),  # an imported net has no steps
        note=runs["experiment_id"].map(notes),
        kept=kept,
    )


def _contains(runs: pd.DataFrame, text: str) -> pd.Series:
    where = runs[["race", "label", "dataset", "note", "kept", "run_id"]].fillna("")
    everything = where.agg(" ".join, axis=1).str.lower()
    found = pd.Series(True, index=runs.index)
    for word in text.lower().split():
        found &= everything.str.contains(word, regex=False)
    return found
