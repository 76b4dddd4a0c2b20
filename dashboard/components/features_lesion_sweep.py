"""What each single block costs: the test error of a net without it, block by block."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.answers import side_names
from dashboard.components.features_lesion_choice import Lesion, plans_of
from dashboard.components.features_lesion_errors import Count, counted, question
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.lesion_sweep import lesion_sweep
from dashboard.figures.places import place_names
from dashboard.jobs import Tell
from dashboard.provenance import ALL_TEST, provenance
from dashboard.sides import Side

MOST_BLOCKS = 60  # of a net; of a deeper one so many, spread evenly
HEIGHT = 340
SOURCE = "Veit, Wilber and Belongie 2016, Figure 3, https://arxiv.org/abs/1605.06431"
SENTENCE = (
    "Each block is bypassed in turn, all others stay. If a net hands on its signal along many"
    " **paths**, it hardly needs any single one; if it has one way only, each block is needed."
)
TAKES = "About 20 seconds for two nets of 56 layers, longer while a race trains."

Swept = list[tuple[Count, dict[str, Count]]]  # of each net with all blocks, and without one


def sweep_section(shown: list[Side]) -> None:
    """Once asked for: the error without each block, both nets in one figure."""
    st.fragment(_section, key="lesion-sweep")(shown)


def _section(shown: list[Side]) -> None:
    with section(
        "lesion-sweep",
        "What does each single block cost?",
        SENTENCE,
        badges={"live": "Copies of the saved nets are changed and tested now."},
        source=SOURCE,
        provenance=provenance(shown, ALL_TEST),
    ) as data:
        swept = worked(
            "lesion-sweep",
            ("lesion-sweep", *(side.address for side in shown)),
            lambda tell: sweep(shown, tell),
            label="Sweep all blocks",
            doing="Bypassing one block after the other ...",
            takes=TAKES,
        )
        if swept is None:
            return
        table, whole = sweep_table(shown, swept), swept[0][0]
        figure("lesion-sweep", lesion_sweep(table, whole.chance, mode=page_mode()), HEIGHT)
        st.markdown(
            f"{sweep_reading(table)} Measured on {words.plural(whole.tested, 'test image')}."
        )
        data_table(data, "lesion-sweep", table)


def sweep(shown: Sequence[Side], tell: Tell) -> Swept:
    """The work, in pieces: each net with all its blocks, and then without each one."""
    chosen = [swept_blocks(side) for side in shown]
    steps, done, swept = sum(map(len, chosen)) + len(shown), 0, []
    for side, addresses in zip(shown, chosen, strict=True):
        counts = []
        for lesion in (Lesion(), *(Lesion(bypassed=(one,)) for one in addresses)):
            counts.append(counted(question(side, lesion.edits)))
            done += 1
            tell(done / steps)
        swept.append((counts[0], dict(zip(addresses, counts[1:], strict=True))))
    return swept


def swept_blocks(side: Side) -> list[str]:
    """Addresses of all blocks, or of so many as are swept, from the first to the last."""
    addresses = list(plans_of(side))
    chosen = np.linspace(0, len(addresses) - 1, min(len(addresses), MOST_BLOCKS)).round()
    return [addresses[int(place)] for place in chosen]


def sweep_table(shown: Sequence[Side], swept: Swept) -> pd.DataFrame:
    """A row a deleted block of each net, in order.

    Returns:
        Columns net, family, depth, step, block, address, number (from 1), share (% of the net's
        depth), changes (the shape), error (%), baseline (%, with all blocks).
    """
    tables = []
    for name, side, (whole, without) in zip(side_names(shown), shown, swept, strict=True):
        plans = plans_of(side)
        numbers = [list(plans).index(address) + 1 for address in without]
        own = {
            "net": name,
            "family": side.spec.family,
            "depth": side.spec.depth,
            "step": side.net_step,
            "block": place_names(tuple(without)),
            "address": list(without),
            "number": numbers,
            "share": 100 * np.array(numbers) / len(plans),
            "changes": [plans[address].changes_shape for address in without],
            "error": [count.error for count in without.values()],
            "baseline": whole.error,
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def sweep_reading(table: pd.DataFrame) -> str:
    """What one block costs each net on average and at most."""
    parts = []
    for name, own in table.groupby("net", sort=False):
        cost = (own["error"] - own["baseline"]).to_numpy()
        worst = str(own["block"].iloc[int(cost.argmax())])
        cheap = int((cost < 1).sum())
        parts.append(
            f"**{name}** {cost.mean():.1f} points on average and {cost.max():.1f} at most ({worst};"
            f" {cheap} of {words.plural(len(cost), 'block')} cost less than 1 point)"
        )
    return f"Removing one block costs {', and '.join(parts)}."
