"""Newer versions of live figures, by plain requests: no run of a page's script, no session.

Each answers with the figure as `live_plot.message` packs it; 304 when the browser has that one
already, 404 when there is nothing to look at any more.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple, cast

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.components import lens_panel, probe_figures
from dashboard.data import snapshot
from dashboard.lenses import LENSES
from dashboard.probe_lenses import PROBE_LENSES
from dashboard.theme import Mode

Given = Mapping[str, str]  # what the path and the query say
AS_IT_IS = {"Content-Encoding": "identity"}  # compressing it takes longer than to draw it


class Newest(NamedTuple):
    """The newest version of a figure.

    Attributes:
        state: what it shows; while this is the same the browser has it already.
        draw: packs it as `live_plot.message` does.
    """

    state: Hashable
    draw: Callable[[], bytes]


def feeds() -> list[Route]:
    """Their routes, below the base path that Streamlit is told."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    start = f"/{base}/" if base else "/"
    return [
        Route(f"{start}{lens_panel.FEED}/{{lens}}", _answering(_lens)),
        Route(f"{start}{probe_figures.FEED}/{{measure}}/{{figure}}", _answering(_probes)),
    ]


def _answering(look: Callable[[Given], Newest | None]) -> Callable[[Request], Response]:
    """Not async: Starlette then draws in a thread of its own, beside the pages."""

    def answer(request: Request) -> Response:
        newest = look({**request.query_params, **request.path_params})
        if newest is None:
            return PlainTextResponse("There is nothing to look at any more.", 404)
        tag = f'"{hash(newest.state):x}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        return Response(newest.draw(), media_type="text/plain", headers={"ETag": tag} | AS_IT_IS)

    return answer


def _lens(given: Given) -> Newest | None:
    shown = snapshot(given.get("experiment", ""))
    if shown is None or given["lens"] not in LENSES:
        return None
    message = lens_panel.drawn(given["lens"], shown, _mode(given), given.get("run")).figure
    return Newest(message, lambda: message)


def _probes(given: Given) -> Newest | None:
    sides, measure = probe_figures.sides_of_feed(given.get("sides", "")), given["measure"]
    figures = probe_figures.figures_of(sides) if sides else ()
    if given["figure"] not in figures or measure not in PROBE_LENSES:
        return None
    look = (given["figure"], _mode(given), given.get("run"))
    state = (probe_figures.state_of(sides, measure), *look)
    return Newest(state, lambda: probe_figures.drawn(sides, measure, *look, given.get("held", "")))


def _mode(given: Given) -> Mode:
    return cast(Mode, "dark" if given.get("mode") == "dark" else "light")
