"""The feature maps of all blocks of a net as one picture: a strip a block, with its histogram."""

from typing import Any

import numpy as np

from dashboard import theme
from dashboard.figures.montage import Strip, as_png, montage

HISTOGRAM = 0.2  # its width, in widths of a strip
WIDTH = 340  # pixels of maps and histograms on a page of 1280


def height_of(columns: int, rows: float) -> int:
    """Pixels of a figure in which maps are square on a page of 1280."""
    return round(rows * WIDTH / (columns * (1 + HISTOGRAM))) + 16


def feature_maps(
    strips: list[Strip],
    *,
    family: str,
    columns: int,
    rows: float,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """One picture of all maps, the strips' histograms, and a mark a map that tells and can be hit.

    A click on a map gives 'address|part|channel'.

    Args:
        columns: maps in a line.
        rows: height of the figure, in heights of a map.
    """
    right = columns * (1 + HISTOGRAM)
    picture = {"source": as_png(montage(strips, columns, rows)), "sizing": "stretch"}
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": columns, "sizey": rows}
    axis = {"fixedrange": True, "showgrid": False, "showline": False, "constrain": "domain"}
    layout = {
        "uirevision": "feature-maps",
        "images": [picture | place | {"layer": "below"}] if strips else [],
        "dragmode": False,
        "xaxis": axis | {"range": [0, right], "showticklabels": False, "constraintoward": "left"},
        "yaxis": axis
        | {
            "range": [rows, 0],
            "scaleanchor": "x",
            "constraintoward": "top",
            "tickvals": [strip.top + 0.5 for strip in strips],
            "ticktext": [strip.label for strip in strips],
            "tickfont": {"size": 11},
        },
    }
    traces = [_histograms(strips, family, columns, mode), *_marks(strips, columns)]
    narrow = {"below": 430, "layout": {"yaxis": {"scaleanchor": False, "tickfont": {"size": 9}}}}
    return theme.dress(traces, layout, mode, alt=alt, narrow=narrow)


def _histograms(strips: list[Strip], family: str, columns: int, mode: theme.Mode) -> dict[str, Any]:
    """Outlines of all of them, one after the other; heights are logarithms of counts."""
    x, y = [np.empty(0)], [np.empty(0)]
    left, width = columns * (1 + 0.15 * HISTOGRAM), columns * 0.85 * HISTOGRAM
    for strip in strips:
        counts, edges = strip.histogram
        share = np.log1p(counts) / (np.log1p(counts).max() or 1.0)
        across = np.linspace(left, left + width, len(edges))
        heights = np.concatenate([[0.0], np.repeat(share, 2), [0.0]])
        x += [np.repeat(across, 2), [np.nan]]
        y += [strip.top + 0.95 - 0.9 * heights, [np.nan]]
    colour = theme.family_colour(family, mode)
    return {
        "type": "scatter",
        "mode": "none",
        "x": np.concatenate(x),
        "y": np.concatenate(y),
        "fill": "toself",
        "fillcolor": colour,
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "histograms",
    }


def _marks(strips: list[Strip], columns: int) -> list[dict[str, Any]]:
    """Squares that cannot be seen: one on each map, and one on each histogram."""
    x, y, words, hits = [], [], [], []
    for strip in strips:
        numbers = zip(strip.channels, strip.maps.mean((1, 2)), strip.maps.max((1, 2)), strict=True)
        for place, (channel, mean, most) in enumerate(numbers):
            line, column = divmod(place, columns)
            x.append(column + 0.47)
            y.append(round(strip.top + line + 0.47, 3))
            words.append(f"{strip.about}<br>channel {channel}: mean {mean:.3g}, largest {most:.3g}")
            hits.append(f"{strip.address}|{strip.part}|{channel}")
        x.append(columns * (1 + 0.58 * HISTOGRAM))
        y.append(strip.top + 0.5)
        words.append(f"{strip.about}<br>bars: how often each size of number, log scale")
        hits.append(None)
    mark = {"symbol": "square", "size": 0.8 * WIDTH / columns / (1 + HISTOGRAM), "opacity": 0}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": x,
            "y": y,
            "marker": mark,
            "hovertext": words,
            "hovertemplate": "%{hovertext}<extra></extra>",
            "customdata": hits,
            "showlegend": False,
            "uid": "marks",
        }
    ]
