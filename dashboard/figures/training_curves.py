"""Training curves as in Figure 6 of He et al. 2015: one panel a family on one scale."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.figures.curve_events import GHOST, NOTHING, History, along, event_marks
from dashboard.figures.end_labels import PANEL_PIXELS, End, end_labels, sentence
from dashboard.figures.panels import place_panels, rows_of
from dashboard.figures.series import FAMILIES, Series, family_order, net_series, short_names
from dashboard.figures.spread_lines import band, split_key

EMPTY = "Press Start: the curves grow here"
LEGEND_ENTRY_PIXELS = 62


def training_curves(
    curves: pd.DataFrame,
    *,
    mode: theme.Mode = "light",
    highlighted: str | None = None,
    families: tuple[str, ...] = FAMILIES,
    epochs: float | None = None,
    history: History = NOTHING,
) -> theme.Figure:
    """Error against epoch, training thin and dashed, test bold, one shade a depth.

    A run that began at another one's net says at its line's end what was changed there.

    Args:
        curves: columns run_id, label, family, depth, epoch, split ('train' or 'test'), error (%).
            Runs of one label are seeds of one net, drawn as their mean and a band from the
            smallest to the largest.
        highlighted: a run; the nets of other labels fade.
        families: panels that are there before their first row; others join as rows come.
        epochs: length of the race, so that the curves grow into the frame.
        history: events marked on the test curves, and which runs stay in the background.
    """
    series = net_series(curves)
    panels = family_order((*families, *(one.family for one in series)))
    names = short_names(series) | history.names(series)
    lit = {one.label for one in series if highlighted in one.run_ids}
    opacity = {one.label: _opacity(one, lit, history) for one in series}
    top = useful_top(series)
    middle = max([epochs or 0.0, *(float(one.epoch[-1]) for one in series)]) / 2
    traces, labels = split_key(), []
    for panel, family in enumerate(panels):
        axes = {"xaxis": _axis("x", panel), "yaxis": _axis("y", panel)}
        own = [one for one in series if one.family == family]
        # an axis without a trace would not be drawn
        traces.append({"type": "scatter", "x": [None], "y": [None], "showlegend": False, **axes})
        for one in own:
            legend = {"name": names[one.label], "legend": f"legend{panel + 2}"}
            listed = {"showlegend": one.split == "test" and not history.change(one)}
            drawn = _net(one, mode, opacity[one.label], **legend, **listed)
            traces += [trace | axes | {"legendgroup": one.label} for trace in drawn]
        marks = [event_marks(one, history.events, top, mode) for one in own if one.split == "test"]
        traces += [mark | axes for mark in marks if mark]  # over all lines
        ends = {one.label: _end(one, names, opacity, mode) for one in own if one.split == "test"}
        labels += [_title(family, panel, mode)]
        place = {"xref": axes["xaxis"], "yref": axes["yaxis"]}
        height = PANEL_PIXELS / rows_of(len(panels))
        for shift, chosen in history.placed(own).items():
            notes = end_labels([ends[label] for label in chosen], top, height=height, **place)
            labels += [along(note, middle, shift) for note in notes] if shift else notes
    layout = _layout(panels, top, epochs, empty=not series)
    layout["annotations"] = labels if series else [*labels, sentence(EMPTY)]
    nets = {(one.family, one.depth) for one in series}
    alt = _in_words(series)
    narrow = _narrow([one for one in series if not history.change(one)], panels)
    return theme.dress(traces, layout, mode, nets, alt=alt, narrow=narrow)


def _in_words(series: list[Series]) -> str:
    ends = sorted(
        (float(one.error[-1]), float(one.epoch[-1]), one.name)
        for one in series
        if one.split == "test"
    )
    if not ends:
        return "Training curves: nothing is recorded yet."
    (best, _, first), (worst, _, last) = ends[0], ends[-1]
    lead = f"Training curves at epoch {max(epoch for _, epoch, _ in ends):.1f}: "
    if len(ends) == 1:
        return f"{lead}{first} has a test error of {theme.percent(best)}."
    return (
        f"{lead}of {len(ends)} nets {first} has the lowest test error, {theme.percent(best)},"
        f" and {last} the highest, {theme.percent(worst)}."
    )


def useful_top(series: list[Series]) -> float:
    """Where the error axis ends, %: a quarter above what nets settle at, rounded up to tens.

    The first steps of every net err near chance; an axis made for them would leave the rest flat.
    """
    settled = [float(np.median(one.high[len(one.high) // 2 :])) for one in series]
    return min(100.0, 10 * float(np.ceil(max(settled) / 8))) if settled else 100.0


def _opacity(one: Series, lit: set[str], history: History) -> float:
    if lit and one.label not in lit:
        return theme.FADED
    return GHOST if history.is_ghost(one) else 1.0


def _end(one: Series, names: dict[str, str], opacity: dict[str, float], mode: theme.Mode) -> End:
    colour = theme.shade(one.family, one.depth, mode)
    place = float(one.epoch[-1]), float(one.error[-1])
    return End(*place, names[one.label], colour, opacity[one.label])


def _net(one: Series, mode: theme.Mode, opacity: float, **legend: Any) -> list[dict[str, Any]]:
    """The line of a net and split, in its band if it has several seeds."""
    line = _line(one, mode) | legend | {"opacity": opacity}
    if len(one.run_ids) == 1 or opacity < 1:
        return [line]
    colour, uid = theme.shade(one.family, one.depth, mode), f"{one.uid}/band"
    return [band(one.epoch, one.low, one.high, colour, uid=uid), line]


def _line(one: Series, mode: theme.Mode) -> dict[str, Any]:
    run_id = one.run_ids[0]
    seeds = f"<br>mean of {len(one.run_ids)} seeds" if len(one.run_ids) > 1 else ""
    return {
        "type": "scatter",
        "x": one.epoch,
        "y": one.error,
        "mode": "lines" if len(one.epoch) > 1 else "markers",
        "line": theme.line_style(one.family, one.depth, one.split, mode),
        "marker": {"color": theme.shade(one.family, one.depth, mode)},
        "uid": one.uid,
        "meta": {"run_id": run_id},
        "hovertemplate": (
            f"<b>{one.name}</b>, {theme.SPLIT_WORDS[one.split]}"
            f"<br>epoch %{{x:.1f}}: %{{y:.1f}} %{seeds}<extra></extra>"
        ),
    }


def _layout(panels: list[str], top: float, epochs: float | None, *, empty: bool) -> dict[str, Any]:
    key = {"x": 1, "xanchor": "right", "y": 0, "yref": "container", "yanchor": "bottom"}
    layout: dict[str, Any] = {
        "uirevision": "training-curves",
        "margin": {"r": 32, "t": 36 if rows_of(len(panels)) == 1 else 8},
        "legend": {**key, "title": {"text": "numbers: layers ", "font": {"size": 13}}}
        | {"itemclick": False, "itemdoubleclick": False},
    }
    for panel, place in enumerate(place_panels(len(panels))):
        layout[_axis("xaxis", panel)] = {
            "domain": place.x,
            "anchor": _axis("y", panel),
            "title": {"text": "epoch" if place.lowest else None},
            "rangemode": "tozero",
            "autorangeoptions": {"include": [0, epochs or 1]},
            "range": [0, epochs or 1] if empty else None,
            "matches": "x" if panel else None,
        }
        layout[_axis("yaxis", panel)] = {
            "domain": place.y,
            "anchor": _axis("x", panel),
            "title": {"text": "error (%)" if place.leftmost else None},
            "rangemode": "tozero",
            "autorangeoptions": {"include": [0, top], "clipmax": top},
            "range": [0, top] if empty else None,
            "showticklabels": place.leftmost,
            "matches": "y" if panel else None,
        }
        above = {"x": place.x[0], "y": 1.01, "yanchor": "bottom"}
        one_row = {"visible": rows_of(len(panels)) == 1}
        layout[f"legend{panel + 2}"] = theme.LEGEND | above | one_row
    return layout


def _title(family: str, panel: int, mode: theme.Mode) -> dict[str, Any]:
    """The family's name in the upper right of its panel, where curves leave room."""
    return {
        "text": f"<b>{theme.family_word(family)}</b>",
        "font": {"color": theme.family_colour(family, mode), "size": 15},
        "xref": f"{_axis('x', panel)} domain",
        "yref": f"{_axis('y', panel)} domain",
        "x": 1,
        "y": 1,
        "xanchor": "right",
        "yanchor": "top",
    }


def _narrow(series: list[Series], panels: list[str]) -> dict[str, Any]:
    """Below this width the legends would run into each other: the labels at the ends must do."""
    most = max(Counter(one.family for one in series if one.split == "test").values(), default=0)
    layout = {f"legend{panel + 2}": {"visible": False} for panel in range(len(panels))}
    return {
        "below": (most * LEGEND_ENTRY_PIXELS + 40) * len(panels),
        "layout": {**layout, "margin": {"t": 8}},
    }


def _axis(name: str, panel: int) -> str:
    return f"{name}{panel + 1}" if panel else name
