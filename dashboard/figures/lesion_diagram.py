"""A net's blocks as squares that can be clicked, stage by stage: what is bypassed or swapped."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.legend_key import legend_key

ROW, MOST_ROWS = 9, 8  # squares in a line; nets of more lines get longer ones
LONG_ROW = 30
SQUARE, SMALL_SQUARE = 22, 9  # pixels
PITCH, SMALL_PITCH = 36, 16  # pixels of a line
BUTTONS, LEGEND = 22, 36  # pixels above and below: the figure's buttons would cover a block
NARROW = {"below": 400, "layout": {"showlegend": False, "font": {"size": 11}}}
CLEAR = "rgba(0,0,0,0)"
OUTLINE = 3  # pixels, of what is chosen or swapped


def lesion_diagram(
    blocks: pd.DataFrame, *, net: str, family: str, depth: int, mode: theme.Mode = "light"
) -> theme.Figure:
    """A square a block, a diamond where the shape changes, crossed out where it is bypassed.

    A click on a block gives its address.

    Args:
        blocks: columns address, block (words), stage (from 1), number (in its stage, from 1; of the
            block that stands there now), changes (the shape), state ('kept', 'bypassed', 'swapped'
            or 'chosen'), in the order of the net.
        net: its name.
    """
    column, line = _places(blocks)
    colour, small = theme.shade(family, depth, mode), _columns(blocks) > ROW
    traces = [_path(blocks, column, line), _squares(blocks, column, line, colour, small)]
    if not small:
        traces.append(_numbers(blocks, column, line, mode))
    traces += [legend_key(words, symbol) for words, symbol in KEYS.items()]
    first = blocks.assign(line=line).groupby("stage")["line"].min()
    layout = {
        "uirevision": "lesion-diagram",
        "dragmode": False,
        "margin": {"t": BUTTONS},
        "legend": {"x": 0, "y": 0, "yanchor": "top"},
        "xaxis": {"visible": False, "fixedrange": True, "range": [-0.7, _columns(blocks) - 0.3]},
        "yaxis": {
            "range": [line.max() + 0.6, -0.6],
            "tickvals": first.tolist(),
            "ticktext": [f"stage {stage}" for stage in first.index],
            "showgrid": False,
            "fixedrange": True,
        },
    }
    alt = _in_words(net, blocks)
    return theme.dress(traces, layout, mode, [(family, depth)], alt=alt, narrow=NARROW)


def diagram_height(blocks: pd.DataFrame) -> int:
    """Pixels that the figure needs for its lines."""
    pitch = PITCH if _columns(blocks) == ROW else SMALL_PITCH
    return BUTTONS + LEGEND + pitch * (int(_places(blocks)[1].max()) + 1)


def _columns(blocks: pd.DataFrame) -> int:
    lines = np.ceil(blocks.groupby("stage").size() / ROW).sum()
    return ROW if lines <= MOST_ROWS else LONG_ROW


def _places(blocks: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Column and line of each block; a stage begins a line."""
    column = blocks.groupby("stage").cumcount().to_numpy() % _columns(blocks)
    return column, (column == 0).cumsum() - 1


def _path(blocks: pd.DataFrame, column: np.ndarray, line: np.ndarray) -> dict[str, Any]:
    """The way of the signal, a line behind each row of squares."""
    breaks = np.flatnonzero(np.diff(line)) + 1
    x, y = (np.insert(values.astype(float), breaks, np.nan) for values in (column, line))
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


def _squares(
    blocks: pd.DataFrame, column: np.ndarray, line: np.ndarray, colour: str, small: bool
) -> dict[str, Any]:
    shapes = ["diamond" if changes else "square" for changes in blocks["changes"]]
    cut = (blocks["state"] == "bypassed").to_numpy()
    marked = blocks["state"].isin(["swapped", "chosen"]).to_numpy()
    words = [
        STATES[state].format(number)
        for state, number in zip(blocks["state"], blocks["number"], strict=True)
    ]
    hover = blocks["block"] + " (" + blocks["address"] + ")<br>" + words
    return {
        "type": "scatter",
        "mode": "markers",
        "x": column,
        "y": line,
        "marker": {
            "symbol": [
                f"{one}-x-open" if out else one for one, out in zip(shapes, cut, strict=True)
            ],
            "size": SMALL_SQUARE if small else SQUARE,
            "color": [theme.NEUTRAL if out else colour for out in cut],
            "line": {
                "color": theme.NEUTRAL,
                "width": np.where(marked, OUTLINE, np.where(cut, 1.5, 0)),
            },
        },
        "customdata": blocks["address"].tolist(),
        "hovertext": hover.tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
        "uid": "blocks",
    }


def _numbers(
    blocks: pd.DataFrame, column: np.ndarray, line: np.ndarray, mode: theme.Mode
) -> dict[str, Any]:
    """In each square that of the block which stands there; empty words would not come back."""
    cut = blocks["state"] == "bypassed"
    return {
        "type": "scatter",
        "mode": "text",
        "x": column,
        "y": line,
        "text": blocks["number"].astype(str).tolist(),
        "textfont": {
            "color": [CLEAR if out else theme.BACKGROUND[mode] for out in cut],
            "size": 12,
        },
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "numbers",
    }


def _in_words(net: str, blocks: pd.DataFrame) -> str:
    parts = []
    for state in ("bypassed", "swapped"):
        own = blocks.loc[blocks["state"] == state, "block"]
        parts += [f"{state}: {', '.join(own)}"] if len(own) else []
    said = "; ".join(parts) or "all as they were trained"
    return f"The {len(blocks)} blocks of {net} in order of depth, {said}."


KEYS = {"block": "square", "changes the shape": "diamond", "bypassed": "square-x-open"}
STATES = {
    "kept": "as it was trained",
    "bypassed": "bypassed",
    "swapped": "block {} of the stage stands here",
    "chosen": "now click the block to swap it with",
}
