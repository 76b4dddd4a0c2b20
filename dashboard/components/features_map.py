"""The map of features: every test image where a net's last layer sees it, in two dimensions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.inspection import ask
from dashboard.components.answers import Sides, answered, shown_sides, side_names
from dashboard.components.features_map_words import (
    Answer,
    features_table,
    map_points,
    map_reading,
)
from dashboard.components.image_picker import thumbnail
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.feature_scatter import feature_scatter
from dashboard.figures.image_sheet import sprites
from dashboard.jobs import Tell, Work
from dashboard.provenance import SOME_TEST, provenance
from dashboard.sides import Side
from dashboard.theme import percent

KIND, CLICKED, HEIGHT = "feature_map", "feature_map_image", 470
SENTENCE = (
    "What goes into a net's **last layer** is a list of numbers, its **features**; the layer only"
    " draws straight borders between them. Here every mark is a test image, coloured by its true"
    " class; near to it are images to which the same features answer. Point at a mark to see its"
    " image; click it to find it in both maps."
)
SOURCE = (
    "t-SNE: van der Maaten and Hinton 2008, https://www.jmlr.org/papers/v9/vandermaaten08a.html;"
    " colours: Petroff 2021, https://arxiv.org/abs/2107.02270"
)
HELP = (
    "Each image's features are scaled to length 1: it counts which ones answer, not how strongly."
    " PCA shows them from the side from which they spread most: straight lines stay straight, but"
    " what lies behind each other seems close. t-SNE lays out the images anew so that near ones"
    " stay near: groups are real, but sizes of groups and distances between them mean nothing."
)

Found = tuple[str, Side, Answer]  # the side's name on screen first


def features_map_section(sides: Sides) -> None:
    """Maps of both nets side by side, by PCA or by t-SNE."""
    st.fragment(_section, key="features-map")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "features-map",
        "How far apart does each net put the classes?",
        SENTENCE,
        badges={"live": "The test images are sent through the saved nets now."},
        source=SOURCE,
        provenance=provenance(shown, SOME_TEST),
    ) as data:
        kind = st.segmented_control(
            "Map by",
            list(KINDS),
            format_func=KINDS.__getitem__,
            key=KIND,
            default="pca",
            required=True,
            help=HELP,
        )
        found = _neighbours(shown) if kind == "tsne" else _components(shown)
        if not found:
            return
        for place, column in enumerate(st.columns(2)[: len(found)]):
            with column:
                _map(place, *found[place])
        named = [(name, answer) for name, _, answer in found]
        st.markdown(map_reading(named))
        _clicked(found)
        data_table(data, "features-map", features_table(named))


def _components(shown: Sequence[Side]) -> list[Found]:
    found = []
    for name, side in zip(side_names(shown), shown, strict=True):
        answer = answered("embedding", *side.address, "pca", doing=f"Mapping {name} ...")
        if answer is not None:
            found.append((name, side, answer))
    return found


def _neighbours(shown: Sequence[Side]) -> list[Found]:
    addresses = tuple(side.address for side in shown)
    answers = worked(
        "tsne",
        ("tsne", addresses),
        _lay_out(addresses),
        label="Lay out",
        doing="Laying out the images by t-SNE ...",
        takes="Some 3 seconds a net.",
    )
    return list(zip(side_names(shown), shown, answers, strict=True)) if answers else []


def _lay_out(addresses: Sequence[tuple]) -> Work:
    def work(tell: Tell) -> list[Answer]:
        answers = []
        for address in addresses:
            answers.append(ask("embedding", *address, "tsne"))
            tell(len(answers) / len(addresses))
        return answers

    return work


def _map(place: int, name: str, side: Side, answer: Answer) -> None:
    st.markdown(f"**{name}** at step {side.net_step:,}")
    pictures = _pictures(side, answer)
    drawn = feature_scatter(
        map_points(answer),
        answer["class_names"],
        name,
        axes=_axes(answer["shares"]),
        chosen=st.session_state.get(CLICKED),
        sprites=None if pictures is None else sprites(pictures),
        mode=page_mode(),
    )
    figure(f"features-map-{place}", drawn, HEIGHT, _click)


def _pictures(side: Side, answer: Answer) -> np.ndarray | None:
    places = tuple(answer["places"].tolist())
    return answered("pictures", side.spec.dataset, places, "test", doing="Fetching the images ...")


def _click(place: str) -> None:
    st.session_state[CLICKED] = int(place)


def _clicked(found: Sequence[Found]) -> None:
    """The image that was clicked, and what each net says of it."""
    place = st.session_state.get(CLICKED)
    said = [
        (name, int(np.flatnonzero(answer["places"] == place)[0]), answer, side)
        for name, side, answer in found
        if place in answer["places"]
    ]
    if not said:
        return
    _, number, answer, side = said[0]
    image = answered("pictures", side.spec.dataset, (place,), "test", doing="Fetching ...")
    names = answer["class_names"]
    with st.container(horizontal=True, vertical_alignment="center"):
        if image is not None:
            thumbnail(image[0], names[answer["labels"][number]])
        words = [
            f"**{name}** says {answer['class_names'][answer['guesses'][number]]}"
            for name, number, answer, _ in said
        ]
        st.markdown(
            f"Test image {place:,}, where the arrow points in the maps: {', '.join(words)}."
        )


def _axes(shares: tuple[float, float] | None) -> tuple[str, str] | None:
    if shares is None:
        return None
    first, second = (percent(100 * share) for share in shares)
    return f"direction of largest spread ({first} of it)", f"second direction ({second})"


KINDS = {"pca": "PCA", "tsne": "t-SNE"}
