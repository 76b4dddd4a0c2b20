"""Does the signal get through? One batch through untrained nets."""

import streamlit as st

st.title("First step", anchor=False)
