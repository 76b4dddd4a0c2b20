"""Is it vanishing gradients? A verdict from the recorded gradients, beside what He et al. say."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.badges import badge
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.probe_figures import recordings
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.data import as_it_is
from dashboard.figures.gradient_ratio import gradient_ratio, ratios
from dashboard.figures.recording import Recording
from dashboard.provenance import BATCHES, provenance
from dashboard.readings import factor
from dashboard.sides import Side

MEASURE, HEIGHT = "gradient-norm", 280
LIVE_SECONDS = 3.0
HEALTHY = 10.0  # first block over last: within this factor both ways
SENTENCE = (
    "A gradient **vanishes** when it shrinks from block to block on its way back to the input: then"
    " the first blocks get almost none and cannot learn. So compare the first block's gradient with"
    f" the last block's. Here it counts as healthy within a factor of {HEALTHY:g} (grey band), if"
    " no block in between has less than a tenth of a typical one's."
)
QUOTE = (
    "He et al. on the degradation of their plain nets: “... **unlikely to be caused by vanishing"
    " gradients** ... we also verify that the backward propagated gradients exhibit healthy norms"
    " with BN” (BN: batch normalisation)."
)
SOURCE = (
    "He et al. 2015, section 4.1, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385); gradients:"
    " the probes of these runs"
)
NO_GRADIENTS = "No gradients were recorded in these runs, so there is no verdict on them."


def vanishing_section(sides: Sequence[Side | None]) -> None:
    """The ratio of first to last block through training, the verdict, and the paper's words."""
    runs = {side.run.run_id: side for side in sides if side}  # one at two times has one verdict
    every = LIVE_SECONDS if any(side.active for side in runs.values()) else None
    st.fragment(_section, run_every=every, key="vanishing")([*runs.values()])


def _section(sides: list[Side]) -> None:
    fresh = [found for side in sides if (found := as_it_is(side))]
    found = [one for one in recordings(fresh, MEASURE) if one]
    kind = "live" if any(side.active for side in fresh) else "recorded"
    with section(
        "vanishing",
        "Is it vanishing gradients?",
        SENTENCE,
        badges={kind: "The gradient norms.", "computed": "The verdict."},
        source=SOURCE,
        provenance=provenance(fresh, BATCHES, live=False),
    ) as data:
        if found:
            drawn = gradient_ratio(
                found, healthy=HEALTHY, highlighted=highlighted_run(), mode=page_mode()
            )
            figure("vanishing", drawn, HEIGHT, on_click=highlight)
            st.markdown("  \n".join(verdict(one) for one in found))
        else:
            st.info(NO_GRADIENTS, icon=":material/info:")
        with st.container(horizontal=True, vertical_alignment="center"):
            badge("quoted", "He et al. 2015, section 4.1.")
            st.markdown(QUOTE, width="stretch")
        st.page_link(
            "views/first_step.py",
            label="Switch batch norm off and look at the very first step",
            icon=":material/footprint:",
        )
        data_table(data, "vanishing", _table(found))


def verdict(one: Recording) -> str:
    """What the gradients of a run say, from the median ratio over the steps recorded so far."""
    numbers = ratios(one)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return f"**{one.name}: no verdict.** There are no two gradients to compare."
    middle = float(np.median(numbers))
    lost = " Later the gradient was not a number any more." if one.overflow else ""
    return (
        f"**{one.name}: {_finding(middle, weakest(one))}** {_evidence(one, numbers, middle)}{lost}"
    )


def _finding(middle: float, least: float) -> str:
    if middle < 1 / HEALTHY:
        return "the gradient vanishes."
    if middle > HEALTHY:
        return "the gradient explodes."
    if least < 1 / HEALTHY:
        return "some blocks get hardly any gradient."
    return "no vanishing gradients."


def _evidence(one: Recording, numbers: np.ndarray, middle: float) -> str:
    where = (
        f"Over {len(numbers):,} recorded steps the first block's gradient is"
        f" {factor(middle)} times the last block's (median; from {factor(float(numbers.min()))} to"
        f" {factor(float(numbers.max()))})"
    )
    return f"{where}; its weakest block has {factor(weakest(one))} times a typical block's."


def weakest(one: Recording) -> float:
    """The smallest gradient of a block over the middle one, each the median over the steps."""
    blocks = np.nanmedian(one.values[:, one.way], axis=0)
    typical = float(np.median(blocks))
    return float(blocks.min()) / typical if typical else 0.0


def _table(found: Sequence[Recording]) -> pd.DataFrame:
    """Columns run_id, net, step, ratio (first block over last)."""
    tables = [
        pd.DataFrame({"run_id": o.run_id, "net": o.name, "step": o.steps, "ratio": ratios(o)})
        for o in found
    ]
    return pd.concat(tables) if tables else pd.DataFrame()
