"""A colour scale that several heatmaps share: logarithmic, from 0, or centred on 0."""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from plotly.colors import diverging, sequential

STOPS = 65  # of a logarithmic scale: between two of them the colour is read off a straight line
MOST_TICKS = 6
TINY = 1e-30


class ColourScale(NamedTuple):
    """From which value to which, and how between them.

    Attributes:
        low, high: values of the first and the last colour.
    """

    low: float
    high: float
    log: bool
    signed: bool

    @property
    def named(self) -> list[str]:
        """The colours, evenly spread."""
        return diverging.RdBu_r if self.signed else sequential.Cividis

    @property
    def colours(self) -> list[list[Any]]:
        """Plotly's colorscale for raw values: a logarithm is put into where its colours stand.

        So the browser is sent the values themselves, once, and can show them on hover.
        """
        if not self.log:
            return _pairs(_even(len(self.named)), self.named)
        values = np.geomspace(self.low, self.high, STOPS)
        stands = (values - self.low) / (self.high - self.low)
        stands[0], stands[-1] = 0.0, 1.0
        return _pairs(stands, _between(tuple(self.named), STOPS))

    def bar(self, title: str) -> dict[str, Any]:
        """A trace without points that carries the scale's colour bar, above the figure."""
        low, high = map(math.log10, (self.low, self.high)) if self.log else (self.low, self.high)
        ticks = log_ticks(self.low, self.high) if self.log else None
        bar = {
            "orientation": "h",
            "yref": "container",
            "y": 1.0,
            "yanchor": "top",
            "ypad": 0,
            "thickness": 10,
            "len": 1.0,
            "outlinewidth": 0,
            "ticks": "",
            "nticks": MOST_TICKS,
            "title": {
                "text": f"{title}{', log scale' if self.log else ''}",
                "side": "top",
                "font": {"size": 12},
            },
            "tickvals": ticks and [math.log10(tick) for tick in ticks],
            "ticktext": ticks and [f"{tick:.3g}" for tick in ticks],
        }
        marker = {
            "color": [low],
            "cmin": low,
            "cmax": high,
            "colorscale": _pairs(_even(len(self.named)), self.named),
            "showscale": True,
            "colorbar": {name: value for name, value in bar.items() if value is not None},
        }
        return {
            "type": "scatter",
            "mode": "markers",
            "x": [None],
            "y": [None],
            "marker": marker,
            "hoverinfo": "skip",
            "showlegend": False,
            "uid": "bar",
        }


def common_scale(values: Iterable[np.ndarray], *, log: bool) -> ColourScale:
    """The scale from the smallest to the largest of all these numbers.

    Where no number is above 0 a logarithm has nothing to show; numbers below 0 ask for two hues.
    """
    numbers = np.concatenate([one[np.isfinite(one)] for one in values])
    positive = numbers[numbers > TINY]
    if log and len(positive):
        low, high = float(positive.min()), float(positive.max())
        return ColourScale(low, max(high, 1.001 * low), log=True, signed=False)
    reach = float(np.abs(numbers).max()) or 1.0
    signed = bool((numbers < 0).any())
    return ColourScale(-reach if signed else 0.0, reach, log=False, signed=signed)


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten in between, where they are too few also others, at last the two ends."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for mantissas in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        ticks = [m * 10.0**power for power in powers for m in mantissas]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= 3:
            return inside[:: -(-len(inside) // MOST_TICKS)]
    return [low, high]


def _pairs(stands: np.ndarray, colours: list[str]) -> list[list[Any]]:
    return [list(pair) for pair in zip(stands.tolist(), colours, strict=True)]


def _even(count: int) -> np.ndarray:
    return np.linspace(0.0, 1.0, count)


@lru_cache
def _between(named: tuple[str, ...], count: int) -> list[str]:
    parts = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in named])
    mixed = np.array([np.interp(_even(count), _even(len(named)), part) for part in parts.T])
    return ["#" + "".join(f"{round(part):02x}" for part in colour) for colour in mixed.T]
