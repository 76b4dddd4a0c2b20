"""One look for every figure: hue is the family, shade the depth, dash and weight the split."""

import math
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Literal, cast
from zlib import crc32

import numpy as np

Figure = dict[str, Any]  # in plotly's terms: data and layout
Mode = Literal["light", "dark"]

HUES = {  # of Okabe and Ito
    "plain": "#D55E00",
    "resnet": "#0072B2",
    "bottleneck": "#009E73",
    "preact": "#CC79A7",
    "highway": "#E69F00",
}
FURTHER_HUES = ("#56B4E9",)  # the rest of their set
FAMILY_WORDS = {"resnet": "residual", "preact": "pre-activation", "vgg": "VGG"}
SPLIT_WORDS = {"train": "training", "test": "test"}

BACKGROUND = {"light": "#ffffff", "dark": "#0f141b"}  # the same as in .streamlit/config.toml
INK = {"light": "#1c2430", "dark": "#e6eaf0"}
GRID = {"light": "#e3e7ed", "dark": "#2a323d"}
NEUTRAL = "#808080"  # at least 4:1 on both backgrounds
LEGEND = {"bgcolor": "rgba(0,0,0,0)", "orientation": "h"}  # templates reach the first legend only
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

BAND, FADED = 0.15, 0.3  # opacity of bands, and of what is not highlighted
FAINTEST_CONTRAST, STRONGEST_CONTRAST = 3.2, 12.0  # WCAG 2.2 asks 3:1 of lines
KNOWN_DEPTHS = (8, 110, 1202)
STRENGTHS = (0.0, 0.9, 1.0)  # the depths of a classroom get most of the range


def family_word(family: str) -> str:
    """The family's name on screen."""
    return FAMILY_WORDS.get(family, family)


def net_word(family: str, depth: int) -> str:
    """A net's name on screen, such as residual-56."""
    return f"{family_word(family)}-{depth}"


def percent(error: float) -> str:
    """A measured error on screen, 12.3 %, never broken over two lines."""
    return f"{error:.1f}\u00a0%"


def hue(family: str) -> str:
    """The family's colour; one that has none of its own always gets the same further one."""
    return HUES.get(family) or FURTHER_HUES[crc32(family.encode()) % len(FURTHER_HUES)]


def family_colour(family: str, mode: Mode) -> str:
    """For words and lines that stand for a whole family: its hue, or a shade that can be read."""
    own = hue(family).lower()
    readable = mode == "light" and contrast(own, BACKGROUND[mode]) >= FAINTEST_CONTRAST
    return own if readable else shade(family, 20, mode)


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb from 0 to 1 (WCAG 2.2)."""
    return float(_linear(colour) @ (0.2126, 0.7152, 0.0722))


def contrast(colour: str, other: str) -> float:
    """Contrast ratio of two colours from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(colour), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1024)
def shade(family: str, depth: int, mode: Mode) -> str:
    """The net's colour, #rrggbb: the deeper, the stronger its contrast with the page.

    Mixing with black or white in linear light moves luminance linearly, so the contrast is exact.
    """
    strength = np.interp(math.log(depth), np.log(KNOWN_DEPTHS), STRENGTHS)
    ratio = FAINTEST_CONTRAST * (STRONGEST_CONTRAST / FAINTEST_CONTRAST) ** strength
    page = luminance(BACKGROUND[mode]) + 0.05
    target = (page / ratio if mode == "light" else page * ratio) - 0.05
    return _with_luminance(hue(family), float(target))


def line_style(family: str, depth: int, split: str, mode: Mode) -> dict[str, Any]:
    """Plotly's `line` for a net and split: thin dashes for training, bold for the test."""
    return {"color": shade(family, depth, mode), **SPLIT_LINES[split]}


def dress(
    traces: list[dict[str, Any]],
    layout: dict[str, Any],
    mode: Mode,
    nets: Iterable[tuple[str, int]] = (),
    *,
    alt: str,
    **meta: Any,
) -> Figure:
    """The figure in the house look; `meta.other_mode` maps its colours to the other mode's.

    `alt` says in words and numbers what it shows, for those who cannot see it.

    With that map a page can go from light to dark without asking the server for a new figure.
    Traces without points are left out: each would cost the browser time at every update. The
    figure is a dict: a `plotly.graph_objects.Figure` checks every property, which took half the
    time of an update. The tests make that check of every figure.
    """
    other = cast(Mode, OTHER_MODE[mode])
    nets = sorted(set(nets))
    families = {family for family, _ in nets} | set(HUES)
    swaps = {
        BACKGROUND[mode]: BACKGROUND[other],
        **{family_colour(family, mode): family_colour(family, other) for family in families},
        **{shade(*net, mode): shade(*net, other) for net in nets},
    }
    meta |= {"alt": alt, "mode": mode, "other_mode": dict(sorted(swaps.items()))}
    given = _without_none(layout)
    drawn = [trace for trace in traces if len(trace["x"])]
    return {"data": drawn, "layout": given | {"template": template(mode), "meta": meta}}


@cache
def template(mode: Mode) -> Figure:
    """Axes, fonts and margins of all figures."""
    axis = {
        "gridcolor": GRID[mode],
        "linecolor": GRID[mode],
        "zeroline": False,
        "ticks": "",
        "automargin": True,
        "title": {"standoff": 6, "font": {"size": 13}},
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 13, "color": INK[mode]},
            "paper_bgcolor": BACKGROUND[mode],
            "plot_bgcolor": BACKGROUND[mode],
            "xaxis": {**axis, "showgrid": False, "showline": True},
            "yaxis": axis,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": BACKGROUND[mode],
                "bordercolor": GRID[mode],
                "font": {"color": INK[mode]},  # else plotly writes in the border's colour
                "align": "left",
            },
            "legend": LEGEND,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": NEUTRAL, "activecolor": NEUTRAL},
            "annotationdefaults": {"showarrow": False},
        }
    }


def _without_none(values: Figure) -> Figure:
    return {
        name: _without_none(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None
    }


def _linear(colour: str) -> np.ndarray:
    coded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def _with_luminance(colour: str, target: float) -> str:
    now = luminance(colour)
    end = 0.0 if target < now else 1.0
    linear = end + (_linear(colour) - end) * (target - end) / (now - end)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * part):02x}" for part in coded)


OTHER_MODE = {"light": "dark", "dark": "light"}
SPLIT_LINES: dict[str, dict[str, Any]] = {
    "train": {"width": 1.25, "dash": "4px,3px"},
    "test": {"width": 2.75, "dash": "solid"},
}
DOT_SIZES = {"train": 7, "test": 11}  # pixels
