"""What papers and lecture slides print, and the lab's own runs beside it."""

import streamlit as st

from dashboard.components.papers_depth import depth_on_imagenet
from dashboard.components.papers_measured import measured_here
from dashboard.components.papers_table import published_tables

st.title("Papers", anchor=False)
st.markdown(
    "What papers and lecture slides print, each value as it stands there, and what this lab has"
    " measured beside it. The paper behind the lab is *Deep Residual Learning for Image"
    " Recognition* by He, Zhang, Ren and Sun, 2015"
    " ([arXiv:1512.03385](https://arxiv.org/abs/1512.03385)). An error is the share of images that"
    " a net gets wrong, so smaller is better."
)
depth_on_imagenet()
measured_here()
published_tables("cifar10", "imagenet")
published_tables("winners", "competitions")
published_tables("complexity", "recipe")
published_tables("datasets")
