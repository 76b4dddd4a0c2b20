"""Which nets the page opens with: the shallowest of the race, before their first step."""

import streamlit as st

from dashboard.components.sides_picker import SIDES, default_pair
from dashboard.data import newest_experiment, runs_to_look_into


def start_small() -> None:
    """Put the shallowest pair of the link's race, or of the newest, into a link without nets."""
    query = st.query_params
    if any(side in query for side in SIDES):
        return
    race, runs = query.get("experiment", newest_experiment()), runs_to_look_into().values()
    own = [run for run in runs if run.experiment_id == race]
    if own:
        depth = min(run.depth for run in own)
        pair = default_pair([run for run in own if run.depth == depth])
        query.update(dict(zip(SIDES, pair, strict=True)) | {"step": query.get("step", "0")})
