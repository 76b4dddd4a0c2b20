"""A map of images by the features that a net gives them, coloured by class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "There is no image to show"
PALETTE = (  # Petroff 2021, https://arxiv.org/abs/2107.02270: ten that colour-blind eyes tell apart
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
MOST_NAMED = 20  # classes up to which their names stand in the map
PIXELS = (480, 350)  # of a map on a page of 1280, for what lies side by side there
LABEL = (76, 18)  # pixels of a name
SYMBOLS = {True: "circle", False: "x"}
WORDS = {True: "right", False: "wrong (colour: true class)"}


def feature_scatter(
    points: pd.DataFrame,
    class_names: Sequence[str],
    name: str,
    *,
    axes: tuple[str, str] | None = None,
    chosen: int | None = None,
    sprites: Mapping[str, Any] | None = None,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A mark an image: a dot where the net is right, a cross where it is wrong.

    A click on a mark gives the image's place.

    Args:
        points: columns place (of the test image), x, y, label and guess (numbers of classes).
        name: of the net on screen.
        axes: titles; without them the axes mean nothing and have no numbers.
        chosen: place of the image that an arrow points at.
        sprites: the images on hover, as `image_sheet.sprites` makes them in the order of the rows.
    """
    right = (points["label"] == points["guess"]).to_numpy()
    keys = [_key(bool(one)) for one in np.unique(right)[::-1]]
    names = _centres(points, class_names, mode) if len(points) else [sentence(EMPTY)]
    layout = {
        "uirevision": f"features {'numbers' if axes else 'neighbours'}",
        "margin": {"t": 28},
        "legend": {"x": 0, "y": 1.0, "yanchor": "bottom"},
        "annotations": [*names, *_arrow(points[points["place"] == chosen])],
        "xaxis": _axis(axes and axes[0]),
        "yaxis": _axis(axes and axes[1]) | {"scaleanchor": "x"},
    }
    about = _in_words(points, right, name)
    traces = [_marks(points, right, class_names, name, mode), *keys]
    return theme.dress(traces, layout, mode, alt=about, sprites=sprites)


def _marks(
    points: pd.DataFrame, right: np.ndarray, class_names: Sequence[str], name: str, mode: theme.Mode
) -> dict[str, Any]:
    labels = [class_names[label] for label in points["label"]]
    guesses = [class_names[guess] for guess in points["guess"]]
    words = [
        f"{label}, right" if label == guess else f"{label}<br>taken for {guess}"
        for label, guess in zip(labels, guesses, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points["x"].to_numpy(np.float32),
        "y": points["y"].to_numpy(np.float32),
        "marker": {
            "size": np.where(right, 6, 8).tolist(),
            "symbol": [SYMBOLS[bool(one)] for one in right],
            "color": [PALETTE[label % len(PALETTE)] for label in points["label"]],
            "line": {"width": 0.5, "color": theme.BACKGROUND[mode]},
        },
        "customdata": points["place"].tolist(),
        "hovertext": words,
        "hovertemplate": f"<b>{name}</b>, image %{{customdata}}<br>%{{hovertext}}<extra></extra>",
        "showlegend": False,
        "uid": "marks",
    }


def _arrow(chosen: pd.DataFrame) -> list[dict[str, Any]]:
    """From beside the image that stands out to its mark, above all names."""
    look = {"showarrow": True, "ax": 36, "ay": -44, "arrowcolor": theme.NEUTRAL, "arrowwidth": 2}
    return [
        look
        | {"x": x, "y": y, "text": "<b>clicked</b>", "standoff": 4, "bgcolor": "#ffd54a"}
        | {"font": {"color": "#1c2430", "size": 11}, "borderpad": 2}
        for x, y in chosen[["x", "y"]].to_numpy().tolist()
    ]


def _key(right: bool) -> dict[str, Any]:
    """An entry of the legend."""
    marker = {"symbol": SYMBOLS[right], "size": 8, "color": theme.NEUTRAL}
    trace = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "marker": marker}
    return trace | {"name": WORDS[right], "hoverinfo": "skip", "uid": f"key-{right}"}


def _centres(
    points: pd.DataFrame, class_names: Sequence[str], mode: theme.Mode
) -> list[dict[str, Any]]:
    """Each class's name at the median of its images, lifted where it would hide another."""
    middles = points.groupby("label")[["x", "y"]].median().sort_values("y")
    if len(middles) > MOST_NAMED:
        return []
    spans = np.ptp(points[["x", "y"]].to_numpy(), axis=0)
    pixels = middles.to_numpy() / np.where(spans > 0, spans, 1) * PIXELS
    return [
        {
            "x": x,
            "y": y,
            "yshift": shift,
            "text": f"<b>{class_names[label]}</b>",
            "font": {"size": 11},
            "bgcolor": theme.BACKGROUND[mode],
            "bordercolor": PALETTE[label % len(PALETTE)],
            "borderwidth": 1.5,
            "opacity": 0.85,
        }
        for (label, x, y), shift in zip(middles.itertuples(name=None), lifts(pixels), strict=True)
    ]


def lifts(pixels: np.ndarray) -> list[float]:
    """How far up each label moves so that it hides none before it.

    Args:
        pixels: where they are [N, 2], from the lowest to the highest.
    """
    placed: list[tuple[float, float]] = []
    for x, y in pixels.tolist():
        near = sorted(other for across, other in placed if abs(across - x) < LABEL[0])
        for other in near:
            if abs(y - other) < LABEL[1]:
                y = other + LABEL[1]
        placed.append((x, y))
    return [round(y - own, 1) for (_, y), own in zip(placed, pixels[:, 1].tolist(), strict=True)]


def _axis(title: str | None) -> dict[str, Any]:
    bare = {"showticklabels": False, "showgrid": False, "showline": False}
    return {"title": {"text": title}, "showgrid": False} if title else bare


def _in_words(points: pd.DataFrame, right: np.ndarray, name: str) -> str:
    if not len(points):
        return f"Map of the features of {name}: there is no image to show."
    return (
        f"Map of the features that {name} gives {len(points)} test images of"
        f" {points['label'].nunique()} classes; it is right on {100 * right.mean():.0f} % of them."
    )
