"""What probes recorded of the compared runs: read, drawn once for all who watch, and as a table."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from core.measures import MEASURES
from core.store.profiles import Profiles
from dashboard.data import look_at, profiles
from dashboard.figures.block_heatmap import block_heatmap
from dashboard.figures.block_profile import block_profile
from dashboard.figures.colour_scale import common_scale
from dashboard.figures.places import place_names
from dashboard.figures.recording import Recording, as_recording
from dashboard.live_plot import Feed, live_feed, message
from dashboard.probe_lenses import PROBE_LENSES
from dashboard.readings import overflow
from dashboard.sides import Side
from dashboard.theme import Mode

HEIGHT, PROFILE_HEIGHT = 360, 300
FEED = "live/probes"
HEATMAPS, PROFILE = ("left", "right"), "profile"  # figures of the feed


class Drawn(NamedTuple):
    """The figures of a measure, ready to be sent, and what they say."""

    heatmaps: tuple[bytes, ...]
    profile: bytes
    reading: str


def recordings(sides: Sequence[Side], measure: str) -> list[Recording | None]:
    """A measure of each side as recorded so far; None where there is none."""
    found = []
    for side, name in zip(sides, names(sides), strict=True):
        recorded = profiles(side, measure)
        run = side.run
        net = (run.run_id, name, run.family, run.depth)
        found.append(
            recorded
            and as_recording(net, recorded.places, recorded.steps, recorded.values, side.step)
        )
    return found


def names(sides: Sequence[Side]) -> list[str]:
    """What the sides are called: their nets, with seed or step where those are the same."""
    nets, runs = [side.spec.net for side in sides], [side.run.run_id for side in sides]
    if len(set(nets)) == len(nets):
        return nets
    if len(set(runs)) == len(runs):
        return [side.run.label for side in sides]
    return [f"{net} ({where})" for net, where in zip(nets, ("left", "right"), strict=True)]


def sides_of_feed(told: str) -> list[Side]:
    """The sides that a feed's query names, as they are now; none when one is not there."""
    pairs = [one.partition(".") for one in told.split(",")]
    found = [(look_at(run_id), step) for run_id, _, step in pairs]
    if not all(one and step.isdecimal() for one, step in found):
        return []
    return [replace(one, step=int(step)) for one, step in found if one]


def drawn(sides: Sequence[Side], measure: str, mode: Mode, lit: str | None) -> Drawn:
    """The figures of a measure for these sides, and their reading.

    Args:
        lit: the highlighted run.
    """
    found = [profiles(side, measure) for side in sides]
    live = any(side.active for side in sides)
    return _draw(
        measure=measure,
        state=",".join(map(_state, sides, found)),
        # Runs under way get the axis of their whole length: one that grew would undo a zoom.
        until=max(side.run.steps or 0 for side in sides),
        mode=mode,
        lit=lit,
        watched=",".join(f"{side.run.run_id}.{side.step}" for side in sides) if live else "",
        _sides=sides,
    )


def _state(side: Side, recorded: Profiles | None) -> str:
    """What a side's figures depend on."""
    steps = [] if recorded is None else recorded.steps
    return f"{side.run.run_id} {side.step} {len(steps)} {steps[-1] if len(steps) else ''}"


@st.cache_resource(max_entries=32, show_spinner=False)
def _draw(
    measure: str,
    state: str,
    until: int,
    mode: Mode,
    lit: str | None,
    watched: str,
    _sides: Sequence[Side],
) -> Drawn:
    """Once a state of the runs for all who watch."""
    about, lens = MEASURES[measure], PROBE_LENSES[measure]
    found = recordings(_sides, measure)
    shown = [one for one in found if one]
    scale = common_scale([one.values for one in shown], log=lens.log) if shown else None
    words: dict[str, Any] = {"title": about.title, "unit": about.unit, "mode": mode}
    heatmaps = [block_heatmap(one, scale, until=until, **words) for one in found]
    profile = block_profile(shown, log=lens.log, ranked=lens.ranked, highlighted=lit, **words)
    for figure in (*heatmaps, profile):
        figure["layout"]["uirevision"] = f"{measure} {[one.run_id for one in shown]}"

    def feed(name: str) -> Feed | None:
        path = f"{FEED}/{measure}/{name}"
        return live_feed(path, sides=watched, mode=mode, run=lit) if watched else None

    return Drawn(
        tuple(
            message(figure, height=HEIGHT, feed=feed(name))
            for figure, name in zip(heatmaps, HEATMAPS, strict=False)
        ),
        message(profile, height=PROFILE_HEIGHT, feed=feed(PROFILE)),
        f"{lens.reading(shown)} {overflow(shown)}".strip(),
    )


def table_of(found: Sequence[Recording | None], measure: str) -> pd.DataFrame:
    """Columns run_id, net, step, block (address), place (in words) and the measure."""
    tables = []
    for one in found:
        if one:
            count = len(one.steps)
            columns = {
                "run_id": one.run_id,
                "net": one.name,
                "step": one.steps.repeat(len(one.places)),
                "block": np.tile(one.places, count),
                "place": np.tile(place_names(one.places), count),
                measure: one.values.ravel(),
            }
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables) if tables else pd.DataFrame()
