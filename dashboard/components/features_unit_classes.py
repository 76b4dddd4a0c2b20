"""Which classes a channel answers to, and which get worse without it."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.components.features_unit_choice import Unit
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.unit_classes import class_histogram, height_of, removal_cost
from dashboard.provenance import SOME_TEST, provenance
from dashboard.sides import Side
from dashboard.theme import percent

BINS = 24
MOST_CLASSES = 20  # rows; those that the channel answers to most
ANSWERS = {"mean": "mean over the map", "largest": "largest in the map"}
SENTENCE = (
    "On the left, the channel's answer to test images of each class: yellow where many images of"
    " the class lie. On the right, the net's error in each class with the channel and after it was"
    " **removed**, set to 0 at the block's output; nothing is trained again."
)
SOURCE = "removing single units as in Morcos et al. 2018, https://arxiv.org/abs/1803.06959"

Answer = dict[str, Any]  # of the task `unit`


def classes_section(answer: Answer, side: Side, name: str, unit: Unit) -> None:
    """Answers by class beside the cost of doing without the channel."""
    with section(
        "unit-classes",
        "Which classes does it answer to, and which need it?",
        SENTENCE,
        badges={"live": "Test images are sent through the saved net now, twice."},
        source=SOURCE,
        provenance=provenance([side], SOME_TEST),
    ) as data:
        kind = st.segmented_control(
            "Answer to an image",
            list(ANSWERS),
            default="mean",
            format_func=ANSWERS.__getitem__,
            key="unit_answer",
            required=True,
            help="A channel gives a map of numbers for each image: their mean, or the largest.",
        )
        table = class_table(answer)
        shown = table.nlargest(MOST_CLASSES, "mean") if len(table) > MOST_CLASSES else table
        left, right = st.columns(2)
        with left:
            _histogram(answer, shown, kind or "mean")
        with right:
            net = (side.spec.family, side.spec.depth)
            alt = f"Error by class with and without channel {unit.channel}."
            drawn = removal_cost(shown, net, alt=alt, mode=page_mode())
            figure("unit-removal", drawn, height_of(len(shown)))
        st.markdown(f"{classes_reading(table)} {removal_reading(answer, table, name)}")
        data_table(data, "unit-classes", table)


def _histogram(answer: Answer, shown: pd.DataFrame, kind: str) -> None:
    edges, shares = histogram(answer, kind, shown.index.to_numpy())
    names = shown["class"].tolist()
    drawn = class_histogram(
        shares,
        edges,
        names,
        answer=f"answer, {ANSWERS[kind]}",
        alt=f"Answers by class; means: {'; '.join(_means(shown))}.",
        mode=page_mode(),
    )
    figure("unit-histogram", drawn, height_of(len(shown)))


def histogram(answer: Answer, kind: str, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges float64 [BINS + 1], and in each bin the share of every class, % [classes, BINS].

    Args:
        kind: mean or largest.
        classes: numbers of the classes.
    """
    values, labels = answer[kind], answer["labels"]
    edges = np.histogram_bin_edges(values, BINS)
    counts = np.array([np.histogram(values[labels == one], edges)[0] for one in classes])
    images = np.maximum(counts.sum(1, keepdims=True), 1)
    return edges, 100 * counts / images


def class_table(answer: Answer) -> pd.DataFrame:
    """A row a class of which there are images, by its number: columns class (name), images, mean
    and largest (of the answers' means and of all positions), before and after (error, %)."""
    by_class = pd.DataFrame(
        {one: answer[one] for one in ("labels", "mean", "largest")},
    ).groupby("labels")
    found = by_class.agg(images=("mean", "size"), mean=("mean", "mean"), largest=("largest", "max"))
    found.insert(0, "class", [answer["class_names"][number] for number in found.index])
    rows = found.index.to_numpy()
    return found.assign(before=answer["before"][rows], after=answer["after"][rows])


def classes_reading(table: pd.DataFrame) -> str:
    """Which class it answers to most and least."""
    if not table["largest"].gt(0).any():
        return "It answers nothing to any of these images: the channel is **dead**."
    most, least = (table.iloc[int(one)] for one in (table["mean"].argmax(), table["mean"].argmin()))
    if most["mean"] == least["mean"]:
        return f"It answers the same to all classes, {most['mean']:.2g} on average."
    return (
        f"It answers most to **{most['class']}** ({most['mean']:.2g} on average) and least to"
        f" **{least['class']}** ({least['mean']:.2g})."
    )


def removal_reading(answer: Answer, table: pd.DataFrame, name: str) -> str:
    """What its removal does to all images, and to the class that it does most to."""
    before, after = answer["error_before"], answer["error_after"]
    images = words.plural(len(answer["labels"]), "test image")
    change = table["after"] - table["before"]
    if not change.any():
        return f"Without it the error of {name} is the same in every class: {percent(before)}."
    worst = table.iloc[int(change.abs().argmax())]
    return (
        f"Without it the error of {name} goes from {percent(before)} to {percent(after)} of"
        f" {images}; it changes most for **{worst['class']}**, from {percent(worst['before'])} to"
        f" {percent(worst['after'])} of {words.plural(int(worst['images']), 'image')}."
    )


def _means(shown: pd.DataFrame) -> list[str]:
    pairs = zip(shown["class"], shown["mean"], strict=True)
    return [f"{name} {mean:.2g}" for name, mean in pairs]
