"""The loss landscape around each net (Li et al. 2018): plain beside residual."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import theme, words
from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.features_landscape_choices import (
    Draw,
    chosen_settings,
    landscape_choices,
)
from dashboard.components.features_landscape_reading import landscape_reading
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.data import user_store
from dashboard.figures.landscape import CEILING, Ground, ground_scale
from dashboard.jobs import find_job
from dashboard.landscapes import FIRST, TASK, Landscape, Settings, explore, landscape_of
from dashboard.provenance import SOME_TRAINING, provenance
from dashboard.sides import Side

HEIGHT = 420
ENOUGH = 9  # points that make a picture
REDRAW_SECONDS = 2.0  # while it is being computed
SOURCE = "filter-normalised plane as in Li et al. 2018, section 4, https://arxiv.org/abs/1712.09913"
SENTENCE = (
    "In the middle stands the net with the weights that it has learned. Each step away changes"
    " **all its filters at once**, along two random directions; 1 is as much as a filter is long."
    " Height and colour are the **loss** on the same training images: gradient descent has an easy"
    " way down a wide, smooth valley, and none on broken ground."
)

Found = list[tuple[Side, Landscape]]


def landscape_section(sides: Sides) -> None:
    """The ground around each net, once somebody had it computed; then it is there for all."""
    st.fragment(_section, key="landscape")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    settings = chosen_settings()
    found = [(side, landscape_of(side, settings, user_store())) for side in shown]
    kind = "recorded" if all(ground.kept for _, ground in found) else "live"
    badges = {kind: "Each point is a copy of the saved net, moved and measured."}
    with section(
        "landscape",
        "What does the ground around each net look like?",
        SENTENCE,
        badges=badges,
        source=SOURCE,
        provenance=provenance(shown, SOME_TRAINING),
    ) as data:
        draw = landscape_choices()
        for side, ground in found:
            _measure_the_net(side, ground)
        if not all(ground.done for _, ground in found):
            return
        names = side_names(shown)
        if not all(ground.complete for _, ground in found):
            _compute(found, settings)
        every = REDRAW_SECONDS if _under_way(found, settings) else None
        st.fragment(_ground, run_every=every, key="landscape-ground")(found, names, draw)
        data_table(data, "landscape", landscape_table(_as_grounds(found, names)))


def _measure_the_net(side: Side, ground: Landscape) -> None:
    """The middle of the ground, and with it how long a point takes; or the page says why not."""
    if not ground.done:
        question = (*side.address, tuple(ground.settings), 0, FIRST)
        piece = answered(TASK, *question, doing="Measuring the loss of the net itself ...")
        if piece is not None:
            ground.add(0, piece)


def _key(found: Found, settings: Settings) -> tuple:
    return (TASK, settings, *(side.address for side, _ in found))


def _under_way(found: Found, settings: Settings) -> bool:
    job = find_job(_key(found, settings))
    return job is not None and not job.ended


def _compute(found: Found, settings: Settings) -> None:
    missing = [ground for _, ground in found if not ground.complete]
    left = words.duration(sum(ground.seconds_left for ground in missing))
    count = words.plural(sum(ground.loss.size - ground.done for ground in missing), "point")
    worked(
        "landscape",
        _key(found, settings),
        explore(found, user_store()),
        label="Compute the ground",
        doing="Measuring the loss point by point, from the middle outwards ...",
        takes=f"About {left} for {count}; it goes on while you do something else, and is kept.",
    )


def _as_grounds(found: Found, names: Sequence[str]) -> list[Ground]:
    return [
        Ground(name, ground.settings.reach, ground.loss, ground.error)
        for name, (_, ground) in zip(names, found, strict=True)
    ]


def _ground(found: Found, names: list[str], draw: Draw) -> None:
    """The figures as far as they are computed, on one scale, and what they show."""
    grounds = _as_grounds(found, names)
    if all(ground.done >= ENOUGH for _, ground in found):
        scale = ground_scale(grounds)
        for place, (ground, column) in enumerate(zip(grounds, st.columns(2), strict=False)):
            with column:
                st.markdown(_head(ground.name, found[place][0]))
                drawn = draw(ground, scale, mode=page_mode())
                figure(f"{draw.__name__}-{place}", drawn, HEIGHT)
    images = words.plural(found[0][1].images, "training image")
    st.markdown(
        f"{landscape_reading(grounds)} Measured on {images}; what lies higher than"
        f" {CEILING:g} is drawn at {CEILING:g}."
    )


def _head(name: str, side: Side) -> str:
    """With what the race recorded of the same weights, if they are its last."""
    recorded, at = side.run.train_error_eval, f"**{name}** at step {side.net_step:,}"
    if recorded is None or side.net_step != side.run.step:
        return at
    return f"{at}, recorded error on training images {theme.percent(recorded)}"


def landscape_table(grounds: Sequence[Ground]) -> pd.DataFrame:
    """A row a point that is known.

    Returns:
        Columns net, direction_1 and direction_2 (filter lengths), loss (nats), error (%).
    """
    tables = []
    for ground in grounds:
        up, across = np.meshgrid(ground.steps, ground.steps, indexing="ij")
        own = {"direction_1": across, "direction_2": up, "loss": ground.loss, "error": ground.error}
        columns = {name: values.ravel() for name, values in own.items()}
        tables.append(pd.DataFrame({"net": ground.name} | columns))
    return pd.concat(tables, ignore_index=True).dropna()
