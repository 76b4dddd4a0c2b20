"""A picture on which one drags a square: the part that the nets get to see."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from streamlit.components.v2 import component

HERE = Path(__file__).parent
LEAST = 8  # px of the picture: the smallest square

_ELEMENT = component(
    "depth_lab_image_crop",
    html=(HERE / "image_crop.html").read_text(encoding="utf-8"),
    css=(HERE / "image_crop.css").read_text(encoding="utf-8"),
    js=(HERE / "image_crop.js").read_text(encoding="utf-8"),
)


class Square(NamedTuple):
    """In pixels of the picture, upright as the browser shows it (EXIF)."""

    left: int
    top: int
    side: int


def image_crop(picture: bytes, *, key: str, alt: str, on_change: Callable[[], None]) -> None:
    """The picture, decoded by the browser alone, under a square to drag and to resize.

    Args:
        picture: content of a file; the same one travels to a browser once.
        key: its name on the page, another one for each picture.
        alt: what the picture is.
        on_change: called before the page reruns when another square is chosen.
    """
    head = json.dumps({"alt": alt, "least": LEAST}).encode()
    _ELEMENT(key=key, data=head + b"\n" + picture, on_square_change=on_change)


def chosen_square(key: str) -> Square | None:
    """The square that was dragged on the picture of this key; None for the whole middle."""
    return _checked(getattr(st.session_state.get(key), "square", None))


def _checked(told: Any) -> Square | None:
    """What a browser says, if it is a square."""
    if not isinstance(told, Mapping):
        return None
    numbers = [number for name in Square._fields if type(number := told.get(name)) is int]
    return Square(*numbers) if len(numbers) == len(Square._fields) else None
