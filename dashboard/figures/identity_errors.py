"""Errors of a net before and after it was deepened, by identity blocks and by random ones."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Nothing is counted yet"
TOP = 108.0  # %: above a bar of 100 there is room for its number
CLEAR = "rgba(0,0,0,0)"
NARROW = {"below": 420, "layout": {"font": {"size": 11}}}


def identity_errors(
    table: pd.DataFrame, *, net: str, family: str, depths: tuple[int, int], mode: theme.Mode
) -> theme.Figure:
    """Two bars for the net, and for each way to deepen it: test error filled, training hollow.

    Args:
        table: columns insertion ('identity' or 'random'), split ('test' or 'train'), images
            (counted so far), error_before, error_after (%); in any order.
        net: its name.
        depths: layers before and after.
    """
    bars = _bars(table)
    traces = [_trace(bars[bars["split"] == split], split, family, depths, mode) for split in SPLITS]
    names = [net, *(f"{depths[1]} layers,<br>{word}" for word in INSERTIONS.values())]
    layout = {
        "uirevision": "identity-errors",
        "barmode": "group",
        "bargap": 0.3,
        "bargroupgap": 0.08,
        "dragmode": False,
        "margin": {"t": 28},
        "showlegend": True,
        "legend": {"x": 0, "y": 1, "yanchor": "bottom", "itemclick": False},
        "annotations": [] if len(bars) else [sentence(EMPTY)],
        "xaxis": {
            "range": [-0.5, len(names) - 0.5],
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"text": "error (%)"},
            "range": [0, TOP],
            "tickvals": list(range(0, 101, 20)),
            "fixedrange": True,
        },
    }
    nets = [(family, depth) for depth in depths]
    return theme.dress(traces, layout, mode, nets, alt=_in_words(net, bars), narrow=NARROW)


def _bars(table: pd.DataFrame) -> pd.DataFrame:
    """Columns place (from 0), split, error (%), images: the net itself stands first."""
    own = table.drop_duplicates("split").assign(place=0, error=lambda rows: rows["error_before"])
    places = {name: place for place, name in enumerate(INSERTIONS, 1)}
    deeper = table.assign(
        place=table["insertion"].map(places), error=lambda rows: rows["error_after"]
    )
    return pd.concat([own, deeper])[["place", "split", "error", "images"]]


def _trace(
    bars: pd.DataFrame, split: str, family: str, depths: tuple[int, int], mode: theme.Mode
) -> dict[str, Any]:
    colours = [theme.shade(family, depths[min(place, 1)], mode) for place in bars["place"]]
    return {
        "type": "bar",
        "x": bars["place"].to_numpy(int),
        "y": bars["error"].to_numpy(float),
        "marker": {
            "color": colours if split == "test" else CLEAR,
            "line": {"color": colours, "width": 1.5},
        },
        "text": [f"{error:.1f}" for error in bars["error"]],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "constraintext": "none",
        "hovertext": [f"{images:,} {theme.SPLIT_WORDS[split]} images" for images in bars["images"]],
        "hovertemplate": "%{y:.2f} % wrong of %{hovertext}<extra></extra>",
        "name": SPLITS[split],
        "uid": split,
    }


def _in_words(net: str, bars: pd.DataFrame) -> str:
    if bars.empty:
        return f"Errors of {net} before and after it is deepened: nothing is counted yet."
    names = ["as it was trained", *(f"with {word}" for word in INSERTIONS.values())]
    parts = [
        f"{names[int(str(place))]} "
        + ", ".join(
            f"{theme.percent(error)} {theme.SPLIT_WORDS[split]}"
            for split, error in zip(own["split"], own["error"], strict=True)
        )
        for place, own in bars.groupby("place")
    ]
    return f"Errors of {net}: {'; '.join(parts)}."


SPLITS = {"test": "test (filled)", "train": "training (outlined)"}
INSERTIONS = {"identity": "identity blocks", "random": "random blocks"}
