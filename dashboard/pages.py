"""The lab's pages. This file holds no logic."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parent.parent / "assets"

st.set_page_config(page_title="Depth Lab", page_icon=ASSETS / "icon.svg", layout="wide")
st.logo(ASSETS / "logo.svg", size="large")
st.navigation(
    [
        st.Page("views/race.py", title="Race", icon=":material/flag:", default=True),
        st.Page("views/inside.py", title="Inside", icon=":material/query_stats:"),
        st.Page("views/first_step.py", title="First step", icon=":material/footprint:"),
        st.Page("views/attention.py", title="Attention maps", icon=":material/visibility:"),
        st.Page("views/features.py", title="Features", icon=":material/interests:"),
        st.Page("views/identity.py", title="Identity", icon=":material/equal:"),
        st.Page("views/slow_motion.py", title="Slow motion", icon=":material/slow_motion_video:"),
        st.Page("views/double_descent.py", title="Double descent", icon=":material/ssid_chart:"),
        st.Page("views/architectures.py", title="Architectures", icon=":material/account_tree:"),
        st.Page("views/papers.py", title="Papers", icon=":material/menu_book:"),
        st.Page("views/runs.py", title="Runs", icon=":material/list:"),
    ]
).run()
