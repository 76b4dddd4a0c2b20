"""How sure a net stays of a class while pixels go, or come, in some order."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "Nothing is measured yet"
SYMBOLS = ("circle", "diamond")  # tells one net at two times apart
TOP = 103.0  # %: dots at 100 are whole
AXES = {"deletion": "pixels taken away (%)", "insertion": "pixels put in (%)"}


def faithfulness_curves(
    table: pd.DataFrame, kind: str, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """A bold line a net in the order of its map, a dotted one in random order.

    Args:
        table: columns net, family, depth, kind, order ('map' or 'random'), share (% of the
            pixels), probability (%); rows of other kinds are not drawn.
        kind: deletion or insertion.
    """
    own = table[table["kind"] == kind]
    nets = list(own.groupby("net", sort=False))
    traces = [
        _line(str(net), order, curve, place, mode)
        for place, (net, both) in enumerate(nets)
        for order, curve in both.groupby("order", sort=False)
    ]
    layout = {
        "uirevision": f"faithfulness-{kind}",
        "margin": {"t": 44},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 12}},
        "annotations": [] if traces else [sentence(EMPTY)],
        "xaxis": {"title": {"text": AXES[kind]}, "range": [-1, 101]},
        "yaxis": {"title": {"text": "probability of the class (%)"}, "range": [-2, TOP]},
    }
    pairs = own[["family", "depth"]].drop_duplicates().to_numpy()
    drawn = [(family, int(depth)) for family, depth in pairs]
    return theme.dress(traces, layout, mode, drawn, alt=_in_words(nets, kind))


def _line(
    net: str, order: Any, curve: pd.DataFrame, place: int, mode: theme.Mode
) -> dict[str, Any]:
    colour = theme.shade(curve["family"].iloc[0], int(curve["depth"].iloc[0]), mode)
    name = net if order == "map" else f"{net}, random order"
    return {
        "type": "scatter",
        "mode": "lines+markers" if order == "map" else "lines",
        "x": curve["share"].to_numpy(float),
        "y": curve["probability"].to_numpy(float),
        "name": name,
        "line": {"color": colour} | LINES[order],
        "marker": {"color": colour, "size": 4, "symbol": SYMBOLS[place % 2]},
        "hovertemplate": f"<b>{name}</b><br>%{{x:.0f}} % of the pixels: %{{y:.1f}} %"
        "<extra></extra>",
        "uid": f"{order}-{place}",
    }


def _in_words(nets: list[tuple[Any, pd.DataFrame]], kind: str) -> str:
    parts = []
    for net, both in nets:
        for order, curve in both.groupby("order", sort=False):
            half = curve.iloc[(curve["share"] - 50).abs().argmin()]
            parts.append(f"{net} in the order {order}: {half['probability']:.0f} % halfway")
    return f"Probability of the class by {kind}. {'; '.join(parts) or EMPTY}."


LINES: dict[str, dict[str, Any]] = {
    "map": {"width": 2.75},
    "random": {"width": 1.5, "dash": "dot"},
}
