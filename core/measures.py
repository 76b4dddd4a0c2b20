"""MEASURES: what the probes record of each block while a net trains, in words. Knows no torch."""

from typing import Literal, NamedTuple

Over = Literal["blocks", "layers"]


class Measure(NamedTuple):
    """A number for each place of a net, at a step.

    Attributes:
        title: in charts and pickers.
        unit: of the numbers, "" for a pure number.
        over: what the places are: stem, blocks and head, or single layers.
        meaning: one sentence for students.
    """

    title: str
    unit: str
    over: Over
    meaning: str


MEASURES: dict[str, Measure] = {
    "gradient-norm": Measure(
        "Gradient norm",
        "",
        "blocks",
        "Length (L2 norm) of the loss's gradient over all weights of a block: how strongly the"
        " loss asks this block to change.",
    ),
    "gradient-norm-layers": Measure(
        "Gradient norm by layer",
        "",
        "layers",
        "Length (L2 norm) of the loss's gradient over the weights of one convolution.",
    ),
    "update-ratio": Measure(
        "Update to weight",
        "",
        "blocks",
        "How far one step moves a block's weights, as a share of their own length; about 0.001 is"
        " a common rule of thumb.",
    ),
    "weight-norm": Measure(
        "Weight norm",
        "",
        "blocks",
        "Length (L2 norm) of a block's weights.",
    ),
    "activation-mean": Measure(
        "Activation mean",
        "",
        "blocks",
        "Mean of all numbers in a block's output, on 32 fixed images.",
    ),
    "activation-std": Measure(
        "Activation spread",
        "",
        "blocks",
        "Standard deviation of all numbers in a block's output, on 32 fixed images.",
    ),
    "zeros": Measure(
        "Zeros",
        "%",
        "blocks",
        "Share of a block's output that is exactly 0, cut off by the ReLU.",
    ),
    "dead-channels": Measure(
        "Dead channels",
        "%",
        "blocks",
        "Share of a block's channels that are 0 everywhere on all 32 fixed images.",
    ),
    "layer-response": Measure(
        "Layer response",
        "",
        "layers",
        "Standard deviation of a 3x3 layer's output after batch norm, before ReLU and addition:"
        " how strongly it changes the signal (He et al. 2015, Figure 7).",
    ),
    "branch-norm": Measure(
        "Branch norm",
        "",
        "blocks",
        "Length of F(x), what a block's layers add, per image.",
    ),
    "shortcut-norm": Measure(
        "Shortcut norm",
        "",
        "blocks",
        "Length of x, what a block's shortcut carries, per image.",
    ),
    "branch-ratio": Measure(
        "Branch to shortcut",
        "",
        "blocks",
        "Length of F(x) divided by that of x: how much a block changes what it is given.",
    ),
    "gate": Measure(
        "Gate",
        "%",
        "blocks",
        "Mean of a highway block's gate: 0 % carries its input on, 100 % transforms all of it.",
    ),
}
