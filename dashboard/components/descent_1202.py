"""1202 layers: a net that is too large for its data, which is not the degradation."""

import pandas as pd
import streamlit as st

from core.data.catalogue import CATALOGUE
from core.published import read_table
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.descent_map_published import descent_map_published
from dashboard.provenance import quoted
from dashboard.words import NO_BREAK

HEIGHT = 320
DATASET = CATALOGUE["cifar10"]
CURED = {  # the same net, trained otherwise
    "depth": "1202",
    "error": "4.91",
    "source": "Huang et al. 2016, https://arxiv.org/abs/1603.09382",
}
SOURCE = (
    "He et al. 2015, section 4.2 and Table 6, https://arxiv.org/abs/1512.03385; stochastic depth:"
    f" {CURED['source']}"
)
SENTENCE = (
    "He et al. also trained a residual net of **1202 layers**, without any difficulty: its training"
    f" error came below 0.1{NO_BREAK}%. Here is what residual nets err on the test images of"
    " CIFAR-10, as printed."
)
ARGUMENT = (
    "This is **overfitting**: the net learns the training images perfectly and the test images"
    " worse. The **degradation** of plain nets is not: there the *training* error rises with the"
    " depth as well, so that they learn even what they are shown less well."
)


def overfitting_section() -> None:
    """The papers' rows by depth, and the parameters that each training image has to pay for."""
    st.fragment(_section, key="descent-1202")()


def _section() -> None:
    printed = printed_nets()
    with section(
        "descent-1202",
        "Can a net be too deep although it trains well?",
        SENTENCE,
        badges={
            "quoted": "He et al. 2015, Table 6; Huang et al. 2016.",
            "computed": "Parameters per image.",
        },
        source=SOURCE,
        provenance=quoted(f"{DATASET.train_images:,} training images of {DATASET.title}"),
    ) as data:
        figure("descent-1202", descent_map_published(printed, CURED, mode=page_mode()), HEIGHT)
        st.markdown(overfitting_reading(printed))
        st.markdown(ARGUMENT)
        st.markdown(
            "**Stochastic depth** makes those layers useful: in every training step a random part"
            " of the blocks is skipped, so that short nets are trained; in the test all blocks take"
            f" part. With it, {CURED['depth']} layers err on {CURED['error']}{NO_BREAK}%."
        )
        data_table(data, "descent-1202", printed)


@st.cache_data(show_spinner=False)
def printed_nets() -> pd.DataFrame:
    """Table 6's residual nets from shallow to deep, with the parameters per training image.

    Returns:
        Columns depth, error (test, %), parameters (millions), per_image, source; all but per_image
        text as printed.
    """
    table = read_table("cifar10")
    nets = table[table["family"] == "resnet"]
    nets = nets.iloc[nets["depth"].astype(int).argsort()].reset_index(drop=True)
    per_image = 1e6 * nets["parameters"].astype(float) / DATASET.train_images
    return nets[["depth", "error", "parameters", "source"]].assign(per_image=per_image)


def overfitting_reading(printed: pd.DataFrame) -> str:
    """The deepest net beside the best one: their errors, and their parameters per image."""
    best = printed.iloc[int(printed["error"].astype(float).argmin())]
    deepest = printed.iloc[-1]
    lowest, last = (f"{net['error']}{NO_BREAK}%" for net in (best, deepest))
    if best["depth"] == deepest["depth"]:
        return f"The deepest net, of {deepest['depth']} layers, errs least: {last}."
    return (
        f"With {best['depth']} layers the error is lowest, {lowest}: {best['parameters']} million"
        f" parameters are {best['per_image']:.0f} for each of the {DATASET.train_images:,} training"
        f" images. With {deepest['depth']} layers it is {last}: {deepest['parameters']} million"
        f" parameters are **{deepest['per_image']:.0f} for each image**."
    )
