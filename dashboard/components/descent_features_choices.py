"""What is fitted to what: the widgets of the random features; a link carries what is chosen."""

from typing import Any, NamedTuple

import streamlit as st

from core.data.catalogue import CATALOGUE
from core.random_features import KINDS, Settings

DEFAULTS = Settings()
IMAGES = (100, 200, 500, 1000, 1500, 2000, 4000, 10_000, 20_000, 60_000)
WIDTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 1_000_000)
RANGE, COUNTS, COUNT = (10, 8000), (8, 16, 24, 32), 16
BANDWIDTHS = (1.0, 2.0, 3.0, 5.0, 8.0, 12.5, 20.0)
NOISES, RIDGES = (0.0, 5.0, 10.0, 15.0, 20.0, 40.0), (0.0, 0.1, 1.0, 10.0, 100.0)
KIND_WORDS = {"fourier": "Fourier", "relu": "ReLU"}


class Choice(NamedTuple):
    """What the widgets say: the range of N, and how many points of it are measured."""

    settings: Settings
    fewest: int
    most: int
    points: int


def chosen_features() -> Choice:
    """The widgets in two rows, the second one folded away."""
    columns = st.columns([2, 3, 3], gap="medium", vertical_alignment="bottom")
    with columns[0]:
        kind = st.segmented_control(
            "Features",
            list(KINDS),
            default=DEFAULTS.kind,
            required=True,
            key="rf_kind",
            format_func=KIND_WORDS.__getitem__,
            help="Each feature is a number made of the whole image x by random weights v that are"
            " never trained. Fourier: cos(x·v + b). ReLU: x·v where it is positive, else 0.",
            bind="query-params",
        )
    with columns[1]:
        images = _slider(
            "rf_n",
            "Training images n",
            IMAGES,
            DEFAULTS.images,
            "The first ones of the data set. The features are fitted to their labels.",
        )
    with columns[2]:
        fewest, most = _slider(
            "rf_range", "Numbers of features N, from and to", WIDTHS, RANGE, RANGE_HELP
        )
    with st.expander("Noise, ridge, bandwidth, seed, data set", key="rf-more"):
        further, points = _further(kind)
    settings = DEFAULTS._replace(kind=kind, images=images, **further)
    return Choice(settings, fewest, most, points)


def _further(kind: str) -> tuple[dict[str, float | int | str], int]:
    """The other fields of the settings, and how many numbers of features are measured."""
    upper, lower = st.columns(3, gap="medium"), st.columns(3, gap="medium")
    with upper[0]:
        noise = _slider("rf_noise", "Wrong labels (%)", NOISES, DEFAULTS.noise, NOISE_HELP)
    with upper[1]:
        ridge = _slider("rf_ridge", "Ridge", RIDGES, DEFAULTS.ridge, RIDGE_HELP)
    with upper[2]:
        bandwidth = _slider(
            "rf_bandwidth",
            "Bandwidth",
            BANDWIDTHS,
            DEFAULTS.bandwidth,
            BANDWIDTH_HELP,
            disabled=kind != "fourier",
        )
    with lower[0]:
        points = _slider("rf_points", "Numbers of features measured", COUNTS, COUNT, COUNT_HELP)
    with lower[1]:
        seed = st.number_input(
            "Seed",
            0,
            999,
            key="rf_seed",
            help="Another seed: other random features, and other wrong labels.",
            bind="query-params",
        )
    with lower[2]:
        dataset = st.selectbox(
            "Data set",
            list(CATALOGUE),
            format_func=lambda name: CATALOGUE[name].title,
            key="rf_data",
            help="The first comes with the lab; the others are there once a race has fetched them.",
            bind="query-params",
        )
    fields = {"noise": noise, "ridge": ridge, "bandwidth": bandwidth, "seed": int(seed)}
    return fields | {"dataset": dataset}, points


def _slider(
    key: str, label: str, options: tuple, value: Any, tip: str, *, disabled: bool = False
) -> Any:
    return st.select_slider(
        label,
        options,
        value=value,
        key=key,
        format_func=lambda one: f"{one:,.10g}" if one else "none",
        help=tip,
        bind="query-params",
        disabled=disabled,
    )


RANGE_HELP = (
    "They are spread evenly on a logarithmic axis, and N = n is among them. Measuring many features"
    " takes longer than few."
)
NOISE_HELP = "So many training labels are replaced by a wrong one. Test labels stay right."
RIDGE_HELP = (
    "A price on large weights: ridge times their squared length is added to what is minimised."
    " With one, the images are never fitted exactly."
)
BANDWIDTH_HELP = (
    "How far a Fourier feature reaches: V is drawn from N(0, 1/bandwidth²), pixels go from 0 to 1."
    " It matters: with 2 in place of 5, V is 2.5 times wider, and 8,000 features of 1,000 images of"
    " Fashion-MNIST end at a test error of about 45 % in place of 19 %. ReLU features have none:"
    " longer weights give the same fit."
)
COUNT_HELP = "More points on the curve take longer, and show the peak's shape better."
