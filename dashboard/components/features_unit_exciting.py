"""What excites a channel most: test images, the part of them that it sees, an image made for it."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.answers import answered
from dashboard.components.features_unit_choice import Unit
from dashboard.components.features_unit_grid import unit_grid
from dashboard.components.features_unit_synthetic import synthetic_image, synthetic_reading
from dashboard.components.section import data_table, section
from dashboard.figures.image_grid import Tile
from dashboard.provenance import SOME_TEST, provenance
from dashboard.sides import Side

COUNT = 9  # images
BEYOND = 128  # grey of what a crop has beyond the image's border
SENTENCE = (
    f"On the left, the {COUNT} test images with its largest answer; the frame is what the channel"
    " sees of the image where it answers so, its **receptive field**, cut out in the middle. On the"
    " right, an image **made for it**: from noise, step by step, to a larger and larger answer."
)
SOURCE = (
    "exciting patches as in Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901; activation"
    " maximisation as in Erhan et al. 2009 with jitter, blur and decorrelated colour of Olah et al."
    " 2017, https://distill.pub/2017/feature-visualization"
)

Answer = dict[str, Any]


def exciting_section(card: Answer, side: Side, name: str, unit: Unit) -> None:
    """Images, crops and the synthetic image side by side.

    Args:
        card: what the task `unit` tells.
    """
    with section(
        "unit-exciting",
        "What excites it most?",
        SENTENCE,
        badges={"live": "The saved net looks at test images, and climbs the gradient, now."},
        source=SOURCE,
        provenance=provenance([side], SOME_TEST),
    ) as data:
        question = (*side.address, unit.place, unit.channel)
        found = answered("exciting", *question, COUNT, doing="Looking for its images ...")
        if found is None:
            return
        left, middle, right = st.columns(3)
        _images(found, side, left, middle)
        with right:
            made = synthetic_image(question, side, name, unit)
        st.markdown(exciting_reading(found))
        if made is not None:
            st.markdown(synthetic_reading(made, card))
        data_table(data, "unit-exciting", exciting_table(found))


def _images(found: Answer, side: Side, left: Any, middle: Any) -> None:
    images = found["images"]
    if not images:
        return
    whole = np.stack([one["image"] for one in images])
    crops = squared([one["crop"] for one in images])
    told = [_about(one) for one in images]
    with left:
        st.markdown("Test images")
        framed = [Tile(about, box=one["box"]) for about, one in zip(told, images, strict=True)]
        unit_grid("unit-images", whole, framed, side, alt=f"Test images: {'; '.join(told)}.")
    with middle:
        st.markdown(f"What it sees of them ({_field(found)})")
        plain = [Tile(about) for about in told]
        unit_grid("unit-crops", crops, plain, side, alt="The receptive fields cut out of them.")


def squared(crops: list[np.ndarray]) -> np.ndarray:
    """Crops uint8 [h, w, C] of different sizes in the middle of equal squares [N, s, s, C]."""
    side = max(max(crop.shape[:2]) for crop in crops)
    canvas = np.full((len(crops), side, side, crops[0].shape[2]), BEYOND, np.uint8)
    for square_, crop in zip(canvas, crops, strict=True):
        height, width = crop.shape[:2]
        top, left = (side - height) // 2, (side - width) // 2
        square_[top : top + height, left : left + width] = crop
    return canvas


def exciting_table(found: Answer) -> pd.DataFrame:
    """A row an image: columns test_image, class, answer, row and column of the answer in its map,
    top, left, bottom, right of what it sees (px)."""
    rows = [
        (one["place"], one["label"], one["value"], *one["position"], *one["box"])
        for one in found["images"]
    ]
    edges = ("top", "left", "bottom", "right")
    return pd.DataFrame(rows, columns=["test_image", "class", "answer", "row", "column", *edges])


def exciting_reading(found: Answer) -> str:
    """Which class the images have, how strong the answers are, and how much it sees."""
    images, looked_at = found["images"], words.plural(found["looked_at"], "test image")
    if not images:
        return f"None of {looked_at} excites it: its answer is never above 0."
    label, count = Counter(one["label"] for one in images).most_common(1)[0]
    most, least = images[0]["value"], images[-1]["value"]
    return (
        f"Of {looked_at}, these have its largest answers, from {most:.3g} down to {least:.3g};"
        f" {count} of {len(images)} are **{label}**. One answer sees {_field(found)}"
        f" of the image{_whole(found)}."
    )


def _about(one: Answer) -> str:
    return f"test image {one['place']:,}, {one['label']}<br>answer {one['value']:.3g}"


def _field(found: Answer) -> str:
    return f"{found['field']} x {found['field']} pixels"


def _whole(found: Answer) -> str:
    size = min(found["images"][0]["image"].shape[:2])
    if found["field"] < size:
        return ""
    return f", as far as there are any: the image has {size} x {size}"
