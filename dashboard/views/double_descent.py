"""Double descent: what more weights do to a model that could already learn its images by heart."""

import streamlit as st

from dashboard.components.descent_1202 import overfitting_section
from dashboard.components.descent_features import features_section
from dashboard.components.descent_widths import width_section

st.title("Double descent", anchor=False)
features_section()
width_section()
overfitting_section()
