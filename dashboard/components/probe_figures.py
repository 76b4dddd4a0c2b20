"""What probes recorded of the compared runs: read, drawn once for all who watch, and as a table."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.measures import MEASURES
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


def state_of(sides: Sequence[Side], measure: str) -> str:
    """What the figures of a measure depend on, apart from how one looks at them."""
    parts = []
    for side in sides:
        recorded = profiles(side, measure)
        steps = [] if recorded is None else recorded.steps
        last = steps[-1] if len(steps) else ""
        parts.append(f"{side.run.run_id} {side.step} {side.active} {len(steps)} {last}")
    return f"{measure}: {', '.join(parts)}"


def figures_of(sides: Sequence[Side]) -> tuple[str, ...]:
    """The figures of a measure: a heatmap a side, and the profile of all."""
    return *HEATMAPS[: len(sides)], PROFILE


def drawn(
    sides: Sequence[Side], measure: str, figure: str, mode: Mode, lit: str | None, held: str = ""
) -> bytes:
    """A figure of a measure, ready to be sent.

    Args:
        figure: one of `figures_of(sides)`.
        lit: the highlighted run.
        held: the mark of those columns of it which are not to be sent again.
    """
    # By name: for an argument without one Streamlit's cache looks through the signature.
    return _draw(
        state=state_of(sides, measure),
        figure=figure,
        mode=mode,
        lit=lit,
        held=held,
        _sides=sides,
        _measure=measure,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _draw(
    state: str,
    figure: str,
    mode: Mode,
    lit: str | None,
    held: str,
    _sides: Sequence[Side],
    _measure: str,
) -> bytes:
    """Once a state of the runs for all who watch."""
    about, lens = MEASURES[_measure], PROBE_LENSES[_measure]
    found = recordings(_sides, _measure)
    shown = [one for one in found if one]
    words: dict[str, Any] = {"title": about.title, "unit": about.unit, "mode": mode}
    if figure == PROFILE:
        made = block_profile(shown, log=lens.log, ranked=lens.ranked, highlighted=lit, **words)
    else:
        scale = common_scale([one.values for one in shown], log=lens.log) if shown else None
        # Runs under way get the axis of their whole length: one that grew would undo a zoom.
        until = max(side.run.steps or 0 for side in _sides)
        own = found[HEATMAPS.index(figure)]
        made = block_heatmap(own, scale, until=until, held=held, **words)
    made["layout"]["uirevision"] = f"{_measure} {[one.run_id for one in shown]}"
    height = PROFILE_HEIGHT if figure == PROFILE else HEIGHT
    return message(made, height=height, feed=_feed(_sides, f"{_measure}/{figure}", mode, lit))


def _feed(sides: Sequence[Side], name: str, mode: Mode, lit: str | None) -> Feed | None:
    if not any(side.active for side in sides):
        return None
    told = ",".join(f"{side.run.run_id}.{side.step}" for side in sides)
    return live_feed(f"{FEED}/{name}", sides=told, mode=mode, run=lit)


def reading_of(sides: Sequence[Side], measure: str) -> str:
    """What the figures of a measure say, in a sentence or two."""
    shown = [one for one in recordings(sides, measure) if one]
    return f"{PROBE_LENSES[measure].reading(shown)} {overflow(shown)}".strip()


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
