"""The lab's own runs on CIFAR-10 beside the published nets."""

import pandas as pd
import streamlit as st

from core.presets import CIFAR10, command, with_settings
from core.published import beside_published, read_table
from core.store.reads import read_runs
from dashboard import theme
from dashboard.components.papers_table import heading, plain_table
from dashboard.data import gallery, user_store
from dashboard.words import NO_BREAK

TITLE = "Measured here"
SHORTEST = with_settings(CIFAR10, {"families": ("resnet",), "depths": (20,)})


def measured_here() -> None:
    """Each net that has finished on CIFAR-10 in the user's store or the gallery."""
    stores = (user_store(), gallery())
    table = beside_published(pd.concat([read_runs(store) for store in stores]))
    with st.container(border=True, gap="small"):
        if table.empty:
            _how_to_measure()
        else:
            _beside(table)


def _beside(table: pd.DataFrame) -> None:
    heading(
        TITLE,
        "measured",
        table,
        recorded="",
        quoted="The column published: He et al. 2015, Table 6.",
        computed="The difference, and what differs in the recipe.",
    )
    st.markdown(
        "The nets that have finished on CIFAR-10 here, beside the published ones of the same family"
        " and depth. Where the recipe is the paper's too, expect a difference of a few tenths."
    )
    plain_table(_in_words(table), alt=f"{len(table)} measured nets beside their published errors.")
    st.caption(
        "Measured: test error, mean over the seeds. Published: the mean where the paper prints"
        " one, else its one run. Difference: measured minus published."
    )


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `beside_published` as readers see them."""
    nets = zip(table["family"], table["depth"], strict=True)
    return pd.DataFrame(
        {
            "net": [theme.net_word(*net) for net in nets],
            "published": [f"{error} %" for error in table["published"]],
            "measured": table["measured"].map(theme.percent).to_list(),
            "difference (points)": [f"{points:+.1f}" for points in table["difference"]],
            "seeds": table["runs"].to_list(),
            "what differs in the recipe": [_unbroken(recipe) for recipe in table["recipe"]],
        }
    )


def _unbroken(recipe: str) -> str:
    """The differences of a recipe, each on one line: a narrow page then keeps the rows low."""
    return "; ".join(part.replace(" ", NO_BREAK) for part in recipe.split("; "))


def _how_to_measure() -> None:
    spec = SHORTEST.specs()[0]
    printed = read_table("cifar10").set_index(["family", "depth"])["error"]
    st.subheader(TITLE, anchor=False)
    st.markdown(
        "No net has finished on CIFAR-10 here yet. This line, in a terminal in the lab's folder,"
        f" trains a {theme.net_word(spec.family, spec.depth)}; then its error stands here beside"
        f" the paper's {printed[spec.family, str(spec.depth)]} %:"
    )
    st.code(command(SHORTEST), language="bash", wrap_lines=True)
