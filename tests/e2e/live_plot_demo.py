"""A page for the browser tests: two figures fed at 2 Hz with curves like the pilot's."""

import time

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.figures import error_by_depth, training_curves
from dashboard.live_plot import live_plot, message

EPOCHS, STEPS = 6.0, 78  # of the race; an epoch
PILOT = {  # training and test error % of the pilot race in DESIGN.md
    ("plain", 8): (10.8, 15.3),
    ("plain", 20): (14.5, 17.6),
    ("plain", 32): (20.7, 22.9),
    ("plain", 56): (51.4, 49.6),
    ("resnet", 8): (11.0, 15.0),
    ("resnet", 20): (9.4, 14.0),
    ("resnet", 32): (9.6, 14.8),
    ("resnet", 56): (14.0, 17.1),
}


def pilot_curves(seeds: int) -> pd.DataFrame:
    """Curves that end where the pilot ended."""
    return pd.concat(
        one_curve(family, depth, seed, split, end)
        for (family, depth), ends in PILOT.items()
        for split, end in zip(("train", "test"), ends, strict=True)
        for seed in range(seeds)
    )


def one_curve(family: str, depth: int, seed: int, split: str, end: float) -> pd.DataFrame:
    generator = np.random.default_rng([depth, seed, family == "plain", split == "train"])
    step = np.unique([1, *range(5, int(EPOCHS * STEPS) + 1, 5)])
    epoch = step / STEPS
    falling = np.where(epoch < 3.6, 1.2, np.where(epoch < 5.1, 1.03, 1.0))
    pace = 0.4 + depth / (40 if family == "plain" else 150)
    own = end * (1 + generator.normal(0, 0.06)) * falling
    noise = generator.normal(0, 1.2, len(step)) * np.where(epoch < 3.6, 1, 0.3)
    return pd.DataFrame(
        {
            "run_id": f"{family}-{depth}-s{seed}",
            "label": f"{family}-{depth}",
            "family": family,
            "depth": depth,
            "seed": seed,
            "learning_rate": 0.1,
            "step": step,
            "epoch": epoch,
            "split": split,
            "error": np.clip(own + (90 - own) * np.exp(-epoch / pace) + noise, 0, 91),
            "loss": 1.0,
            "status": "running",
        }
    )


def choose(run_id: str) -> None:
    state.highlighted = None if state.get("highlighted") == run_id else run_id


st.set_page_config(layout="wide")
state = st.session_state
seeds = int(st.query_params.get("seeds", 1))
done = float(st.query_params.get("epochs", 0))  # 0: the race goes on
speed = float(st.query_params.get("speed", 0.25))  # epochs a second
every = float(st.query_params.get("every", 0.5))  # seconds between updates
shake = float(st.query_params.get("shake", 0))  # %, so that every update differs
state.setdefault("start", time.time())
table = pilot_curves(seeds)


@st.fragment(run_every=every)
def race() -> None:
    now = min(EPOCHS, done or 0.2 + speed * (time.time() - state.start))
    curves = table[table["epoch"] <= now]
    curves = curves.assign(error=curves["error"] + shake * (1 + np.sin(time.time())))
    final = curves.groupby(["run_id", "split"]).tail(1)
    mode, chosen = st.context.theme.type or "light", state.get("highlighted")
    left, right = st.columns([3, 2], border=True)
    with left:
        figure = training_curves.training_curves(
            curves, mode=mode, highlighted=chosen, epochs=EPOCHS
        )
        live_plot(message(figure, height=380), key="curves", height=380, on_click=choose)
    with right:
        figure = error_by_depth.error_by_depth(final, mode=mode, highlighted=chosen)
        live_plot(message(figure, height=380), key="board", height=380, on_click=choose)
    st.caption(f"epoch {now:.1f}, highlighted: {chosen}")


st.title("Is deeper always better?")
race()
