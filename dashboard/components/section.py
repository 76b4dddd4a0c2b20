"""A section of a page: question, badge, data, source; the figure comes between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from core.inspection import ask
from dashboard.components.badges import badge
from dashboard.live_plot import live_plot, message
from dashboard.theme import Figure, Mode

TABLE_PIXELS, TABLE_WIDTH = 300, 640
LINE_BREAK = "  \n"  # of Markdown


@contextmanager
def section(
    name: str,
    question: str,
    sentence: str,
    *,
    badges: dict[str, str],
    source: str,
    provenance: str,
) -> Iterator[PopoverContainer]:
    """A frame with its heading and, at its foot, its source; gives the popover for the data.

    Args:
        name: in the keys of its widgets.
        badges: kind of badge to what it says beyond its usual meaning.
        provenance: seeds, images and device, as `dashboard.provenance` puts them.
    """
    with st.container(border=True, gap="small", key=f"section-{name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(question, anchor=name, width="stretch")
            for kind, meaning in badges.items():
                badge(kind, meaning)
            data = st.popover("Data", on_change="rerun", key=f"data-{name}", type="tertiary")
        st.markdown(sentence)
        yield data
        st.caption(f"Source: {source}{LINE_BREAK}{provenance}")


def figure(
    name: str, drawn: Figure, height: int, on_click: Callable[[str], None] | None = None
) -> None:
    """The figure in its section; `on_click` gets what a clicked mark carries."""
    packed = message(drawn, height=height)
    live_plot(packed, key=f"plot-{name}", height=height, on_click=on_click)


def data_table(data: PopoverContainer, name: str, table: pd.DataFrame) -> None:
    """The numbers behind a figure with their download, once somebody opens the popover."""
    if not data.open:
        return
    with data:
        height = min(TABLE_PIXELS, 38 + 35 * len(table))
        st.dataframe(table, hide_index=True, height=height, width=TABLE_WIDTH, key=f"table-{name}")
        st.download_button(
            "Download CSV",
            table.to_csv(index=False),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv-{name}",
            on_click="ignore",
            icon=":material/download:",
        )


def page_mode() -> Mode:
    """Light or dark, as the reader has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


@st.cache_data(max_entries=64, show_spinner=False)
def described(name: str, **settings: int | str) -> pd.DataFrame:
    """Every layer of a net as the inspection process builds it, kept for everybody.

    Returns:
        Columns name, kind, output ('64 x 56 x 56': channels, height, width), parameters,
        multiply_adds, activation_bytes, receptive_field (px).

    Raises:
        ValueError, InspectionError: there is no such net, or no answer came.
    """
    layers = pd.DataFrame(ask("describe", name, settings)["layers"])
    return layers.assign(output=[" x ".join(map(str, sides)) for sides in layers["output"]])
