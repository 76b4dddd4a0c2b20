"""Direct labels: the name of a line where it ends, moved apart where two would overlap."""

from typing import Any, NamedTuple

import numpy as np

PANEL_PIXELS, LABEL_PIXELS = 260, 15  # a panel's usual height, a label's


class End(NamedTuple):
    """Where a line ends, in data units, and what it is called there."""

    x: float
    y: float
    text: str
    colour: str
    opacity: float = 1.0
    gap: int = 4  # pixels; more beside a dot


def end_labels(
    ends: list[End], top: float, *, height: float = PANEL_PIXELS, **axes: str
) -> list[dict[str, Any]]:
    """Annotations beside the ends, in a panel from 0 to `top`; none where they do not all fit.

    They move in pixels, so that they stay at their lines when somebody zooms.

    Args:
        height: of the panel, pixels.
    """
    if len(ends) * LABEL_PIXELS > height:
        return []
    pixels = np.array([end.y for end in ends]) / top * height
    return [
        {
            "x": end.x,
            "y": end.y,
            "text": f"<b>{end.text}</b>",
            "font": {"color": end.colour, "size": 12},
            "opacity": end.opacity,
            "xanchor": "left",
            "xshift": end.gap,
            "yshift": round(float(shift), 1),
            **axes,
        }
        for end, shift in zip(ends, spread(pixels) - pixels, strict=True)
    ]


def spread(
    places: np.ndarray, apart: float = LABEL_PIXELS, floor: float = LABEL_PIXELS / 2
) -> np.ndarray:
    """The nearest places (least squares) in the same order, `apart` and not below the floor."""
    order = np.argsort(places, kind="stable")
    steps = apart * np.arange(len(places))
    clusters: list[tuple[float, int]] = []  # mean and size; neighbours that would cross are pooled
    for place in places[order] - steps:
        mean, size = float(place), 1
        while clusters and clusters[-1][0] > mean:
            before, many = clusters.pop()
            mean, size = (mean * size + before * many) / (size + many), size + many
        clusters.append((mean, size))
    lifted = [max(mean, floor) for mean, _ in clusters]
    moved = np.empty(len(places))
    moved[order] = np.repeat(lifted, [size for _, size in clusters]) + steps
    return moved


def sentence(text: str) -> dict[str, Any]:
    """An annotation in the middle of a figure that has nothing to show yet."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "font": {"size": 16},
    }
