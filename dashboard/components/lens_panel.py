"""A lens on the page: its question, badge and figure, with the numbers behind it."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.presets import follows_paper
from dashboard.components.badges import badge
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.data import Snapshot
from dashboard.lenses import LENSES
from dashboard.live_plot import live_plot, message
from dashboard.theme import Mode

HEIGHT = 350


class Drawn(NamedTuple):
    """A lens's figure, ready to be sent, and the table behind it."""

    figure: bytes
    table: pd.DataFrame


def lens_panel(name: str, shown: Snapshot) -> None:
    """The lens's figure for this snapshot; a click on it highlights a run in every figure."""
    lens = LENSES[name]
    mode = "dark" if st.context.theme.type == "dark" else "light"
    drawn = _draw(name, shown.experiment_id, shown.state, mode, highlighted_run(), shown)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{lens.title}**", help=lens.hint, width="stretch")
            badge("live" if shown.active else "recorded")
            if name == "error-by-depth" and follows_paper(shown.experiment):
                badge("quoted", "Hollow marks: He et al. 2015, Table 6.")
            data = st.popover("Data", on_change="rerun", key=f"data-{name}", type="tertiary")
        st.caption(lens.question)
        live_plot(drawn.figure, key=f"plot-{name}", height=HEIGHT, on_click=highlight)
    if data.open:
        with data:
            st.dataframe(drawn.table, hide_index=True, height=300, width=560, key=f"table-{name}")
            st.download_button(
                "Download CSV",
                drawn.table.to_csv(index=False),
                file_name=f"{name}-{shown.experiment_id}.csv",
                mime="text/csv",
                key=f"csv-{name}",
                on_click="ignore",
                icon=":material/download:",
            )


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
    return Drawn(message(figure, height=HEIGHT), table)
