"""Inside the nets of a race while they learn."""

import streamlit as st

from dashboard.components.inside_activations import activations_section
from dashboard.components.inside_readout import readout_section
from dashboard.components.inside_similarity import similarity_section
from dashboard.components.inside_vanishing import vanishing_section
from dashboard.components.probe_panel import probe_panel
from dashboard.components.sides_picker import chosen_sides

st.title("Inside", anchor=False)
left, right, _ = chosen_sides()
probe_panel((left, right))
vanishing_section((left, right))
activations_section((left, right))
readout_section((left, right))
similarity_section((left, right))
