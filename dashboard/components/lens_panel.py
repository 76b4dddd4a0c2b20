"""A lens on the page: its question, badge and figure, with the numbers behind it."""

import streamlit as st

from core.presets import follows_paper
from dashboard.components.badges import badge
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.data import Snapshot
from dashboard.lenses import LENSES
from dashboard.live_plot import live_plot

HEIGHT = 350


def lens_panel(name: str, snapshot: Snapshot) -> None:
    """The lens's figure for this snapshot; a click on it highlights a run in every figure."""
    lens = LENSES[name]
    mode = "dark" if st.context.theme.type == "dark" else "light"
    table = lens.measure(snapshot)
    figure = lens.draw(table, snapshot, mode, highlighted_run())
    # Zoom and legend choices live as long as the race is shown; an empty frame has none to keep.
    figure.layout["uirevision"] = snapshot.experiment_id if len(table) else "empty"
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{lens.title}**", help=lens.hint, width="stretch")
            badge("live" if snapshot.active else "recorded")
            if name == "error-by-depth" and follows_paper(snapshot.experiment):
                badge("quoted", "Hollow marks: He et al. 2015, Table 6.")
            data = st.popover("Data", on_change="rerun", key=f"data-{name}", type="tertiary")
        st.caption(lens.question)
        live_plot(
            figure, key=f"plot-{name}", height=HEIGHT, alt=lens.alt(table), on_click=highlight
        )
    if data.open:
        with data:
            st.dataframe(table, hide_index=True, height=300, key=f"table-{name}")
            st.download_button(
                "Download CSV",
                table.to_csv(index=False),
                file_name=f"{name}-{snapshot.experiment_id}.csv",
                mime="text/csv",
                key=f"csv-{name}",
                on_click="ignore",
                icon=":material/download:",
            )
