"""What does a net look like? Nets drawn side by side; a click shows a block's layers."""

from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from core.depths import IMAGENET, IMAGENET_FAMILIES, LAYERS, TRAINED, Family
from core.inspection import InspectionError
from core.refusals import explain
from core.spec import RunSpec
from dashboard import words
from dashboard.components.architectures_plans import counterpart, our_layers, total, vgg19
from dashboard.components.fields import FIELDS
from dashboard.components.section import (
    data_table,
    described,
    figure,
    page_mode,
    section,
)
from dashboard.figures.net_diagram import diagram_height, net_diagram
from dashboard.provenance import FROM_PLANS

VGG = "VGG-19"
SOURCE = (
    "He et al. 2015, Figure 3, https://arxiv.org/abs/1512.03385 · VGG-19: Simonyan and Zisserman"
    " 2014, https://arxiv.org/abs/1409.1556"
)
STEMS = {"imagenet": "ImageNet, 224 px", "cifar": "CIFAR, 32 px"}
WIDTHS = {"imagenet": 64, "cifar": 16}  # of the first stage, as in the paper
CIFAR_DEPTHS: dict[Family, tuple[int, ...]] = {  # to choose from; others can be typed
    "plain": (20, 32, 44, 56, 110, 1202),
    "resnet": (20, 32, 44, 56, 110, 1202),
    "bottleneck": (20, 56, 110, 164, 1001),
    "preact": (20, 56, 110, 164, 1001),
    "highway": (19, 32),
}
FIRST_DEPTHS = {("imagenet", "plain"): 1, ("imagenet", "resnet"): 1}  # 34, not 18
LAYER_COLUMNS = {
    "name": st.column_config.TextColumn("Layer", help="Its address in the net."),
    "kind": st.column_config.TextColumn("Kind"),
    "output": st.column_config.TextColumn(
        "Output", help="Channels, height and width of what it gives."
    ),
    "parameters": st.column_config.NumberColumn(
        "Parameters", format="localized", help="Numbers that are learned."
    ),
    "multiply_adds": st.column_config.NumberColumn(
        "Multiply-adds", format="localized", help="Of one image; a FLOP count is twice as large."
    ),
    "activation_bytes": st.column_config.NumberColumn(
        "Activation memory", format="bytes", help="Its output for one image in float32."
    ),
    "receptive_field": st.column_config.NumberColumn(
        "Sees (px)",
        help="Receptive field: side of the square of the image that one output pixel sees.",
    ),
}


def nets_section() -> None:
    """The pickers, the diagram, and the layers of the block that was clicked."""
    with section(
        "nets",
        "What does a net look like?",
        "Each box is a layer: its kernel, its channels, **/2** where it halves the image. An arc is"
        " a **shortcut**: it carries a block's input past its layers and adds it to their output."
        " **Click a box** to see its block layer by layer.",
        badges={"computed": "Counted from the nets' plans, exactly."},
        source=SOURCE,
        provenance=FROM_PLANS,
    ) as data:
        spec = _picked()
        if spec is None:
            return
        nets = _nets(spec)
        layers = pd.concat(
            [table.assign(net=net, family=family) for net, (family, table, _) in nets.items()]
        )
        st.markdown(" · ".join(_cost(net, table) for net, (_, table, _) in nets.items()))
        figure("nets", net_diagram(layers, mode=page_mode()), diagram_height(layers), _choose)
        _block(nets)
        data_table(data, "nets", layers[["net", *layers.columns.drop(["net", "family"])]])


def _picked() -> RunSpec | None:
    """The net of the pickers; None, and a sentence, if there is none such."""
    stem_at, family_at, depth_at, shortcut_at, width_at = st.columns([1.4, 1.4, 1, 1, 1])
    stem = stem_at.selectbox(
        "Images",
        list(STEMS),
        key="net_stem",
        format_func=STEMS.__getitem__,
        help=FIELDS["stem"].help,
    )
    families: tuple[Family, ...] = tuple(
        one for one in TRAINED if stem == "cifar" or one in IMAGENET_FAMILIES
    )
    family = family_at.selectbox(
        "Family",
        families,
        index=families.index("resnet"),
        key=f"net_family_{stem}",
        format_func=words.family,
        help=FIELDS["families"].help,
    )
    depth = depth_at.selectbox(
        "Depth",
        [str(depth) for depth in _depths(stem, family)],
        index=FIRST_DEPTHS.get((stem, family), 0),
        key=f"net_depth_{stem}_{family}",
        accept_new_options=stem == "cifar",
        help=FIELDS["depths"].help,
    )
    shortcut = shortcut_at.selectbox(
        "Shortcut option",
        FIELDS["shortcut"].choices,
        key="net_shortcut",
        help=FIELDS["shortcut"].help,
    )
    width = width_at.number_input(
        "Width", 1, 256, WIDTHS[stem], key=f"net_width_{stem}", help=FIELDS["width"].help
    )
    settings = {"stem": stem, "family": family, "depth": depth, "shortcut": shortcut}
    try:
        return RunSpec.model_validate(settings | {"width": width, "epochs": 1})
    except ValidationError as error:
        st.error(" ".join(explain(error).values()))
        return None


def _depths(stem: str, family: Family) -> tuple[int, ...]:
    if stem == "imagenet":
        return tuple(depth for layers in LAYERS[family] for depth in IMAGENET[layers])
    return CIFAR_DEPTHS[family]


def _nets(spec: RunSpec) -> dict[str, tuple[str, pd.DataFrame, RunSpec | None]]:
    """What is drawn, from left to right: name to family (its colour), layers, spec if ours."""
    nets: dict[str, tuple[str, pd.DataFrame, RunSpec | None]] = {}
    if spec.stem == "imagenet":
        nets[VGG] = ("plain", vgg19(), None)  # layers in a row, as in plain nets
    for one in sorted((counterpart(spec), spec), key=lambda one: one.family != "plain"):
        nets[one.net] = (one.family, our_layers(one), one)
    return nets


def _cost(net: str, layers: pd.DataFrame) -> str:
    parameters, multiply_adds = (total(layers, one) for one in ("parameters", "multiply_adds"))
    work = words.three_digits(multiply_adds)
    return f"**{net}** {parameters:,} parameters, {work} multiply-adds"


def _choose(clicked: str) -> None:
    st.session_state["net_block"] = clicked


def _block(nets: dict[str, tuple[str, pd.DataFrame, RunSpec | None]]) -> None:
    """The layers of the block clicked last, if its net is still drawn."""
    net, _, block = st.session_state.get("net_block", "").partition("|")
    if net not in nets:
        return
    _, layers, spec = nets[net]
    copies = layers.loc[layers["block"] == block, "repeat"]
    if copies.empty:
        return
    try:
        with st.spinner("Building the net; the first one takes some seconds ..."):
            rows = described("vgg19") if spec is None else described(spec.family, **_settings(spec))
    except (ValueError, InspectionError) as error:
        st.error(f"The layers of {net} cannot be shown: {error}")
        return
    own = rows[[name == block or name.startswith(f"{block}.") for name in rows["name"]]]
    like = "" if copies.iloc[0] == 1 else f", the first of {copies.iloc[0]} equal blocks"
    st.markdown(f"**{net}**, block `{block}`{like}")
    st.dataframe(
        own,
        column_order=list(LAYER_COLUMNS),
        column_config=LAYER_COLUMNS,
        hide_index=True,
        key="net_layers",
        alt=f"The {len(own)} layers of block {block} of {net}.",
    )


def _settings(spec: RunSpec) -> dict[str, Any]:
    return spec.model_dump(include={"depth", "stem", "shortcut", "width"})
