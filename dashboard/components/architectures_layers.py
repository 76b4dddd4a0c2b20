"""Every layer of a net: of ours at any depth, and of the libraries' nets."""

from typing import Any

import pandas as pd
import streamlit as st

from core.inspection import InspectionError
from core.nets.library import FAMILIES, LIBRARY
from dashboard import words
from dashboard.components.architectures_nets import LAYER_COLUMNS, STEMS
from dashboard.components.fields import FIELDS
from dashboard.components.section import data_table, described, section
from dashboard.provenance import FROM_PLANS

TABLE_PIXELS = 420
FIRST = "vgg16"
DEPTHS = {"imagenet": "34", "cifar": "20"}  # where a family is looked at first
SUMS = {  # label, unit, help
    "parameters": ("Parameters", "", "Numbers that are learned."),
    "multiply_adds": ("Multiply-adds", "", "Of one image; a FLOP count is twice as large."),
    "activation_bytes": (
        "Activation memory",
        "B",
        "The image and the outputs of convolutions, pools and linear layers, for one image in"
        " float32. Training keeps about twice as much.",
    ),
}


def layers_section() -> None:
    """The pickers, the sums, and a row a layer."""
    with section(
        "layers",
        "Where do parameters, work and memory sit?",
        "Every layer of a net, in order. The net is really built, in another process and without"
        " memory for its weights; the first one takes some seconds.",
        badges={"computed": "Counted while an image of no content passes through the net."},
        source="our families as in He et al. 2015 and 2016 and Srivastava et al. 2015; the others"
        " are the nets of torchvision and timm",
        provenance=FROM_PLANS,
    ) as data:
        name, settings = _picked()
        asked = (name, settings)
        if st.button("Show its layers", key="layers_show", icon=":material/table_rows:"):
            st.session_state["layers_shown"] = asked
        if st.session_state.get("layers_shown") != asked:
            return
        try:
            with st.spinner("Building the net ..."):
                layers = described(name, **settings)
        except (ValueError, InspectionError) as error:
            st.error(f"{error}")
            return
        _sums(layers)
        st.dataframe(
            layers,
            column_order=list(LAYER_COLUMNS),
            column_config=LAYER_COLUMNS,
            hide_index=True,
            height=min(TABLE_PIXELS, 38 + 35 * len(layers)),
            key="layers_table",
            alt=f"The {len(layers)} layers of {name}.",
        )
        data_table(data, "layers", layers)


def _picked() -> tuple[str, dict[str, Any]]:
    """The net's name, and what is to be set of it if it is one of our families."""
    name_at, stem_at, depth_at = st.columns([2, 1.4, 1])
    names = [*LIBRARY, *FAMILIES]
    name = name_at.selectbox(
        "Net",
        names,
        index=names.index(FIRST),
        key="layers_net",
        format_func=lambda name: words.family(name) if name in FAMILIES else name,
        help="A net of torchvision or timm as it is there, or one of our families at any depth.",
    )
    if name not in FAMILIES:
        return name, {}
    stem = stem_at.selectbox(
        "Images", list(STEMS), key="layers_stem", format_func=STEMS.__getitem__, index=1
    )
    depth = depth_at.text_input(
        "Depth", DEPTHS[stem], key=f"layers_depth_{stem}", help=FIELDS["depths"].help
    )
    return name, {"stem": stem, "depth": depth}


def _sums(layers: pd.DataFrame) -> None:
    for place, (column, (label, unit, meaning)) in zip(
        st.columns(len(SUMS)), SUMS.items(), strict=True
    ):
        place.metric(label, words.three_digits(layers[column].sum()) + unit, help=meaning)
