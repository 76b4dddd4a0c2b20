"""The same block several times in a row: how far what goes out is from what came in."""

from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.end_labels import End, end_labels, sentence

HEIGHT, MARGINS = 250, 60  # pixels; of them above and below the lines
SYMBOLS = ("circle", "square")
EMPTY = "No block is followed"


class Line(NamedTuple):
    """A net's block, by name.

    Attributes:
        differences: float [k]: the largest size of output minus input after 1 to k blocks.
        size: largest number that came in.
    """

    name: str
    family: str
    depth: int
    differences: np.ndarray
    size: float


def identity_block_row(lines: list[Line], *, mode: theme.Mode = "light") -> theme.Figure:
    """A line a net from 0, and thin dots where all that came in is lost or as much is added."""
    most = max((len(line.differences) for line in lines), default=1)
    tops = [size for line in lines for size in (line.size, *line.differences)]
    top = 1.1 * max((size for size in tops if np.isfinite(size)), default=0.0) or 1.0
    layout = {
        "uirevision": "identity-block-row",
        "dragmode": False,
        "showlegend": False,
        "margin": {"l": 62, "r": 90, "t": 12, "b": 44},  # fixed, for speed, as of the maps
        "annotations": _labels(lines, top, mode) or [sentence(EMPTY)],
        "shapes": [_size(line, most, mode) for line in lines],
        "xaxis": {"title": {"text": "blocks in a row"}, "fixedrange": True, "automargin": False}
        | {"range": [-0.05 * most, 1.02 * most], "tickvals": list(range(most + 1))},
        "yaxis": {"title": {"text": "largest difference"}, "fixedrange": True, "automargin": False}
        | {"range": [-0.04 * top, top], "nticks": 5},
    }
    traces = [_line(line, place, mode) for place, line in enumerate(lines)]
    nets = [(line.family, line.depth) for line in lines]
    return theme.dress(traces, layout, mode, nets, alt=_in_words(lines))


def _line(line: Line, place: int, mode: theme.Mode) -> dict[str, Any]:
    colour = theme.shade(line.family, line.depth, mode)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.arange(len(line.differences) + 1),
        "y": np.concatenate([[0.0], line.differences]),
        "name": line.name,
        "line": {"color": colour, "width": 2.5},
        "marker": {"color": colour, "symbol": SYMBOLS[place % 2], "size": 9},
        "hovertemplate": f"<b>{line.name}</b><br>after %{{x}} blocks: %{{y:.3g}}<extra></extra>",
        "uid": f"line-{place}",
    }


def _size(line: Line, most: int, mode: theme.Mode) -> dict[str, Any]:
    look = {"color": theme.shade(line.family, line.depth, mode), "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": most, "y0": line.size, "y1": line.size, "line": look}


def _labels(lines: list[Line], top: float, mode: theme.Mode) -> list[dict[str, Any]]:
    ends = [
        End(
            len(line.differences),
            float(line.differences[-1]),
            line.name,
            theme.shade(line.family, line.depth, mode),
            gap=10,
        )
        for line in lines
        if np.isfinite(line.differences[-1])
    ]
    return end_labels(ends, top, height=HEIGHT - MARGINS)


def _in_words(lines: list[Line]) -> str:
    parts = [f"{line.name} {', '.join(f'{one:.3g}' for one in line.differences)}" for line in lines]
    return f"Largest difference to the input after each block in a row: {'; '.join(parts)}."
