"""The nets of the papers: what they look like, how they grew, what they cost."""

import streamlit as st

from dashboard.components.architectures_blocks import (
    bottleneck_section,
    kernels_section,
    shortcuts_section,
)
from dashboard.components.architectures_complexity import complexity_section
from dashboard.components.architectures_layers import layers_section
from dashboard.components.architectures_nets import nets_section
from dashboard.components.architectures_winners import winners_section

st.title("Architectures", anchor=False)
st.fragment(nets_section, key="nets")()
st.fragment(layers_section, key="layers")()
st.fragment(winners_section, key="winners")()
st.fragment(complexity_section, key="complexity")()
st.fragment(bottleneck_section, key="bottleneck")()
st.fragment(kernels_section, key="kernels")()
st.fragment(shortcuts_section, key="shortcuts")()
