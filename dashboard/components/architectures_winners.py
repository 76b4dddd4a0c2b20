"""Revolution of depth: the nets of the ImageNet challenge, year by year."""

import pandas as pd
import streamlit as st

from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.data import ASSETS
from dashboard.figures.revolution_of_depth import revolution_of_depth
from dashboard.provenance import quoted

HEIGHT = 340
HUMAN = 5.1  # top-5 error (%) of one trained person, Russakovsky et al. 2015, section 6.4
SOURCE = (
    "ILSVRC 2010-2015; the slide *Revolution of depth* of He's talk at ICML 2016 · a person:"
    " Russakovsky et al. 2015, https://arxiv.org/abs/1409.0575, one annotator on 1,500 images"
)


def winners_section() -> None:
    """Layers and top-5 error of each year's net."""
    winners = _winners()
    with section(
        "winners",
        "Revolution of depth: how did the best nets change?",
        "From 2012 on the best nets are deep ones, and each deeper net errs less. **Top-5 error**:"
        " the right one of 1,000 classes is not among the net's five best guesses. VGG came second"
        " in 2014, behind GoogLeNet, though slides often show it as a winner.",
        badges={"quoted": ""},
        source=SOURCE,
        provenance=quoted("test images of ImageNet, ILSVRC"),
    ) as data:
        figure("winners", revolution_of_depth(winners, HUMAN, mode=page_mode()), HEIGHT)
        data_table(data, "winners", winners)


@st.cache_resource(show_spinner=False)
def _winners() -> pd.DataFrame:
    return pd.read_csv(ASSETS / "published" / "winners.csv")
