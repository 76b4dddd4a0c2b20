"""What one batch finds in the chosen nets: gradients, activations, shattered gradients."""

import pandas as pd
import streamlit as st

from core.data.catalogue import CATALOGUE
from core.inspection import InspectionError
from dashboard.components.first_step_form import Choice, first_step_form
from dashboard.components.first_step_nets import Measured, chosen_nets, extremes, measure
from dashboard.components.first_step_verdict import NORMS, by_depth, outcome, verdict
from dashboard.components.first_step_words import reading, share, shattering
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.figures.first_step_correlation import first_step_correlation
from dashboard.figures.first_step_layers import first_step_layers
from dashboard.provenance import HERE, named
from dashboard.theme import net_word

HEIGHT, TWO_ROWS = 370, 620  # pixels


def first_step() -> None:
    """The form, and what it asks for."""
    choice = first_step_form()
    nets = chosen_nets(choice)
    try:
        with st.spinner("One batch through each net ...", show_time=True):
            shown = measure(choice, nets)
            ends = measure(choice, extremes(shown.layers))
    except InspectionError as error:
        st.error(f"The nets cannot be looked at: {error}", icon=":material/error:")
        return
    for sentence in shown.refused:
        st.warning(sentence, icon=":material/block:")
    if shown.layers.empty:
        st.info("Choose at least one family and one depth that it has.")
        return
    if choice.init == "zero-gamma":
        st.caption(ZERO_GAMMA)
    told = _provenance(choice, shown.images)
    _layers("gradient_norm", shown, told)
    _verdict(ends, told)
    _layers("activation_std", shown, told)
    _shattering(shown.correlations, told)


def _provenance(choice: Choice, images: int) -> str:
    batch = f"{images} training images of {CATALOGUE[choice.dataset].title}"
    return named([choice.seed], batch, f"{HERE}, float32")


def _layers(measure_name: str, shown: Measured, provenance: str) -> None:
    name, question, sentence, source = LAYERS[measure_name]
    sentence = sentence.format(images=shown.images)
    rows = shown.layers
    rows = rows[rows["ends_block"]] if measure_name == "activation_std" else rows
    with section(
        name, question, sentence, badges={"live": ""}, source=source, provenance=provenance
    ) as data:
        drawn = first_step_layers(rows, measure_name, mode=page_mode())
        figure(name, drawn, HEIGHT if rows["family"].nunique() <= 2 else TWO_ROWS)
        st.markdown(reading(shown.layers, measure_name))
        data_table(data, name, shown.layers)


def _verdict(ends: Measured, provenance: str) -> None:
    """Batch norm on and off, the deepest net against the shallowest."""
    table = by_depth(ends.layers)
    badges = {"live": "", "computed": "The verdict.", "quoted": "He et al. 2015, section 4.1."}
    with section(
        "vanishing",
        "Is it vanishing gradients?",
        "Many tutorials say that deep plain nets fail because the gradient **vanishes**: it gets"
        " smaller from layer to layer on its way back, until the first layers learn nothing. Here"
        " is the gradient in the first layer of the deepest net, which has come all the way; it"
        " gets through when it is within a factor of 100 of that of the shallowest net.",
        badges=badges,
        source="He et al. 2015, https://arxiv.org/abs/1512.03385",
        provenance=provenance,
    ) as data:
        st.markdown(_fates(table))
        st.markdown(verdict(table))
        st.markdown(QUOTE)
        data_table(data, "vanishing", table)


def _fates(table: pd.DataFrame) -> str:
    """A row a net, a column with batch norm and one without."""
    rows = [f"| | {' | '.join(NORMS.values())} |", "|---|---|---|"]
    for family, own in table.groupby("family", sort=False):
        deep, shallow = (net_word(str(family), own[end].iloc[0]) for end in ("deep", "shallow"))
        found = (outcome(row) for _, row in own.iterrows())
        cells = (f"{MARKS[word]} **{word}**: {why}" for word, why in found)
        rows.append(f"| **{deep}** against {shallow} | {' | '.join(cells)} |")
    return "\n".join(rows) if len(table) else ""


def _shattering(correlations: pd.DataFrame, provenance: str) -> None:
    with section(
        "shattered",
        "Do neighbouring images agree on the gradient?",
        SHATTERED.format(blends=round(1 / correlations["distance"].min()) - 1),
        badges={"live": ""},
        source="Balduzzi et al. 2017, https://arxiv.org/abs/1702.08591; the paper moves a number"
        " where this page moves an image",
        provenance=provenance,
    ) as data:
        distance = st.segmented_control(
            "Distance between the two inputs",
            sorted(correlations["distance"].unique()),
            default=correlations["distance"].min(),
            required=True,
            format_func=share,
            key="step_distance",
            help="As a share of the way from the one image to the other.",
        )
        chosen = correlations[correlations["distance"] == distance]
        figure("shattered", first_step_correlation(chosen, mode=page_mode()), HEIGHT)
        st.markdown(shattering(chosen))
        data_table(data, "shattered", correlations)


MARKS = {
    "explodes": ":material/trending_up:",
    "vanishes": ":material/trending_down:",
    "gets through": ":material/check:",
}
QUOTE = (
    "> We argue that this optimization difficulty is *unlikely* to be caused by vanishing"
    " gradients. [...] We also verify that the backward propagated gradients exhibit healthy norms"
    " with BN.\n>\n> He et al. 2015, section 4.1, on plain nets of 18 and 34 layers"
)
ZERO_GAMMA = (
    "Zero-gamma: every residual branch starts as 0 and hands no gradient back to the layers in it;"
    " at the first step only its very last weights learn. Plain and highway nets start as with He."
)
SHATTERED = (
    "Between two images of the batch lie {blends} blends of them, evenly spaced (several such"
    " lines, each a batch of its own). At each blend stands the gradient of the net's first output"
    " by the pixels. A **correlation** of 1: the gradients of two neighbours point the same way."
    " 0: they have nothing in common, they are *shattered*, and a step that helps one image tells"
    " nothing about the next. The paper: in plain nets this correlation falls exponentially with"
    " depth, in residual nets far more slowly."
)
LAYERS = {  # name, question, sentence above, source
    "gradient_norm": (
        "gradient-by-layer",
        "Does the gradient get back to the first layer?",
        "{images} training images go forward and back through nets that have never trained. Shown"
        " is the length (L2 norm) of the loss's gradient over each convolution's weights. The"
        " gradient travels from the **last layer** to the **first**: numbers are depths, and stand"
        " where it arrives.",
        "Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    "activation_std": (
        "spread-by-layer",
        "Does the image get through to the last layer?",
        "The same pass on its way forward: how much the values differ that each layer hands on"
        " (standard deviation of its **activations** over images, channels and pixels, behind the"
        " ReLU). Drawn is the end of each block, behind the addition.",
        "He et al. 2015, *Delving Deep into Rectifiers*, https://arxiv.org/abs/1502.01852",
    ),
}
