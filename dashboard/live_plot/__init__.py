"""A Plotly figure that updates in place: zoom and legend choices survive new data and reruns.

While it is live its newer versions come by plain requests (see `Feed`). A run of the page's script
for each would cost the browser several times what drawing the figure does: all of the page is gone
through again.
"""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
import orjson
import streamlit as st
from streamlit.components.v2 import component

from dashboard.live_plot.plotly_js import copy_plotly, plotly_file
from dashboard.theme import Figure

HERE = Path(__file__).parent
SCRIPTS = ("live_plot.js", "grown.js", "turned.js")  # one module in the browser
STATIC = HERE.parent / "static"  # served by Streamlit at app/static/
LIVE_SECONDS = 0.9  # from one look for a newer version to the next

copy_plotly(STATIC)

_ELEMENT = component(
    "depth_lab_live_plot",
    html=(HERE / "live_plot.html").read_text(encoding="utf-8"),
    css=(HERE / "live_plot.css").read_text(encoding="utf-8"),
    js="\n".join((HERE / file).read_text(encoding="utf-8") for file in SCRIPTS),
    isolate_styles=False,  # plotly.js writes its styles into the page, not into a shadow root
)


class Feed(NamedTuple):
    """Where newer versions of a figure come from.

    Attributes:
        path: of one of `dashboard.feeds`, below the lab's address, with its query. It answers with
            a `message`, or 404 when there is nothing to look at any more.
        seconds: from one look to the next.
    """

    path: str
    seconds: float


def live_feed(path: str, **asked: str | None) -> Feed:
    """A feed with its query: what is asked, without what is None."""
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return Feed(f"{path}?{query}", LIVE_SECONDS)


def live_plot(
    figure: bytes, *, key: str, height: int, on_click: Callable[[str], None] | None = None
) -> None:
    """The figure, `height` pixels high and as wide as its container, in the page's colours.

    Args:
        figure: as `message` packs it; many sessions may be sent the same one.
        key: its name on the page; a figure of the same key is drawn into the same element.
        on_click: called with what a clicked point stands for before the page reruns: its
            `customdata`, or else of its trace `meta.run_id`, or the coordinate that `meta.clicked`
            names ("x").
    """

    def clicked() -> None:
        said = st.session_state[key].clicked
        if on_click is not None and said is not None:
            on_click(said)

    _ELEMENT(
        key=key,
        data=figure,
        height=height,
        on_clicked_change=clicked,
    )


def message(figure: Figure, *, height: int, feed: Feed | None = None) -> bytes:
    """What travels to the browser: a line of JSON about the figure, then the figure's own JSON.

    Arrays of numbers go as base64, in the form that plotly.js reads; elsewhere what is no number is
    null, a gap. What `theme.dress` left in `layout.meta` goes into the first line, and where to
    look for a newer version.
    """
    layout = dict(figure["layout"])
    head = {"plotly": plotly_file(), "height": height, "meta": layout.pop("meta", {})}
    head |= {"feed": feed and feed._asdict()}
    body = {"data": figure["data"], "layout": layout}
    return b"\n".join(orjson.dumps(part, default=_packed) for part in (head, body))


def _packed(values: Any) -> Any:
    """An array, or one number of one, as JSON for plotly.js, which knows no integers of 64 bits."""
    array = np.asarray(values)
    if not array.ndim or array.dtype.kind not in "iuf":
        return array.tolist()
    kind = "f4" if array.dtype == "float32" else "f8" if array.dtype.kind == "f" else "i4"
    data = np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()
    return {"dtype": kind, "bdata": b64encode(data).decode()}
