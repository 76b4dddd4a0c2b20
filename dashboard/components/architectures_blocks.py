"""Three small questions about blocks: bottlenecks, small kernels, and shortcuts."""

import pandas as pd
import streamlit as st

from core.cost import parameters
from core.nets.layout import BlockPlan
from core.spec import RunSpec
from dashboard import words
from dashboard.components.architectures_plans import IMAGES
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.block_cost import block_cost
from dashboard.figures.kernel_cost import kernel_cost, receptive_field
from dashboard.figures.shortcut_cost import shortcut_cost
from dashboard.provenance import FROM_PLANS

PAPER = "He et al. 2015, https://arxiv.org/abs/1512.03385"
BLOCK_HEIGHT, KERNEL_HEIGHT, SHORTCUT_HEIGHT = 230, 290, 480
CHANNELS = range(16, 513, 16)
OPTIONS = ("A", "B", "C")
NETS = {  # stem: families and depths
    "cifar": [("resnet", depth) for depth in (20, 32, 44, 56, 110)],
    "imagenet": [
        ("resnet", 18),
        ("resnet", 34),
        ("bottleneck", 50),
        ("bottleneck", 101),
        ("bottleneck", 152),
    ],
}
PLACES = {"cifar": "CIFAR", "imagenet": "ImageNet"}
COUNTED = {"computed": "Weights of convolutions, exactly; biases and batch norm left out."}


def bottleneck_section() -> None:
    """The cost of a basic block and of a bottleneck with 3x3 layers of the same width."""
    with section(
        "bottleneck",
        "Bottleneck against basic: why squeeze?",
        "A **bottleneck** squeezes its input with a 1x1 convolution, works on few channels, and"
        " widens again: four times the channels of a basic block, for no more parameters.",
        badges=COUNTED,
        source=f"{PAPER}, Figure 5",
        provenance=FROM_PLANS,
    ) as data:
        left, right = st.columns(2)
        width = left.slider(
            "Width w (channels of the 3x3)",
            64,
            512,
            64,
            step=64,
            key="block_width",
            help="Of the 3x3 convolutions; a bottleneck takes and gives four times as many.",
        )
        size = right.slider(
            "Image size s (px a side)",
            7,
            56,
            56,
            step=7,
            key="block_size",
            help="Height and width of what the block works on.",
        )
        layers = block_layers(width, size)
        st.markdown(_formulas(width, size))
        figure("bottleneck", block_cost(layers, mode=page_mode()), BLOCK_HEIGHT)
        data_table(
            data, "bottleneck", layers.assign(block=layers["block"].str.replace("<br>", " "))
        )


def block_layers(width: int, size: int) -> pd.DataFrame:
    """The convolutions of three blocks on images of `size` pixels a side.

    Returns:
        Columns block, family, layer, parameters, multiply_adds.
    """
    rows = []
    for name, family, channels, layers in (
        ("basic,<br>w channels", "resnet", width, 2),
        ("bottleneck,<br>4w channels", "bottleneck", 4 * width, 3),
        ("basic,<br>4w channels", "resnet", 4 * width, 2),
    ):
        plan = BlockPlan(channels, channels, 1, layers, "1x1", first=False)
        for conv in plan.branch:
            weights = conv.kernel**2 * conv.channels_in * conv.channels_out
            layer = f"{conv.kernel}x{conv.kernel}, {conv.channels_in} to {conv.channels_out}"
            rows.append((name, family, layer, weights, weights * size**2))
    columns = ["block", "family", "layer", "parameters", "multiply_adds"]
    return pd.DataFrame(rows, columns=columns)


def _formulas(width: int, size: int) -> str:
    lines = []
    for words_of, formula, factor in (
        ("Basic block on w channels", "2 · 9w² = 18w²", 18),
        ("Bottleneck on 4w channels", "4w² + 9w² + 4w² = 17w²", 17),
        ("Basic block on 4w channels", "2 · 9(4w)² = 288w²", 288),
    ):
        count = factor * width**2
        work = words.amount(count * size**2)
        lines.append(
            f"- {words_of}: {formula} = **{count:,}** parameters, times s² = {work} multiply-adds"
        )
    return "\n".join(lines)


def kernels_section() -> None:
    """Parameters and receptive field of three 3x3 layers and of one 7x7 layer."""
    with section(
        "kernels",
        "Three 3x3 against one 7x7: why small kernels?",
        "Stacked 3x3 convolutions see as far as a large one, with fewer parameters and two more"
        " ReLUs in between. The **receptive field** of an output pixel is the part of the image"
        " that it depends on.",
        badges=COUNTED,
        source="Simonyan and Zisserman 2014, section 2.3, https://arxiv.org/abs/1409.1556",
        provenance=FROM_PLANS,
    ) as data:
        channels = st.select_slider("Channels C", CHANNELS, 256, key="kernel_channels")
        table = kernel_table()
        small, large = 27 * channels**2, 49 * channels**2
        st.markdown(
            f"3 · (3² C²) = 27C² = **{small:,}** parameters against 7² C² = 49C² = **{large:,}**:"
            f" {100 * (1 - small / large):.0f}\u00a0% fewer."
        )
        left, right = st.columns(2)
        with left:
            figure("kernels", kernel_cost(table, channels, mode=page_mode()), KERNEL_HEIGHT)
        with right:
            figure("receptive-field", receptive_field(mode=page_mode()), KERNEL_HEIGHT)
        data_table(data, "kernels", table)


def kernel_table() -> pd.DataFrame:
    """Columns channels, way, receptive_field (px), parameters; C in and C out, no biases."""
    return pd.DataFrame(
        [
            (channels, way, 7, factor * channels**2)
            for way, factor in (("three 3x3", 3 * 9), ("one 7x7", 49))
            for channels in CHANNELS
        ],
        columns=["channels", "way", "receptive_field", "parameters"],
    )


def shortcuts_section() -> None:
    """What each shortcut option adds to the paper's nets."""
    with section(
        "shortcuts",
        "Shortcut options A, B, C: what do they cost?",
        "Where a block changes the shape, the shortcut has to follow. **A** skips pixels and pads"
        " with zeros: no parameters. **B** uses a 1x1 convolution there: the same sum at any depth"
        " of one design. **C** uses one on every shortcut, so it grows with each block.",
        badges={"computed": "Counted from the nets' plans, exactly; batch norm included."},
        source=f"options: {PAPER}, section 4.1",
        provenance=FROM_PLANS,
    ) as data:
        table = shortcut_table()
        figure("shortcuts", shortcut_cost(table, mode=page_mode()), SHORTCUT_HEIGHT)
        data_table(data, "shortcuts", table)


@st.cache_resource(show_spinner=False)
def shortcut_table() -> pd.DataFrame:
    """Columns net, family, option, parameters, added (to option A), share (% of option A)."""
    rows = []
    for stem, nets in NETS.items():
        for family, depth in nets:
            counts = {option: _parameters(stem, family, depth, option) for option in OPTIONS}
            net = f"{PLACES[stem]}, {words.family(family)}-{depth}"
            for option, count in counts.items():
                added = count - counts["A"]
                rows.append((net, family, option, count, added, 100 * added / counts["A"]))
    columns = ["net", "family", "option", "parameters", "added", "share"]
    return pd.DataFrame(rows, columns=columns)


def _parameters(stem: str, family: str, depth: int, option: str) -> int:
    width = 64 if stem == "imagenet" else 16
    settings = {"stem": stem, "family": family, "depth": depth, "shortcut": option, "width": width}
    return parameters(RunSpec.model_validate(settings | {"epochs": 1}), IMAGES[stem])
