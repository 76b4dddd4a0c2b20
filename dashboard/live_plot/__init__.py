"""A Plotly figure that updates in place: zoom and legend choices survive new data and reruns."""

import json
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2 import component

from dashboard.live_plot.plotly_js import copy_plotly, plotly_file

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"  # served by Streamlit at app/static/

copy_plotly(STATIC)

_ELEMENT = component(
    "depth_lab_live_plot",
    html=(HERE / "live_plot.html").read_text(encoding="utf-8"),
    css=(HERE / "live_plot.css").read_text(encoding="utf-8"),
    js=(HERE / "live_plot.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # plotly.js writes its styles into the page, not into a shadow root
)


def live_plot(
    figure: bytes, *, key: str, height: int, on_click: Callable[[str], None] | None = None
) -> None:
    """The figure, `height` pixels high and as wide as its container, in the page's colours.

    Args:
        figure: as `message` packs it; many sessions may be sent the same one.
        key: its name on the page; a figure of the same key is drawn into the same element.
        on_click: called with the run id of a clicked point before the page reruns. A point's run
            id is its `customdata`, or else `meta.run_id` of its trace.
    """

    def clicked() -> None:
        run_id = st.session_state[key].clicked
        if on_click is not None and run_id is not None:
            on_click(run_id)

    _ELEMENT(
        key=key,
        data=figure,
        height=height,
        on_clicked_change=clicked,
    )


def message(figure: go.Figure, *, height: int, alt: str) -> bytes:
    """What travels to the browser: a line of JSON about the figure, then the figure's own JSON.

    Plotly's arrays go as base64. What `theme.dress` left in `layout.meta` goes into the first line.

    Args:
        alt: what it shows, for those who cannot see it.
    """
    head = {"plotly": plotly_file(), "height": height, "alt": alt, "meta": figure.layout["meta"]}
    body = figure.to_json(validate=False, remove_uids=False)  # legend choices follow the uid
    return f"{json.dumps(head)}\n{body}".encode()
