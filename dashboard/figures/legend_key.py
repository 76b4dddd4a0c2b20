"""An entry of a legend that tells what a mark means, in no net's colour."""

from typing import Any

from dashboard import theme


def legend_key(words: str, symbol: str) -> dict[str, Any]:
    """A trace without points: the words beside the symbol, as plotly names it."""
    marker = {"symbol": symbol, "size": 12, "color": theme.NEUTRAL}
    trace = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "marker": marker}
    return trace | {"name": words, "hoverinfo": "skip", "uid": f"key-{symbol}"}
