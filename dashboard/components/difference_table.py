"""What each shortcut buys: plain against residual at each depth, told apart only beyond chance."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.distinguishable import RULE, Difference, Spread, difference
from core.presets import as_text
from core.race_nets import Key, Net, best_nets, results
from dashboard.components.badges import badge
from dashboard.components.papers_table import plain_table
from dashboard.components.section import data_table
from dashboard.data import Snapshot
from dashboard.provenance import provenance_of
from dashboard.theme import SPLIT_WORDS
from dashboard.words import NO_BREAK

TITLE = "What each shortcut buys"
QUESTION = "Does the shortcut change the error, or is it chance?"
SENTENCE = (
    "Mean over the seeds ± their sample standard deviation. The change is residual minus plain;"
    " where it is grey, it could be chance."
)
SOURCE = "the comparison of He et al. 2015, section 4.2, https://arxiv.org/abs/1512.03385"
SPLITS = ("train", "test")
CHANGE = "change (points)"


class Pair(NamedTuple):
    """A plain and a residual net of one depth, by one kind of error."""

    depth: int
    plain: Spread
    residual: Spread
    change: Difference


def difference_table(shown: Snapshot) -> None:
    """Folded away below the verdict; nothing without plain and residual nets of one depth."""
    nets = nets_of(shown)
    found = {split: pairs for split in SPLITS if (pairs := pairs_of(nets, split))}
    if not found:
        return
    with st.expander(TITLE, icon=":material/difference:", key="shortcut_buys"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{QUESTION}**", width="stretch")
            badge("computed", provenance_of(shown))
            data = st.popover("Data", on_change="rerun", key="data-shortcut-buys", type="tertiary")
        st.markdown(SENTENCE)
        for column, (split, pairs) in zip(st.columns(len(found)), found.items(), strict=True):
            with column:
                name = f"{SPLIT_WORDS[split].capitalize()} error"
                st.markdown(f"**{name}**", help=RULE)
                doubtful = [not pair.change.is_clear for pair in pairs]
                plain_table(in_words(pairs), f"{name}. {reading(pairs)}", {CHANGE: doubtful})
                st.markdown(reading(pairs))
        st.caption(f"Source: {SOURCE}")
    data_table(data, "shortcut-buys", as_table(found))


def nets_of(shown: Snapshot) -> dict[Key, Net]:
    """The race's nets over their seeds; a run that began at another net is no further seed."""
    return best_nets(results(run for run in shown.runs if run.origin is None))


def pairs_of(nets: dict[Key, Net], split: str) -> list[Pair]:
    """The depths at which both families have this error, rising."""
    pairs = []
    for depth in sorted({depth for _, depth in nets}):
        plain, residual = (_error(nets, family, depth, split) for family in ("plain", "resnet"))
        if plain is not None and residual is not None:
            pairs.append(Pair(depth, plain, residual, difference(plain, residual)))
    return pairs


def as_table(found: dict[str, list[Pair]]) -> pd.DataFrame:
    """A row a split and depth.

    Returns:
        Columns split, depth, plain, plain_deviation, residual, residual_deviation, difference,
        standard_error (%, points), seeds (the smaller number), distinguishable, remark.
    """
    return pd.DataFrame(
        [
            {
                "split": split,
                "depth": pair.depth,
                "plain": pair.plain.mean,
                "plain_deviation": pair.plain.deviation,
                "residual": pair.residual.mean,
                "residual_deviation": pair.residual.deviation,
                "difference": pair.change.points,
                "standard_error": pair.change.error,
                "seeds": pair.change.seeds,
                "distinguishable": pair.change.is_clear,
                "remark": pair.change.doubt,
            }
            for split, pairs in found.items()
            for pair in pairs
        ]
    )


def in_words(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The rows as readers see them, one a depth."""
    return pd.DataFrame(
        {
            "layers": [pair.depth for pair in pairs],
            "plain (%)": [_mean(pair.plain) for pair in pairs],
            "residual (%)": [_mean(pair.residual) for pair in pairs],
            CHANGE: [pair.change.told.replace(" = ", f"{NO_BREAK}={NO_BREAK}") for pair in pairs],
        }
    )


def reading(pairs: Sequence[Pair]) -> str:
    """At which depths the shortcut lowers the error, raises it, or does neither beyond chance."""
    told = {
        "lowers the error": [one for one in pairs if one.change.is_clear and _falls(one)],
        "raises the error": [one for one in pairs if one.change.is_clear and not _falls(one)],
        "makes no clear difference": [one for one in pairs if not one.change.is_clear],
    }
    parts = [
        f"{does} at {as_text(tuple(one.depth for one in at))}" for does, at in told.items() if at
    ]
    return f"The shortcut {'; it '.join(parts)} layers."


def _falls(one: Pair) -> bool:
    return one.change.points < 0


def _error(nets: dict[Key, Net], family: str, depth: int, split: str) -> Spread | None:
    net = nets.get((family, depth))
    return net and getattr(net, split)


def _mean(errors: Spread) -> str:
    spread = f"±{errors.deviation:.1f}" if errors.seeds > 1 else ""
    return f"{errors.mean:.1f}{spread}"
