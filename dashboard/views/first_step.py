"""Does the signal get through? One batch through untrained nets."""

import streamlit as st

from dashboard.components.first_step_panel import first_step

st.title("Does the signal get through?", anchor=False)
st.markdown(
    "Before any training, one batch of real images goes **forward** through a net and its error"
    " goes **back**. If one of them dies or blows up on the way, there is little to learn from."
)
st.fragment(first_step, key="first-step")()
