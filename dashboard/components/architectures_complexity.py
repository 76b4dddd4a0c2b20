"""Comparing complexity: what accuracy costs; and how long a net takes on this computer."""

import pandas as pd
import streamlit as st

from core.inspection import InspectionError, ask
from dashboard import words
from dashboard.components.badges import badge
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.data import ASSETS
from dashboard.figures.complexity import complexity
from dashboard.provenance import quoted

HEIGHT = 520
PUBLISHED = ASSETS / "published"
TIMED = (  # torchvision's nets that the inspection process builds
    "alexnet",
    "vgg16",
    "vgg19",
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
)
SOURCE = (
    "the figure of Canziani, Paszke and Culurciello 2017, https://arxiv.org/abs/1605.07678, with"
    " the numbers of torchvision 0.29.2 (1-crop) and of He et al. 2015, Table 3 (10-crop)"
)
SENTENCE = (
    "To the left is cheap, upwards is accurate; the area of a bubble is the net's number of"
    " **parameters**. Multiply-adds count the work for one image (often called FLOPs; strictly"
    " a FLOP count is twice as large)."
)


def complexity_section() -> None:
    """The figure, what to beware of in it, and the stopwatch."""
    table = complexity_table()
    with section(
        "complexity",
        "Comparing complexity: what does accuracy cost?",
        SENTENCE,
        badges={"quoted": "Each row of the data names its source."},
        source=SOURCE,
        provenance=quoted("validation images of ImageNet, ILSVRC 2012"),
    ) as data:
        figure("complexity", complexity(table, mode=page_mode()), HEIGHT)
        with st.expander("Before you compare: six traps", icon=":material/warning:", key="traps"):
            st.markdown("\n".join(f"- {trap}" for trap in TRAPS))
        _latency(table)
        data_table(data, "complexity", table)


def _latency(table: pd.DataFrame) -> None:
    titles = dict(table.loc[table["name"].isin(TIMED), ["name", "title"]].to_numpy())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "How long does it take here?",
            list(titles),
            key="latency_net",
            format_func=titles.__getitem__,
            width=260,
        )
        pressed = st.button("Measure latency here", key="latency", icon=":material/timer:")
    _measure(name, titles[name], pressed)


def _measure(name: str, title: str, pressed: bool) -> None:
    """What was measured of this net in this session, new when the button was pressed."""
    measured = st.session_state.setdefault("latencies", {})
    if pressed:
        try:
            with st.spinner(f"Timing {title}; a net's first time takes some seconds ..."):
                measured[name] = ask("latency", name, {})
        except (ValueError, InspectionError) as error:
            st.error(f"{title} cannot be timed: {error}")
            return
    if name in measured:
        answer = measured[name]
        with st.container(horizontal=True, vertical_alignment="center"):
            badge("live", f"Median of {answer['runs']} passes in float32 with random weights.")
            st.markdown(
                f"**{title}**: {answer['milliseconds']:.3g}\u00a0ms for one image on"
                f" {answer['device']}, {words.plural(answer['threads'], 'thread')}.",
                width="stretch",
            )


@st.cache_resource(show_spinner=False)
def complexity_table() -> pd.DataFrame:
    """Torchvision's nets with a note where a name promises another net, then the paper's rows.

    Returns:
        Columns name, title, family, recipe, protocol, image_px, parameters (NaN: not printed),
        multiply_adds_g, top1, top5 (%), file_mib, source, note.
    """
    own = pd.read_csv(PUBLISHED / "architectures.csv")
    own["note"] = own["name"].map(NOTES).fillna("")
    return pd.concat([own, _printed()], ignore_index=True)


def _printed() -> pd.DataFrame:
    """Table 3 of He et al. 2015, where it has a top-1 error and the paper the multiply-adds."""
    errors = pd.read_csv(PUBLISHED / "imagenet.csv").dropna(subset="top1")
    costs = pd.read_csv(PUBLISHED / "complexity.csv")
    costs = costs[costs["what"].str.startswith("multiply-adds")]  # in billions
    design = errors["net"].str.replace(r" [ABC]$", "", regex=True).replace("plain-34", "ResNet-34")
    found = errors.assign(multiply_adds_g=design.map(costs.set_index("net")["printed"]))
    found = found.dropna(subset="multiply_adds_g")
    return pd.DataFrame(
        {
            "name": found["net"],
            "title": found["net"],
            "family": found["net"].map(FAMILIES),
            "recipe": "paper",
            "protocol": "10-crop",
            "image_px": 224,
            "multiply_adds_g": found["multiply_adds_g"],
            "top1": (100 - found["top1"]).round(2),
            "top5": (100 - found["top5"]).round(2),
            "source": found["source"],
            "note": "",
        }
    )


STRIDE = "v1.5: halves the image in the 3x3,<br>not in the 1x1 as in the paper"
NOTES = {  # of torchvision's nets, for the hover
    "alexnet": "the variant of <i>One weird trick</i>, not of 2012",
    "googlenet": "3x3 where the paper has 5x5;<br>auxiliary heads are not counted",
    "inception_v3": "images of 299 px;<br>auxiliary heads are counted",
    "resnet50": STRIDE,
    "resnet101": STRIDE,
    "resnet152": STRIDE,
}
TRAPS = (
    "**Recipe beats architecture.** V1 and V2 are the same ResNet-50: 76.13 % and 80.86 %. The"
    " later recipe trains longer, with more augmentation.",
    "**1-crop is not 10-crop.** torchvision looks at each image once (1-crop); He et al. average"
    " ten cut-outs of it (10-crop), which gives a point or two.",
    "**torchvision's ResNet-50 is 'v1.5'.** Its bottlenecks halve the image in the 3x3, not in the"
    " first 1x1 as in the paper: 4.09 G multiply-adds, not 3.8 G. So are its 101 and 152.",
    "**torchvision's GoogLeNet** has 3x3 convolutions where the paper has 5x5. Its auxiliary heads"
    " (two extra classifiers for training) are in the file, 49.7 MiB, but not in the count of"
    " 6.6 M parameters; those of Inception-v3 are in both.",
    "**torchvision's AlexNet** is the variant of Krizhevsky's *One weird trick* (2014), not the net"
    " of 2012.",
    "**Multiply-adds are not seconds.** Memory traffic counts as well: measure a few nets here.",
)
FAMILIES = {  # of the nets of the paper's table
    "VGG-16": "plain",
    "plain-34": "plain",
    "ResNet-34 A": "resnet",
    "ResNet-34 B": "resnet",
    "ResNet-34 C": "resnet",
    "ResNet-50": "bottleneck",
    "ResNet-101": "bottleneck",
    "ResNet-152": "bottleneck",
}
