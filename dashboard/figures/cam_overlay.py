"""One map, large: the image, the map at its true grid, and the map over the image."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from plotly.colors import diverging, make_colorscale, unlabel_rgb

from dashboard import theme
from dashboard.figures.block_heatmap import matrix
from dashboard.figures.cam_tiles import NOTHING

PANELS = ((0.0, 0.315), (0.3425, 0.6575), (0.685, 1.0))  # image, map, overlay
LARGE = 336  # pixels of a side of the image, at least
HEIGHT = 232


def bilinear(numbers: np.ndarray, height: int, width: int) -> np.ndarray:
    """A map [h, w] stretched to float32 [height, width], between the middles of its cells."""
    grid = Image.fromarray(np.asarray(numbers, np.float32))
    return np.asarray(grid.resize((width, height), Image.Resampling.BILINEAR))


def cam_overlay(
    image: np.ndarray,
    numbers: np.ndarray,
    limit: float,
    opacity: float,
    *,
    alt: str,
    mode: theme.Mode = "light",
) -> theme.Figure:
    """Image, map and overlay side by side, with their colour bar below.

    Args:
        image: uint8 [H, W, C].
        numbers: float32 [h, w].
        limit: value of the darkest red; the darkest blue is as far below 0.
        opacity: of the strongest colours over the image, 0 to 1; weaker ones are clearer.
    """
    height, width = image.shape[:2]
    over = bilinear(numbers, height, width)
    traces = [
        _map(numbers, (height, width), limit, _opaque(), 2) | {"colorbar": _bar()},
        _map(over, (height, width), limit, _clear_at_zero(), 3)
        | {"showscale": False, "opacity": opacity},
    ]
    source = _enlarged(image)
    titles = ("image", f"map, {' x '.join(map(str, numbers.shape))}", "overlay")
    words = [_title(text, place) for place, text in enumerate(titles)]
    layout = {
        "uirevision": "cam-overlay",
        "dragmode": False,
        "margin": {"t": 22, "b": 40},
        "images": [_picture(source, place, height, width) for place in (1, 3)],
        "annotations": words if (numbers > 0).any() else [*words, _nothing(height, width)],
        **_axes(height, width),
    }
    return theme.dress(traces, layout, mode, alt=alt)


def _map(
    numbers: np.ndarray, size: tuple[int, int], limit: float, colours: list, place: int
) -> dict[str, Any]:
    """A heatmap over the whole panel, in pixels of the image."""
    down, across = (pixels / cells for pixels, cells in zip(size, numbers.shape, strict=True))
    return {
        "type": "heatmap",
        "x": (np.arange(numbers.shape[1]) + 0.5) * across,
        "y": (np.arange(numbers.shape[0]) + 0.5) * down,
        "z": matrix(numbers, "f4"),
        "zmin": -(limit or 1.0),
        "zmax": limit or 1.0,
        "colorscale": colours,
        "xaxis": f"x{place}",
        "yaxis": f"y{place}",
        "hovertemplate": "%{z:.3g} logits<extra></extra>",
        "hoverongaps": False,
        "uid": f"map-{place}",
    }


def _opaque() -> list:
    return make_colorscale(diverging.RdBu_r)


def _clear_at_zero() -> list:
    """Blue and red, the nearer to 0 the clearer: bright enough on black and on white."""
    blue, red = (unlabel_rgb(diverging.RdBu_r[place]) for place in (2, -3))
    ends = [(0.0, blue, 1), (0.5, blue, 0), (0.5, red, 0), (1.0, red, 1)]
    return [[place, f"rgba({r:.0f},{g:.0f},{b:.0f},{alpha})"] for place, (r, g, b), alpha in ends]


def _bar() -> dict[str, Any]:
    return {
        "orientation": "h",
        "y": 0,
        "yanchor": "top",
        "ypad": 4,
        "thickness": 8,
        "outlinewidth": 0,
        "ticks": "",
        "nticks": 5,
        "title": {
            "text": "lowers the class ← 0 → raises it (logits)",
            "side": "bottom",
            "font": {"size": 12},
        },
    }


def _title(text: str, place: int) -> dict[str, Any]:
    middle = sum(PANELS[place]) / 2
    where = {"xref": "paper", "yref": "paper", "x": middle, "y": 1.0, "yanchor": "bottom"}
    return where | {"xanchor": "center", "text": text, "font": {"size": 12}}


def _nothing(height: int, width: int) -> dict[str, Any]:
    where = {"xref": "x2", "yref": "y2", "x": width / 2, "y": height / 2}
    text = NOTHING.replace("raises ", "raises<br>")
    return where | {"text": text, "font": {"color": "#000000", "size": 12}, "bgcolor": "#f7f7f7"}


def _enlarged(image: np.ndarray) -> str:
    """A PNG as a data URI, its pixels enlarged with hard edges."""
    times = max(1, -(-LARGE // image.shape[0]))
    file = BytesIO()
    large = image.repeat(times, 0).repeat(times, 1).squeeze()
    Image.fromarray(large).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _picture(source: str, place: int, height: int, width: int) -> dict[str, Any]:
    number = "" if place == 1 else place
    axes = {"xref": f"x{number}", "yref": f"y{number}", "x": 0, "y": 0}
    return (
        axes
        | {"sizex": width, "sizey": height, "sizing": "stretch", "source": source}
        | {"layer": "below"}
    )


def _axes(height: int, width: int) -> dict[str, Any]:
    hidden = {"fixedrange": True, "visible": False, "constrain": "domain"}
    axes = {}
    for place, domain in enumerate(PANELS, 1):
        number = "" if place == 1 else place
        axes[f"xaxis{number}"] = hidden | {"range": [0, width], "domain": list(domain)}
        axes[f"yaxis{number}"] = hidden | {
            "range": [height, 0],
            "anchor": f"x{number}",
            "scaleanchor": f"x{number}",
            "constraintoward": "top",
        }
    return axes
