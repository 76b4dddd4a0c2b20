"""Images of the classes that nets mix up most, and of a square that was clicked."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard import words
from dashboard.components.answers import answered
from dashboard.components.features_counts import Net
from dashboard.components.section import figure, page_mode
from dashboard.figures.image_rows import ImageRow, height_of, image_rows
from dashboard.theme import percent

PAIRS, COLUMNS, LINES = 5, 8, 4  # rows of the figure, images a row, rows of a clicked square
NARROW_COLUMNS = 4  # of the figure on a phone
FETCHING = "Fetching the images ..."

Pair = tuple[int, int]  # numbers of the true class and of the guess


def confused_pairs(nets: Sequence[Net]) -> None:
    """The pairs most mixed up by one of the nets, a row a pair, the nets side by side."""
    pairs = most_confused([net.shares for net in nets])
    if not pairs:
        return
    st.markdown(
        "**What do these mistakes look like?**",
        help="For each pair of classes the images on which the net is surest of its mistake.",
    )
    for place, column in enumerate(st.columns(2)[: len(nets)]):
        with column:
            net = nets[place]
            st.markdown(f"**{net.name}**")
            chosen = [(pair, _surest(net, pair)[:COLUMNS]) for pair in pairs]
            _rows(f"pairs-{place}", net, chosen, NARROW_COLUMNS)


def show_cell(nets: Sequence[Net], true: int, guess: int) -> None:
    """The images of a square of the matrix, of each net."""
    names = nets[0].answer["class_names"]
    title = (
        f"{names[true]}, and rightly so"
        if true == guess
        else f"{names[true]} called {names[guess]}"
    )
    st.dialog(title, width="large")(_cell)(nets, (true, guess))


def _cell(nets: Sequence[Net], pair: Pair) -> None:
    for place, net in enumerate(nets):
        surest = _surest(net, pair)
        count = words.plural(len(surest), "image")
        more = f"; here are the {COLUMNS * LINES} it is surest of" * (len(surest) > COLUMNS * LINES)
        st.markdown(f"**{net.name}**: {count}, {percent(_share(net, pair))} of the class{more}.")
        lines = [surest[first : first + COLUMNS] for first in range(0, len(surest), COLUMNS)]
        if lines:
            _rows(f"cell-{place}", net, [(None, line) for line in lines[:LINES]], COLUMNS)


def most_confused(shares: Sequence[np.ndarray]) -> list[Pair]:
    """The PAIRS pairs of which one of the matrices has the largest shares, the largest first."""
    largest = np.nan_to_num(np.max(shares, axis=0))
    np.fill_diagonal(largest, 0)
    order = np.argsort(-largest, axis=None, kind="stable")[:PAIRS]
    pairs = [divmod(int(cell), len(largest)) for cell in order]
    return [pair for pair in pairs if largest[pair] > 0]


def _rows(
    name: str,
    net: Net,
    chosen: Sequence[tuple[Pair | None, np.ndarray]],
    narrow_columns: int,
) -> None:
    """Rows of images; each with the numbers, in the net's answer, of those to show."""
    numbers = np.concatenate([row for _, row in chosen])
    places = net.answer["places"][numbers].tolist()
    images = _pictures(net.side.spec.dataset, places)
    if images is None:
        return
    ends = np.cumsum([len(row) for _, row in chosen])
    rows = [
        ImageRow(
            _label(net, pair),
            images[end - len(row) : end],
            [_about(net, one) for one in row],
            places[end - len(row) : end],
        )
        for (pair, row), end in zip(chosen, ends, strict=True)
    ]
    alt = f"Test images, a row a pair of classes, as {net.name} takes them."
    drawn = image_rows(rows, COLUMNS, narrow_columns=narrow_columns, alt=alt, mode=page_mode())
    figure(name, drawn, height_of(len(rows)))


def _pictures(dataset: str, places: Sequence[int]) -> np.ndarray | None:
    return answered("pictures", dataset, tuple(places), "test", doing=FETCHING)


def _surest(net: Net, pair: Pair) -> np.ndarray:
    """Numbers, in the net's answer, of the images of a pair, the surest guess first."""
    answer = net.answer
    found = np.flatnonzero((answer["labels"] == pair[0]) & (answer["guesses"] == pair[1]))
    return found[np.argsort(-answer["confidence"][found], kind="stable")]


def _share(net: Net, pair: Pair) -> float:
    return float(np.nan_to_num(net.shares[pair]))


def _label(net: Net, pair: Pair | None) -> str:
    if pair is None:
        return ""
    true, guess = (net.answer["class_names"][one] for one in pair)
    return f"<b>{true}</b> {percent(_share(net, pair))}<br>called {guess}"


def _about(net: Net, number: int) -> str:
    answer = net.answer
    names = answer["class_names"]
    truth, guess = names[answer["labels"][number]], names[answer["guesses"][number]]
    sure = percent(100 * answer["confidence"][number])
    return f"test image {answer['places'][number]:,}: {truth}<br>the net says {guess}: {sure}"
