"""What a block costs, layer upon layer: basic against bottleneck (He et al. 2015, Figure 5)."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Choose a width to compare blocks"
FAINT, STRONG = 0.35, 0.75  # opacity of 1x1 and of 3x3 convolutions


def block_cost(layers: pd.DataFrame, *, mode: theme.Mode = "light") -> theme.Figure:
    """A bar a block, a piece a convolution as long as its parameters; equal blocks share a scale.

    Args:
        layers: columns block, family ('resnet' or 'bottleneck'), layer (words), parameters,
            multiply_adds; in the order of the signal.
    """
    blocks = list(dict.fromkeys(layers["block"]))
    traces = [_piece(row, mode) for row in layers.itertuples()]
    totals = layers.groupby("block", sort=False)["parameters"].sum()
    layout = _layout(blocks, float(totals.max()) if blocks else 1.0)
    layout["annotations"] = [_total(block, int(totals[block])) for block in blocks] or [
        sentence(EMPTY)
    ]
    return theme.dress(
        traces,
        layout,
        mode,
        alt=_in_words(totals),
        narrow={"below": 560, "layout": {"font": {"size": 11}}},
    )


def _piece(row: Any, mode: theme.Mode) -> dict[str, Any]:
    opacity = FAINT if row.layer.startswith("1x1") else STRONG
    return {
        "type": "bar",
        "orientation": "h",
        "x": [row.parameters],
        "y": [row.block],
        "width": 0.6,
        "marker": {
            "color": theme.family_colour(row.family, mode),
            "opacity": opacity,
            "line": {"color": theme.BACKGROUND[mode], "width": 1.5},
        },
        "hovertemplate": (
            f"<b>{row.layer}</b><br>{row.parameters:,} parameters"
            f"<br>{row.multiply_adds / 1e6:,.1f} M multiply-adds<extra></extra>"
        ),
        "showlegend": False,
        "uid": f"{row.block}/{row.Index}",
    }


def _total(block: str, parameters: int) -> dict[str, Any]:
    return {
        "x": parameters,
        "y": block,
        "text": f"<b>{parameters:,}</b>",
        "xanchor": "left",
        "xshift": 4,
    }


def _layout(blocks: list[str], most: float) -> dict[str, Any]:
    return {
        "uirevision": "block-cost",
        "barmode": "stack",
        "xaxis": {
            "title": {"text": "parameters of one block"},
            "range": [0, 1.3 * most],
            "fixedrange": True,
            "showgrid": True,
        },
        "yaxis": {
            "visible": bool(blocks),
            "categoryorder": "array",
            "categoryarray": blocks[::-1],
            "showgrid": False,
            "fixedrange": True,
        },
    }


def _in_words(totals: pd.Series) -> str:
    if totals.empty:
        return "Cost of blocks: none is chosen."
    parts = [
        f"{str(block).replace('<br>', ' ')} {parameters:,}" for block, parameters in totals.items()
    ]
    return f"Parameters of one block: {'; '.join(parts)}."
