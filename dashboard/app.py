"""The lab as a web application: its pages, and the feeds of its live figures."""

import gc
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # `streamlit run dashboard/app.py` does not know the project's root

import streamlit as st  # noqa: E402

from dashboard.feeds import feeds  # noqa: E402

app = st.App(ROOT / "dashboard" / "pages.py", routes=feeds())

# What was imported stays: to look for garbage among it stops all pages for a tenth of a second.
gc.freeze()
