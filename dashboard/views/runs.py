"""All runs: find one, open it, rename it, start it again with changes, delete it; import one."""

import streamlit as st

from dashboard.components.import_weights import import_weights
from dashboard.components.run_actions import run_actions
from dashboard.components.run_table import run_table

st.title("Runs", anchor=False)
run_actions(run_table())
import_weights()
