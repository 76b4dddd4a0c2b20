"""A net's blocks as squares, stage by stage: those that were trained, and those put behind them."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.legend_key import legend_key

SQUARE, SMALL_SQUARE = 18, 10  # pixels
MANY = 10  # blocks in a stage, from which on squares are small
PITCH, FOOT, HEAD = 34, 30, 22  # pixels of a line, below all of them, and above
OUTLINE = 2  # pixels
NARROW = {"below": 400, "layout": {"font": {"size": 11}}}


def identity_diagram(
    blocks: pd.DataFrame, *, net: str, family: str, depth: int, mode: theme.Mode = "light"
) -> theme.Figure:
    """A filled square for each trained block, a hollow one for each that was inserted.

    Args:
        blocks: columns address, block (words), stage (from 1), number (in its stage, from 1) and
            inserted, in the order of the net.
        net: its name.
        depth: of the net that was deepened, for its colour.
    """
    colour = theme.shade(family, depth, mode)
    stages = blocks["stage"].unique()
    columns = int(blocks["number"].max())
    traces = [_path(blocks), _squares(blocks, colour, columns, mode)]
    traces += [legend_key(words, symbol) for words, symbol in KEYS.items()]
    layout = {
        "uirevision": "identity-diagram",
        "dragmode": False,
        "margin": {"t": HEAD},
        "legend": {"x": 0, "y": 0, "yanchor": "top", "itemclick": False},
        "xaxis": {"visible": False, "fixedrange": True, "range": [0.3, columns + 0.7]},
        "yaxis": {
            "range": [stages.max() + 0.6, stages.min() - 0.6],
            "tickvals": stages.tolist(),
            "ticktext": [f"stage {stage}" for stage in stages],
            "showgrid": False,
            "fixedrange": True,
        },
    }
    alt = _in_words(net, blocks)
    return theme.dress(traces, layout, mode, [(family, depth)], alt=alt, narrow=NARROW)


def diagram_height(blocks: pd.DataFrame) -> int:
    """Pixels that the figure needs for its stages."""
    return HEAD + FOOT + PITCH * blocks["stage"].nunique()


def _path(blocks: pd.DataFrame) -> dict[str, Any]:
    """The way of the signal, a line behind each stage's squares."""
    breaks = np.flatnonzero(np.diff(blocks["stage"])) + 1
    x, y = (np.insert(blocks[name].to_numpy(float), breaks, np.nan) for name in ("number", "stage"))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.NEUTRAL, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "path",
    }


def _squares(blocks: pd.DataFrame, colour: str, columns: int, mode: theme.Mode) -> dict[str, Any]:
    """A hollow one is filled with the page's colour, so that the path does not show in it."""
    hover = blocks["block"] + " (" + blocks["address"] + ")<br>"
    return {
        "type": "scatter",
        "mode": "markers",
        "x": blocks["number"].to_numpy(),
        "y": blocks["stage"].to_numpy(),
        "marker": {
            "symbol": "square",
            "size": SMALL_SQUARE if columns > MANY else SQUARE,
            "color": [theme.BACKGROUND[mode] if new else colour for new in blocks["inserted"]],
            "opacity": 1,
            "line": {"width": OUTLINE, "color": colour},
        },
        "hovertext": (hover + [STATES[new] for new in blocks["inserted"]]).tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
        "uid": "blocks",
    }


def _in_words(net: str, blocks: pd.DataFrame) -> str:
    trained, new = int((~blocks["inserted"]).sum()), int(blocks["inserted"].sum())
    last = ", ".join(
        f"{int(own['inserted'].sum())} at the end of stage {stage}"
        for stage, own in blocks.groupby("stage")
    )
    return f"The {trained} trained blocks of {net} and {new} inserted ones: {last}."


STATES = {False: "trained", True: "inserted"}
KEYS = {"trained": "square", "inserted": "square-open"}
