"""The printed test errors of residual nets by depth: down to 110 layers, and up again at 1202."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "No errors are listed"
FACES, ROOM = 1.35, 0.35  # a factor on the axis of depth, a share of the errors' range
BESIDE = 11  # pixels from a mark to its label
NARROW = 460  # pixels: then every second depth must do


def descent_map_published(
    printed: pd.DataFrame,
    cured: dict[str, str],
    *,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """A line through the printed errors, each labelled as printed; a ring for the cured net.

    Args:
        printed: columns depth, error (test, %), parameters (millions), per_image (parameters a
            training image), source; text as printed but for per_image.
        cured: depth, error, source of the same net, trained otherwise.
    """
    if printed.empty:
        layout = {"annotations": [sentence(EMPTY)]}
        return theme.dress([], layout, mode, alt="Published test error by depth: nothing.")
    depths, errors = (pd.to_numeric(printed[name]).to_numpy() for name in ("depth", "error"))
    nets = [("resnet", int(depth)) for depth in depths]
    colours = [theme.shade(*net, mode) for net in nets]
    line = {
        "type": "scatter",
        "x": depths,
        "y": errors,
        "mode": "lines+markers",
        "line": {"color": theme.family_colour("resnet", mode), **theme.SPLIT_LINES["test"]},
        "marker": {"color": colours, "symbol": "diamond", "size": theme.DOT_SIZES["test"]},
        "hovertext": [
            f"<b>residual-{row.depth}</b>, {row.parameters} M parameters,"
            f" {row.per_image:.0f} an image<br>test error {row.error} %<br>{row.source}"
            for row in printed.itertuples()
        ],
        "hoverinfo": "text",
        "showlegend": False,
        "uid": "published",
    }
    ring = _ring(cured, mode)
    heights = np.array([*errors, float(cured["error"])])
    layout = _layout(depths.tolist(), heights)
    layout["annotations"] = [
        *_labels(printed["error"].tolist(), depths, errors, colours),
        _label(
            ring["x"][0],
            ring["y"][0],
            f"{cured['error']} with stochastic depth",
            ring["marker"]["color"],
            above=False,
            xanchor="right",
        ),
    ]
    alt = _in_words(printed, cured)
    return theme.dress([line, ring], layout, mode, nets, alt=alt, narrow=_narrow(depths))


def _ring(cured: dict[str, str], mode: theme.Mode) -> dict[str, Any]:
    depth = int(cured["depth"])
    return {
        "type": "scatter",
        "x": [depth],
        "y": [float(cured["error"])],
        "mode": "markers",
        "marker": {
            "color": theme.shade("resnet", depth, mode),
            "symbol": "circle-open",
            "size": theme.DOT_SIZES["test"],
            "line": {"width": 2.5},
        },
        "hovertext": [
            f"<b>residual-{depth}</b>, trained with stochastic depth"
            f"<br>test error {cured['error']} %<br>{cured['source']}"
        ],
        "hoverinfo": "text",
        "showlegend": False,
        "uid": "cured",
    }


def _labels(
    texts: list[str], depths: np.ndarray, errors: np.ndarray, colours: list[str]
) -> list[dict[str, Any]]:
    """Above and below in turn, since neighbours stand close; above at the deepest net."""
    last = len(texts) - 1
    return [
        _label(depth, error, text, colour, above=place % 2 == 0 or place == last)
        for place, (depth, error, text, colour) in enumerate(
            zip(depths, errors, texts, colours, strict=True)
        )
    ]


def _label(
    depth: float, error: float, text: str, colour: str, *, above: bool, **more: str
) -> dict[str, Any]:
    return {
        "x": float(np.log10(depth)),
        "y": float(error),
        "text": f"<b>{text}</b>",
        "font": {"color": colour, "size": 12},
        "yshift": BESIDE if above else -BESIDE,
        "yanchor": "bottom" if above else "top",
        **more,
    }


def _layout(depths: list[float], errors: np.ndarray) -> dict[str, Any]:
    room = ROOM * float(errors.max() - errors.min())
    return {
        "uirevision": "descent-published",
        "margin": {"t": 12},
        "xaxis": {
            "type": "log",
            "title": {"text": "depth (layers)"},
            "range": [float(np.log10(depths[0] / FACES)), float(np.log10(depths[-1] * FACES))],
            "tickvals": depths,
            "ticktext": [f"{depth:.0f}" for depth in depths],
        },
        "yaxis": {
            "title": {"text": "test error (%)"},
            "range": [float(errors.min()) - room, float(errors.max()) + room],
        },
    }


def _narrow(depths: np.ndarray) -> dict[str, Any]:
    unnamed = {str(place): "" for place in range(1, len(depths) - 1, 2)}
    return {"below": NARROW, "layout": {"xaxis": {"ticktext": unnamed, "tickangle": 0}}}


def _in_words(printed: pd.DataFrame, cured: dict[str, str]) -> str:
    errors = ", ".join(f"{row.error} % with {row.depth} layers" for row in printed.itertuples())
    return (
        f"Published test error of residual nets on CIFAR-10: {errors};"
        f" {cured['error']} % with {cured['depth']} layers and stochastic depth."
    )
