"""How alike maps stay while a net's weights are redrawn: a row a stage, beside the maps."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.attribution_grid import row_axis
from dashboard.figures.end_labels import sentence

EMPTY = "Nothing is compared yet"
SYMBOLS = ("circle", "diamond")  # tells one net at two times apart
SIZE_ONLY = "-open"


def map_similarity(table: pd.DataFrame, same: float, *, mode: theme.Mode = "light") -> theme.Figure:
    """Rank correlation with the trained net's map, -1 to 1, from the trained net downwards.

    Bold with full dots is of the signed maps, thin with open dots of the sizes of their numbers.

    Args:
        table: columns net, family, depth, stage (words), number (0: trained), signed, absolute (not
            a number where a map is the same everywhere).
        same: correlation from which on maps count as unchanged.
    """
    nets = list(table.groupby("net", sort=False))
    traces = [
        trace
        for place, (net, own) in enumerate(nets)
        for trace in _lines(str(net), own, place, mode)
    ]
    labels = table.drop_duplicates("number").sort_values("number")["stage"].tolist()
    layout = {
        "uirevision": f"map-similarity {len(labels)}",
        "dragmode": False,
        "margin": {"t": 28, "b": 36},
        "legend": {"x": 0, "y": 1.0, "yanchor": "top"},
        "annotations": [_same_label(same)] if traces else [sentence(EMPTY)],
        "shapes": [_same_band(same), _nothing()] if traces else [],
        "xaxis": {"title": {"text": "rank correlation with the trained net's map"}}
        | {"range": [-1.05, 1.05], "tickvals": [-1, -0.5, 0, 0.5, 1], "fixedrange": True},
        "yaxis": row_axis(labels)
        | {"tickvals": [row + 0.5 for row in range(len(labels))]}
        | {"ticktext": labels},
    }
    pairs = table[["family", "depth"]].drop_duplicates().to_numpy()
    drawn = [(family, int(depth)) for family, depth in pairs]
    return theme.dress(traces, layout, mode, drawn, alt=_in_words(nets))


def _lines(net: str, own: pd.DataFrame, place: int, mode: theme.Mode) -> list[dict[str, Any]]:
    colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
    symbol = SYMBOLS[place % 2]
    looks = {
        "signed": (net, 2.5, symbol, 8),
        "absolute": (f"{net}, sizes only", 1.0, symbol + SIZE_ONLY, 6),
    }
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": own[column].to_numpy(float),
            "y": own["number"].to_numpy() + 0.5,
            "name": name,
            "line": {"color": colour, "width": width},
            "marker": {"color": colour, "symbol": mark, "size": size},
            "hovertext": own["stage"].str.replace("<br>", " ").tolist(),
            "hovertemplate": f"<b>{name}</b><br>%{{hovertext}}: %{{x:.2f}}<extra></extra>",
            "uid": f"{column}-{place}",
        }
        for column, (name, width, mark, size) in looks.items()
    ]


def _same_band(same: float) -> dict[str, Any]:
    ends = {"x0": same, "x1": 1.05, "yref": "paper", "y0": 0, "y1": 1}
    look = {"fillcolor": theme.NEUTRAL, "opacity": theme.BAND, "line": {"width": 0}}
    return {"type": "rect", "layer": "below"} | ends | look


def _same_label(same: float) -> dict[str, Any]:
    where = {"x": same, "xanchor": "right", "yref": "paper", "y": 0, "yanchor": "bottom"}
    return where | {"text": "does not change →", "font": {"color": theme.NEUTRAL, "size": 12}}


def _nothing() -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "width": 1.25, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _in_words(nets: list[tuple[Any, pd.DataFrame]]) -> str:
    if not nets:
        return "Similarity of maps by stage of randomisation: nothing is compared yet."
    parts = [
        f"{net} {', '.join(f'{value:.2f}' for value in own['signed'] if np.isfinite(value))}"
        for net, own in nets
    ]
    return f"Rank correlation with the trained net's map, from the top: {'; '.join(parts)}."
