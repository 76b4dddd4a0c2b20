"""An image made for a channel, by climbing the gradient of its answer."""

from typing import Any

import streamlit as st

from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.inspection import ask
from dashboard.components.features_unit_choice import Unit
from dashboard.components.features_unit_grid import unit_grid
from dashboard.components.job_bar import worked
from dashboard.figures.image_grid import Tile
from dashboard.jobs import Tell, Work
from dashboard.sides import Side

ITERATIONS = 256
PIECE, PIECE_WORK = 32, 2e9  # iterations and multiply-adds of a piece, at most: about a second
LARGEST_SEED = 9999

Answer = dict[str, Any]


def synthetic_image(question: tuple, side: Side, name: str, unit: Unit) -> Answer | None:
    """The image made for the channel, once somebody asked for it."""
    st.markdown("An image made for it")
    seed = st.number_input(
        "Seed",
        0,
        LARGEST_SEED,
        key="unit_seed",
        bind="query-params",
        width=140,
        help="Of the noise that it begins with: another seed, another image.",
    )
    made = worked(
        "maximise",
        ("maximise", *question, seed),
        _climb(question, int(seed), side),
        label="Make it",
        doing="Climbing",
        takes=f"{ITERATIONS} steps: some seconds for the classroom's nets.",
    )
    if made is not None:
        alt = f"Synthetic image for channel {unit.channel} of {unit.place} of {name}."
        about = f"seed {seed}, after {made['iterations']} steps"
        unit_grid("unit-synthetic", made["image"][None], [Tile(about)], side, alt=alt)
    return made


def _climb(question: tuple, seed: int, side: Side) -> Work:
    """The whole work, in pieces of about a second."""
    work = multiply_adds(side.spec, describe_dataset(side.spec.dataset))
    piece = max(1, min(PIECE, int(PIECE_WORK / work)))

    def climb(tell: Tell) -> Answer:
        made: Answer = {"iterations": 0}
        while made["iterations"] < ITERATIONS:
            done = made["iterations"]
            made = ask("maximise", *question, seed, done, min(piece, ITERATIONS - done))
            tell(made["iterations"] / ITERATIONS)
        return made

    return climb


def synthetic_reading(made: Answer, card: Answer) -> str:
    """The answer to the synthetic image beside the best of the test images."""
    best = float(card["mean"].max())
    head = f"To the image made for it its answer is {made['mean']:.3g}, as a mean over the map"
    if made["mean"] > best:
        return f"{head}: more than to any of these test images (at most {best:.3g})."
    return (
        f"{head}: no more than to the best of these test images ({best:.3g}). The climb got stuck;"
        " another seed may get further."
    )
