"""The form that imports weights others published: tested on real images, kept as a run."""

import tempfile
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import streamlit as st
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from core.data.catalogue import CATALOGUE
from core.depths import TRAINED
from core.inspection import InspectionError, ask
from core.refusals import explain
from core.spec import StrideIn
from core.store.database import reason
from core.store.reads import read_runs
from core.weight_settings import LARGEST, NAMED, NORMALISATIONS, SUFFIXES, WeightSettings
from dashboard import words
from dashboard.data import user_store
from dashboard.theme import percent

PATIENCE = 600.0  # seconds; data sets are decoded or fetched first, and deep nets are slow
A_FILE = "a file of mine"
OWN = "the data set's own"
CHOICES = {OWN: ("", "")} | NORMALISATIONS


def import_weights() -> None:
    """Folded away: a file, which net it is, what it is tested on, *Import*, and the answer."""
    with st.expander("Import weights", icon=":material/upload_file:", key="import_weights"):
        st.write(
            "Test a net that others trained. It is kept as a run, so that every figure can show it."
        )
        left, right = st.columns(2, gap="large")
        with left:
            weights, upload = _weights()
            net = _net(weights)
        with right:
            settings = _settings(net | _images())
        nothing = settings is None or (weights == A_FILE and upload is None)
        pressed = st.button("Import", key="import", type="primary", disabled=nothing)
        if pressed and settings is not None:
            _import(weights, upload, settings)
        if sentence := st.session_state.pop("imported", ""):
            st.success(sentence, icon=":material/check:")


def _weights() -> tuple[str, Any]:
    weights = st.selectbox(
        "Weights",
        [A_FILE, *NAMED],
        key="import_source",
        help="torchvision's nets are trained on ImageNet: they tell 1,000 classes apart, and are"
        " kept without a test where the images have others.",
    )
    if weights != A_FILE:
        return weights, None
    upload = st.file_uploader(
        f"File of weights, at most {LARGEST / 1e9:g} GB",
        type=list(SUFFIXES),
        key="import_file",
        max_upload_size=LARGEST // 10**6,
        help="A state dict: the net's tensors by name, as PyTorch saves them. The names of"
        " published ResNets (conv1, layer1.0.conv1, ...) and of this lab are read. Code in a file"
        " is never run.",
    )
    return weights, upload


def _net(weights: str) -> dict[str, Any]:
    if weights in NAMED:
        known_family, known_depth = NAMED[weights]
        return {"family": known_family, "depth": known_depth}
    family, depth = st.columns(2)
    net: dict[str, Any] = {
        "family": family.selectbox(
            "Family",
            TRAINED,
            index=1,
            key="import_family",
            format_func=words.family,
            help="The kind of net: residual for a CIFAR ResNet.",
        ),
        "depth": depth.number_input(
            "Depth", value=20, step=1, key="import_depth", help="Layers with weights."
        ),
    }
    net["stem_stride"] = family.selectbox(
        "Stem stride",
        [1, 2],
        key="import_stem_stride",
        help="Step of the first convolution. Published nets for CIFAR: 1; this lab's classroom: 2.",
    )
    if net["family"] in ("bottleneck", "preact"):
        net["stride_in"] = depth.selectbox(
            "Stride in",
            get_args(StrideIn),
            index=1,
            key="import_stride_in",
            help="The convolution of a bottleneck that halves the image: 1x1 in the paper,"
            " 3x3 in torchvision.",
        )
    return net


def _images() -> dict[str, Any]:
    dataset = st.selectbox(
        "Tested on",
        list(CATALOGUE),
        index=list(CATALOGUE).index("cifar10"),
        key="import_dataset",
        format_func=lambda name: CATALOGUE[name].title if name in CATALOGUE else name,
        accept_new_options=True,
        help="The test images of a data set; or type folder:PATH, a folder with test/<class>/ in"
        " it.",
    )
    st.selectbox(
        "Normalised with",
        list(CHOICES),
        key="import_normalisation",
        on_change=_fill_numbers,
        help="What the net's training subtracted from each colour and divided it by.",
    )
    mean, std = st.columns(2)
    numbers = {
        "mean": mean.text_input("Mean", key="import_mean", placeholder="red, green, blue"),
        "std": std.text_input(
            "Standard deviation", key="import_std", placeholder="red, green, blue"
        ),
    }
    return {"dataset": dataset} | {name: text.strip() or None for name, text in numbers.items()}


def _fill_numbers() -> None:
    mean, std = CHOICES[st.session_state["import_normalisation"]]
    st.session_state["import_mean"], st.session_state["import_std"] = mean, std


def _settings(values: dict[str, Any]) -> WeightSettings | None:
    try:
        return WeightSettings.model_validate(values)
    except ValidationError as error:
        for sentence in explain(error).values():
            st.error(sentence)
    return None


def _import(weights: str, upload: Any, settings: WeightSettings) -> None:
    """In the inspection process: nothing that was uploaded is unpickled in this one."""
    try:
        with st.spinner(f"Testing on {settings.dataset} ...", show_time=True):
            run_id = _ask(weights, settings) if upload is None else _ask_upload(upload, settings)
    except (ValueError, InspectionError) as error:
        st.error(str(error), icon=":material/error:")
    except (OSError, DBAPIError) as error:
        st.error(reason(error), icon=":material/error:")
    else:
        run = read_runs(user_store(), run_ids=[run_id]).iloc[0]
        result = f"not tested, since {run['dataset']} has other classes than it tells apart"
        if pd.notna(run["test_error"]):
            result = f"{percent(run['test_error'])} test error on {run['dataset']}"
        st.session_state["imported"] = (
            f"{run['label']}: {result}. It stands first in the table above."
        )
        st.rerun()


def _ask_upload(upload: Any, settings: WeightSettings) -> str:
    with tempfile.TemporaryDirectory(prefix="depthlab-") as folder:
        file = Path(folder) / Path(upload.name).name
        file.write_bytes(upload.getbuffer())
        return _ask(str(file), settings)


def _ask(weights: str, settings: WeightSettings) -> str:
    return ask("import", user_store().url, weights, settings, seconds=PATIENCE)
