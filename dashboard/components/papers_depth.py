"""The paper's headline: with more layers a plain net gets worse, a residual net better."""

import pandas as pd
import streamlit as st

from core.published import read_table
from dashboard import theme
from dashboard.components.papers_table import as_printed, heading, plain_table
from dashboard.figures.published_depth import published_depth
from dashboard.live_plot import live_plot, message

HEIGHT = 300


def depth_on_imagenet() -> None:
    """Table 2 of He et al. 2015 as a figure, and the table beside it."""
    printed = _printed()
    errors = printed.set_index(["family", "depth"])["error"]
    with st.container(border=True, gap="small"):
        heading(
            "Deeper can be worse",
            "imagenet_depth",
            printed,
            quoted=as_printed("50,000 validation images of ImageNet, ten crops of each"),
        )
        st.markdown(
            "The finding that began it all. On ImageNet, 34 layers instead of 18 make a plain net"
            f" worse: {errors['plain', '18']} % becomes {errors['plain', '34']} %. Around every"
            " two layers add a shortcut, which costs no parameter, and the deeper net is the"
            f" better one: {errors['resnet', '18']} % becomes {errors['resnet', '34']} %."
        )
        drawing, numbers = st.columns([1.7, 1], vertical_alignment="center")
        with drawing:
            mode = "dark" if st.context.theme.type == "dark" else "light"
            live_plot(_drawn(mode), key="plot-imagenet_depth", height=HEIGHT)
        with numbers:
            plain_table(_as_in_the_paper(printed), alt="Top-1 error (%) by depth and family.")
            st.caption(
                "Top-1 error (%) on the validation images: the net's first guess is wrong. Ten"
                " crops an image."
            )
            st.caption(f"Source: {printed['source'].iloc[0]}")


def _as_in_the_paper(printed: pd.DataFrame) -> pd.DataFrame:
    """A row a depth, a column a family."""
    wide = printed.pivot(index="depth", columns="family", values="error").reset_index()
    return wide.rename(columns={"depth": "layers"} | theme.FAMILY_WORDS)


@st.cache_resource(show_spinner=False)
def _printed() -> pd.DataFrame:
    return read_table("imagenet_depth")


@st.cache_resource(show_spinner=False)
def _drawn(mode: theme.Mode) -> bytes:
    return message(published_depth(_printed(), mode=mode), height=HEIGHT)
