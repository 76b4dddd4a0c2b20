"""One step of training in slow motion: batch, forward, loss, backward, update."""

import streamlit as st

from dashboard.components.sides_picker import chosen_sides
from dashboard.components.slow_motion import slow_motion_section
from dashboard.components.slow_motion_start import start_small

st.title("One step in slow motion", anchor=False)
start_small()
left, right, _ = chosen_sides()
slow_motion_section((left, right))
