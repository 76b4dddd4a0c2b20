"""A lens on the page: its question, badge and figure, with the numbers behind it."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.presets import follows_paper
from dashboard.components.badges import badge
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.section import page_mode
from dashboard.data import Snapshot, snapshot
from dashboard.lenses import LENSES
from dashboard.live_plot import live_feed, live_plot, message
from dashboard.provenance import provenance_of
from dashboard.theme import Mode

HEIGHT = 350
FEED = "live/lens"


class Drawn(NamedTuple):
    """A lens's figure, ready to be sent, and the table behind it."""

    figure: bytes
    table: pd.DataFrame


def lens_panel(name: str, shown: Snapshot) -> None:
    """The lens's question above its figure, which is live while the race is.

    A click on the figure highlights a run in every figure.
    """
    lens = LENSES[name]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{lens.title}**", help=lens.hint, width="stretch")
            badge("live" if shown.active else "recorded", provenance_of(shown))
            if name == "error-by-depth" and follows_paper(shown.experiment):
                badge("quoted", "Hollow marks: He et al. 2015, Table 6.")
            data = st.popover("Data", on_change="rerun", key=f"data-{name}", type="tertiary")
        st.caption(lens.question)
        st.fragment(_figure, key=f"figure-{name}")(name, shown.experiment_id)
    if data.open:
        with data:
            _table(name, shown)


def _figure(name: str, experiment_id: str) -> None:
    rerun_if_told()
    if shown := snapshot(experiment_id):
        live_plot(_drawn(name, shown).figure, key=f"plot-{name}", height=HEIGHT, on_click=highlight)


def _table(name: str, shown: Snapshot) -> None:
    """The numbers behind the figure as they were when they were asked for."""
    table = _drawn(name, shown).table
    st.dataframe(table, hide_index=True, height=300, width=560, key=f"table-{name}")
    st.download_button(
        "Download CSV",
        table.to_csv(index=False),
        file_name=f"{name}-{shown.experiment_id}.csv",
        mime="text/csv",
        key=f"csv-{name}",
        on_click="ignore",
        icon=":material/download:",
    )


def _drawn(name: str, shown: Snapshot) -> Drawn:
    return drawn(name, shown, page_mode(), highlighted_run())


def drawn(name: str, shown: Snapshot, mode: Mode, lit: str | None) -> Drawn:
    """A lens's figure of an experiment.

    Args:
        lit: the highlighted run.
    """
    return _draw(name, shown.experiment_id, shown.state, mode, lit, shown)


@st.cache_resource(max_entries=32, show_spinner=False)
def _draw(
    name: str, experiment_id: str, state: int, mode: Mode, lit: str | None, _shown: Snapshot
) -> Drawn:
    """Once a state of the race for all who watch: drawing is most of what an update costs."""
    lens = LENSES[name]
    table = lens.measure(_shown)
    figure = lens.draw(table, _shown, mode, lit)
    # Zoom and legend choices live as long as the race is shown; an empty frame has none to keep.
    figure["layout"]["uirevision"] = experiment_id if len(table) else "empty"
    feed = live_feed(f"{FEED}/{name}", experiment=experiment_id, mode=mode, run=lit)
    return Drawn(message(figure, height=HEIGHT, feed=feed if _shown.active else None), table)
