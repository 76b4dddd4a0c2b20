"""The loss on a plane through a net's weights: as hills to turn round, or as a map."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard import theme
from dashboard.figures.block_heatmap import matrix
from dashboard.figures.colour_scale import ColourScale, common_scale

CEILING = 10.0  # nats; above it all looks the same, as in the contours of Li et al.'s own code
DECADE = 10.0  # from so many times the lowest loss on, a logarithmic scale shows more
LINES = 20  # of equal loss
EYE, FAR_EYE = ({"x": -near, "y": -near, "z": 1.3 * near} for near in (0.95, 1.25))
NARROW = {"below": 460, "layout": {"scene": {"camera": {"eye": FAR_EYE}}}}  # pixels: a phone


class Ground(NamedTuple):
    """A net's loss around it.

    Attributes:
        name: of the net on screen.
        reach: from the middle to a side, in lengths of the net's filters.
        loss: float32 [P, P], nats; NaN where nothing is known yet, infinite where the net
            overflows. The middle is the net itself, rows are steps along the second direction.
        error: float32 [P, P], %.
    """

    name: str
    reach: float
    loss: np.ndarray
    error: np.ndarray

    @property
    def middle(self) -> tuple[int, int]:
        """Where the net itself stands."""
        return self.loss.shape[0] // 2, self.loss.shape[1] // 2

    @property
    def steps(self) -> np.ndarray:
        """Of rows and columns, float64 [P], in filter lengths."""
        return np.linspace(-self.reach, self.reach, len(self.loss))


def ground_scale(grounds: Sequence[Ground]) -> ColourScale:
    """One for all, up to the ceiling; logarithmic where the losses span a decade."""
    losses = [below_ceiling(ground.loss) for ground in grounds]
    known = np.concatenate([loss[np.isfinite(loss)] for loss in losses])
    return common_scale(losses, log=bool(known.max() > DECADE * known.min() > 0))


def landscape_surface(
    ground: Ground, scale: ColourScale, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """Hills that can be turned; a pole stands where the net itself is."""
    steps, heights, bar = ground.steps, _heights(ground, scale), scale.bar("Loss (nats)")["marker"]
    shared = {name: bar[name] for name in ("cmin", "cmax", "colorscale")}
    lines = {"show": True, "color": "white", "width": 1, **_lines(scale)}
    hills = {
        "type": "surface",
        "x": steps,
        "y": steps,
        "z": matrix(heights, "f4"),
        **shared,
        "colorbar": bar["colorbar"],
        "contours": {"z": lines},
        "lighting": {"ambient": 0.75, "diffuse": 0.5, "specular": 0.05, "roughness": 0.9},
        "hovertext": _hovers(ground),
        "hoverinfo": "text",
        "uid": "hills",
    }
    pole = {
        "type": "scatter3d",
        "mode": "lines+markers",
        "x": [0.0, 0.0],
        "y": [0.0, 0.0],
        "z": [float(heights[ground.middle]), bar["cmax"]],
        "marker": {"size": [7, 0], "color": "white", "line": {"color": "black", "width": 1}},
        "line": {"color": theme.NEUTRAL, "width": 4},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "net",
    }
    layout = {"uirevision": "hills", "margin": {"t": 48, "b": 0}, "scene": _scene(ground, bar)}
    alt = _in_words(ground)
    return theme.dress([hills, pole], layout, mode, alt=alt, narrow=NARROW)


def landscape_contour(
    ground: Ground, scale: ColourScale, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """A map with lines of equal loss, the net itself a dot in the middle."""
    bar = scale.bar("Loss (nats)")
    trace = {
        "type": "contour",
        "x": ground.steps,
        "y": ground.steps,
        "z": matrix(_heights(ground, scale), "f4"),
        "zmin": bar["marker"]["cmin"],
        "zmax": bar["marker"]["cmax"],
        "colorscale": bar["marker"]["colorscale"],
        "contours": {"coloring": "heatmap", **_lines(scale)},
        "line": {"color": "rgba(255,255,255,0.55)", "width": 1},
        "showscale": False,
        "hovertext": _hovers(ground),
        "hoverinfo": "text",
        "uid": "map",
    }
    net = {
        "type": "scatter",
        "mode": "markers",
        "x": [0.0],
        "y": [0.0],
        "marker": {"size": 9, "color": "white", "line": {"color": "black", "width": 2}},
        "hoverinfo": "skip",
        "showlegend": False,
        "uid": "net",
    }
    ends = {"range": [-ground.reach, ground.reach], "constrain": "domain", "showgrid": False}
    across, up = ({"title": {"text": f"direction {n} (filter lengths)"}} | ends for n in (1, 2))
    layout = {
        "uirevision": "map",
        "margin": {"t": 48},
        "xaxis": across,
        "yaxis": up | {"scaleanchor": "x"},
    }
    return theme.dress([trace, net, bar], layout, mode, alt=_in_words(ground))


def below_ceiling(loss: np.ndarray) -> np.ndarray:
    """What is higher is as high as the ceiling; what is not known stays so."""
    return np.minimum(loss, np.float32(CEILING))


def _heights(ground: Ground, scale: ColourScale) -> np.ndarray:
    """As they are drawn: on a logarithmic scale powers of ten."""
    loss = below_ceiling(ground.loss)
    return np.log10(np.maximum(loss, scale.low)) if scale.log else loss


def _lines(scale: ColourScale) -> dict[str, float]:
    """Evenly spaced ones of equal height, none of them at the ceiling."""
    low, high = np.log10((scale.low, scale.high)) if scale.log else (scale.low, scale.high)
    size = (high - low) / LINES
    return {"start": float(low + size / 2), "end": float(high - size / 2), "size": float(size)}


def _scene(ground: Ground, bar: dict[str, Any]) -> dict[str, Any]:
    look = {"gridcolor": theme.NEUTRAL, "zeroline": False, "showbackground": False}
    ticks = {name: bar["colorbar"].get(name) for name in ("tickvals", "ticktext")}
    room = 0.02 * (bar["cmax"] - bar["cmin"])  # what lies on the border is cut to pieces
    height = {"title": {"text": "loss"}, "range": [bar["cmin"] - room, bar["cmax"] + room]}
    sides = {"range": [-ground.reach, ground.reach], "nticks": 5}
    return {
        "xaxis": {"title": {"text": "direction 1"}} | sides | look,
        "yaxis": {"title": {"text": "direction 2"}} | sides | look,
        "zaxis": height | ticks | look,
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.6},
        "camera": {"eye": EYE, "center": {"z": -0.15}},
        "dragmode": "turntable",
    }


def _hovers(ground: Ground) -> list[list[str]]:
    """What is told of each point."""
    steps = ground.steps
    return [
        [
            f"direction 1: {x:+.3g}, direction 2: {y:+.3g}<br>loss {_loss_word(loss)}, error"
            f" {theme.percent(error)}"
            for x, loss, error in zip(steps, losses, errors, strict=True)
        ]
        for y, losses, errors in zip(steps, ground.loss, ground.error, strict=True)
    ]


def _loss_word(loss: float) -> str:
    return f"{loss:.3g}" if np.isfinite(loss) else "no number any more"


def _in_words(ground: Ground) -> str:
    known = ground.loss[~np.isnan(ground.loss)]
    return (
        f"Loss around {ground.name}, up to {ground.reach:g} filter lengths away along two random"
        f" directions: {_loss_word(float(ground.loss[ground.middle]))} nats in the middle, from"
        f" {_loss_word(float(known.min()))} to {_loss_word(float(known.max()))} on the plane."
    )
