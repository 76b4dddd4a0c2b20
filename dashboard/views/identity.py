"""The argument of He et al. 2015, performed: deeper nets that are as good by construction."""

import streamlit as st

from dashboard.components.identity_block import block_by_hand_section
from dashboard.components.identity_deepen import deepen_section
from dashboard.components.identity_train import train_section
from dashboard.components.sides_picker import chosen_sides

st.title("Identity", anchor=False)
left, right, _ = chosen_sides(trained_depth=20)
deepen_section((left, right))
train_section((left, right))
block_by_hand_section((left, right))
