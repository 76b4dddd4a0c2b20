"""Inside the nets of a race while they learn."""

import streamlit as st

st.title("Inside", anchor=False)
