"""What the probes saw: heatmaps of both runs on one scale, and the profile at the slider's step."""

from collections.abc import Sequence

import streamlit as st

from core.measures import MEASURES
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.probe_figures import (
    HEATMAPS,
    HEIGHT,
    PROFILE,
    PROFILE_HEIGHT,
    drawn,
    names,
    reading_of,
    recordings,
    table_of,
)
from dashboard.components.section import data_table, page_mode, section
from dashboard.components.time_slider import moves
from dashboard.data import as_it_is, measures_of
from dashboard.live_plot import live_plot
from dashboard.probe_lenses import PROBE_LENSES
from dashboard.provenance import PROBED, provenance
from dashboard.sides import Side

TEXT_SECONDS = 3.0  # the figures look for newer versions themselves
SENTENCE = (
    "Probes look into every block of a net while it trains and write down one number each. A row is"
    " a block, a column a step; the white line is the time slider. Click a heatmap to move it."
)
SOURCE = "the probes of these runs; they leave training as it is, bit for bit"
NO_PROBES = (
    "Nothing was measured inside these nets while they trained: they were recorded by an older"
    " version of the lab, or have not begun. Race them again to see it."
)


def probe_panel(sides: Sequence[Side | None]) -> None:
    """One picker over what was measured of either run; live while one of them trains."""
    st.fragment(_panel, key="probes")([side for side in sides if side])


def _panel(sides: list[Side]) -> None:
    rerun_if_told()
    live = any(side.active for side in sides)
    kind = {"live": ""} if live else {"recorded": ""}
    with section(
        "probes",
        "What does each block see?",
        SENTENCE,
        badges=kind,
        source=SOURCE,
        provenance=provenance(sides, PROBED, live=False),
    ) as data:
        measured = _measured(sides)
        measure = _picker(measured) if measured else ""
        if measure:
            st.fragment(_figures, key="probe-figures")(sides, measure)
        every = TEXT_SECONDS if live else None
        st.fragment(_reading, run_every=every, key="probe-reading")(sides, measured, measure)
        if measure:
            data_table(data, f"probe-{measure}", table_of(recordings(sides, measure), measure))


def _picker(measured: list[str]) -> str:
    told = st.query_params.get("measure", "")
    st.session_state["inside_measure"] = told if told in measured else measured[0]
    measure = st.selectbox(
        "Measure",
        measured,
        key="inside_measure",
        format_func=lambda name: MEASURES[name].title,
        on_change=_keep_measure,
        width=260,
    )
    lens = PROBE_LENSES[measure]
    st.markdown(f"**{lens.question}**", help=f"{MEASURES[measure].meaning} {lens.hint}")
    return measure


def _keep_measure() -> None:
    st.query_params["measure"] = st.session_state["inside_measure"]


def _figures(sides: list[Side], measure: str) -> None:
    """They fetch their newer versions themselves."""
    rerun_if_told()
    columns = zip(st.columns(len(sides)), HEATMAPS, sides, names(sides), strict=False)
    for index, (column, figure, side, name) in enumerate(columns):
        with column:
            st.markdown(f"**{name}**{_marked(side)}")
            packed = _drawn(sides, measure, figure)
            key = f"plot-heatmap-{figure}"
            live_plot(packed, key=key, height=HEIGHT, on_click=moves(sides, index))
    profile = _drawn(sides, measure, PROFILE)
    live_plot(profile, key="plot-profile", height=PROFILE_HEIGHT, on_click=highlight)


def _reading(sides: list[Side], measured: list[str], measure: str) -> None:
    """What changes while a net trains; anything else that changed needs the whole page."""
    fresh = [found for side in sides if (found := as_it_is(side))]
    if len(fresh) < len(sides) or _measured(fresh) != measured or any(map(_differs, fresh, sides)):
        st.rerun()
    if not measure:
        st.info(NO_PROBES, icon=":material/info:")
        return
    st.markdown(reading_of(fresh, measure))
    for sentence in _faults(fresh):
        st.warning(sentence)


def _drawn(sides: Sequence[Side], measure: str, figure: str) -> bytes:
    return drawn(sides, measure, figure, page_mode(), highlighted_run())


def _differs(fresh: Side, side: Side) -> bool:
    changed = fresh.run.status != side.run.status and side.active
    return changed or fresh.net_steps != side.net_steps


def _measured(sides: Sequence[Side]) -> list[str]:
    found = {name for side in sides for name in measures_of(side)}
    return [name for name in PROBE_LENSES if name in found]


def _marked(side: Side) -> str:
    return " :material/visibility:" if side.run.run_id == highlighted_run() else ""


def _faults(sides: Sequence[Side]) -> list[str]:
    return [
        f"The probe *{MEASURES[measure].title}* gave up in {name}: {fault}"
        for side, name in zip(sides, names(sides), strict=True)
        for measure, fault in measures_of(side).items()
        if fault
    ]
