"""The lab's own runs on CIFAR-10 beside the published nets."""

import pandas as pd
import streamlit as st

from core.distinguishable import RULE
from core.presets import CIFAR10, command, with_settings
from core.published import beside_published, is_cifar10, read_table
from core.store.reads import read_runs
from dashboard import theme
from dashboard.components.badges import badge
from dashboard.components.papers_table import as_printed, heading, plain_table
from dashboard.data import gallery, user_store
from dashboard.provenance import provenance_of_runs, quoted
from dashboard.words import NO_BREAK

TITLE = "Measured here"
POINTS = "difference (points)"
IMAGES = "10,000 test images of CIFAR-10"
SHORTEST = with_settings(CIFAR10, {"families": ("resnet",), "depths": (20,)})


def measured_here() -> None:
    """Each net that has finished on CIFAR-10 in the user's store or the gallery."""
    stores = (user_store(), gallery())
    runs = pd.concat([read_runs(store) for store in stores])
    table = beside_published(runs)
    with st.container(border=True, gap="small"):
        if table.empty:
            _how_to_measure()
        else:
            _beside(table, _provenance(runs))


def _provenance(runs: pd.DataFrame) -> str:
    """Of the nets that have finished on CIFAR-10."""
    own = runs[(runs["status"] == "finished") & runs["dataset"].map(is_cifar10)]
    return provenance_of_runs([*own.itertuples()], IMAGES)


def _beside(table: pd.DataFrame, provenance: str) -> None:
    heading(
        TITLE,
        "measured",
        table,
        recorded=provenance,
        quoted=f"The column published: He et al. 2015, Table 6. {quoted(IMAGES)}",
        computed="The difference, and what differs in the recipe.",
    )
    st.markdown(
        "The nets that have finished on CIFAR-10 here, beside the published ones of the same family"
        " and depth. Where the recipe is the paper's too, expect a difference of a few tenths."
    )
    alt = f"{len(table)} measured nets beside their published errors."
    plain_table(_in_words(table), alt, {POINTS: [not clear for clear in table["clear"]]})
    st.caption(
        "Measured: test error, mean over the seeds. Published: the mean where the paper prints"
        " one, else its one run, whose spread is unknown. Difference: measured minus published;"
        " grey where it could be chance.",
        help=RULE,
    )


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `beside_published` as readers see them."""
    nets = zip(table["family"], table["depth"], strict=True)
    return pd.DataFrame(
        {
            "net": [theme.net_word(*net) for net in nets],
            "published": [f"{error} %" for error in table["published"]],
            "measured": table["measured"].map(theme.percent).to_list(),
            POINTS: table["told"].to_list(),
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
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(TITLE, anchor=False, width="stretch")
        badge("quoted", as_printed(IMAGES))
    st.markdown(
        "No net has finished on CIFAR-10 here yet. This line, in a terminal in the lab's folder,"
        f" trains a {theme.net_word(spec.family, spec.depth)}; then its error stands here beside"
        f" the paper's {printed[spec.family, str(spec.depth)]} %:"
    )
    st.code(command(SHORTEST), language="bash", wrap_lines=True)
