"""Revolution of depth: the nets of the ImageNet challenge, their layers beside their errors."""

import textwrap
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import sentence

EMPTY = "No winners are listed"
SHALLOW = "shallow"
PERSON = "a trained person"
HOLLOW = {"color": "rgba(0,0,0,0)", "line": {"color": theme.NEUTRAL, "width": 1.5}}
LINE = 44  # letters
ROOM = 1.5  # of the longest bar, for the number behind it
NARROW = {"below": 560, "layout": {"font": {"size": 11}}}


def revolution_of_depth(
    winners: pd.DataFrame, human: float | None = None, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """Layers (left) and top-5 error (right) of each year's net, the first year on top.

    Nets that are not deep have no bar on the left but the word 'shallow'.

    Args:
        winners: columns year, name, layers (a number or 'shallow'), error (top-5, %), note.
        human: top-5 error of a trained person (%), a hollow bar at the end.
    """
    names = [f"{row.name}, {row.year}" for row in winners.itertuples(index=False)]
    notes = ["" if pd.isna(note) else "<br>" + _wrapped(note) for note in winners["note"]]
    layers = [_count(one) for one in winners["layers"]]
    errors = [float(error) for error in winners["error"]]
    person = ([PERSON], [human]) if human is not None and names else ([], [])
    depths = [str(one) if one else SHALLOW for one in layers]
    colour = theme.family_colour("resnet", mode)
    traces = [
        _bars(names, layers, depths, notes, marker={"color": colour}, uid="layers"),
        _bars(names, errors, _printed(errors), notes, **ERRORS, uid="error"),
        _bars(*person, _printed(person[1]), [""], **ERRORS | {"marker": HOLLOW}, uid="person"),
    ]
    layout = _layout([*names, *person[0]], max([1, *layers]), max([1.0, *errors]))
    return theme.dress(
        traces,
        layout | {"annotations": [] if names else [sentence(EMPTY)]},
        mode,
        alt=_in_words(names, depths, errors),
        narrow=NARROW,
    )


def _wrapped(note: str) -> str:
    """In lines that fit beside a bar."""
    return "<br>".join(textwrap.wrap(note, LINE))


def _count(layers: Any) -> int:
    """Layers as a number; 0 for nets that are not deep."""
    number = pd.to_numeric(layers, errors="coerce")
    return 0 if pd.isna(number) else int(number)


def _printed(errors: list[float]) -> list[str]:
    """As printed, whatever the number of decimals."""
    return [f"{error:g} %" for error in errors]


def _bars(
    names: list[str], lengths: list, text: list[str], notes: list[str], **trace: Any
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": lengths,
        "text": text,
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "width": 0.6,
        "hovertext": notes,
        "hovertemplate": "<b>%{y}</b>: %{text}%{hovertext}<extra></extra>",
        "showlegend": False,
        **trace,
    }


def _layout(rows: list[str], deepest: int, worst: float) -> dict[str, Any]:
    return {
        "uirevision": "revolution-of-depth",
        "xaxis": _axis("layers", deepest, [0, 0.47]),
        "xaxis2": _axis("top-5 error (%)", worst, [0.53, 1]) | {"anchor": "y", "zeroline": False},
        "yaxis": {
            "visible": bool(rows),
            "categoryorder": "array",
            "categoryarray": rows[::-1],
            "showgrid": False,
            "fixedrange": True,
            "ticklabelstandoff": 6,
        },
    }


def _axis(title: str, longest: float, domain: list[float]) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "range": [0, ROOM * longest],
        "domain": domain,
        "showgrid": False,
        "fixedrange": True,
    }


def _in_words(names: list[str], depths: list[str], errors: list[float]) -> str:
    if not names:
        return "Layers and top-5 error of ImageNet's nets: none are listed."
    parts = [
        f"{name}: {depth}, {error:g} %"
        for name, depth, error in zip(names, depths, errors, strict=True)
    ]
    return f"Layers and top-5 error of ImageNet's nets: {'; '.join(parts)}."


ERRORS: dict[str, Any] = {"xaxis": "x2", "marker": {"color": theme.NEUTRAL}}
