"""What the figures of the page First step show, in sentences computed from their data."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from dashboard.figures.first_step_marks import is_drawn
from dashboard.words import plural

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def round_number(number: float) -> str:
    """`1.5`, `46`, `27,000`, `7 million`, `21 million`, `10¹³`: about two digits."""
    if number >= 9.5e11:
        return "10" + str(round(math.log10(number))).translate(SUPERSCRIPTS)
    if number >= 9.95e5:
        size, word = (1e9, "billion") if number >= 9.95e8 else (1e6, "million")
        return f"{float(f'{number / size:.2g}'):g}\u00a0{word}"
    return f"{float(f'{number:.2g}'):,g}" if number >= 9.5 else f"{number:.1f}"


def times(ratio: float) -> str:
    """`46 times larger`, `2.0 times smaller`, `about as large`."""
    if 1 / 1.1 < ratio < 1.1:
        return "about as large"
    if ratio > 1:
        return f"{round_number(ratio)} times larger"
    return f"{round_number(1 / ratio)} times smaller"


def reading(layers: pd.DataFrame, measure: str) -> str:
    """What a figure shows: the signal where it arrives, against where it set out and a shallow net.

    Args:
        layers: rows of `Measured.layers`; of each family the deepest net is told.
        measure: gradient_norm (it sets out at the last layer) or activation_std (at the first).
    """
    what, arrived, sent = READINGS[measure]
    on_the_way, deeper = [], []
    for _, own in layers.groupby("family", sort=False):
        shallow, deep = (
            _of_depth(own, depth) for depth in (own["depth"].min(), own["depth"].max())
        )
        net, values = deep["net"].iloc[0], deep[measure].to_numpy(float)
        end = values[PLACES[arrived]]
        on_the_way.append(f"**{net}** {_compared(end, values[PLACES[sent]], values)}")
        if len(shallow) < len(deep):
            other = shallow[measure].iloc[PLACES[arrived]]
            deeper.append(f"**{net}** {_compared(end, other, values)}")
    told = f"{what} in the {arrived} layer, compared with the {sent}: {'; '.join(on_the_way)}."
    if deeper:
        told += f" Compared with the {arrived} layer of the shallowest net: {'; '.join(deeper)}."
    return told


def shattering(correlations: pd.DataFrame) -> str:
    """How fast the likeness of neighbouring gradients falls with depth, plain against residual.

    Args:
        correlations: rows of `Measured.correlations` of one distance.
    """
    known = correlations.dropna(subset="correlation")
    missing = correlations.loc[correlations["correlation"].isna(), "net"]
    parts = []
    for _, own in known.sort_values("depth").groupby("family", sort=False):
        start, end = own.iloc[0], own.iloc[-1]
        path = f"**{start['net']}** {start['correlation']:.2f}"
        parts.append(
            path if len(own) == 1 else f"{path}, **{end['net']}** {end['correlation']:.2f}"
        )
    sentence = f"Correlation: {'; '.join(parts)}." if parts else "There is no correlation to tell."
    if len(missing):
        sentence += f" None for {', '.join(missing)}: a gradient is 0 or too large for float32."
    return f"{sentence} {_against_paper(known)}".strip()


def _against_paper(known: pd.DataFrame) -> str:
    """Balduzzi et al. 2017 expect less of a plain net than of a residual one of its depth."""
    wide = known.pivot_table(index="depth", columns="family", values="correlation")
    if not {"plain", "resnet"} <= set(wide):
        return ""
    both = wide.dropna(subset=["plain", "resnet"])
    against = both.index[both["plain"] >= both["resnet"]]
    if both.empty:
        return ""
    if len(against):
        depths = plural(len(against), "depth")
        return f"At {depths} of {len(both)} the plain net is not below the residual one here."
    return (
        "At every depth the plain net is below the residual one, as Balduzzi et al. find: its"
        " gradients shatter sooner."
    )


def share(distance: float) -> str:
    """A distance as a share of the way between the two images: 1/32."""
    return str(Fraction(distance).limit_denominator(1000))


def _of_depth(layers: pd.DataFrame, depth: int) -> pd.DataFrame:
    return layers[layers["depth"] == depth]


def _compared(value: float, other: float, values: np.ndarray) -> str:
    """The ratio of two values of a net's, or why there is none."""
    both = is_drawn(value) and is_drawn(other)
    return times(value / other) if both else _missing(values)


def _missing(values: np.ndarray) -> str:
    """Why there is no ratio to tell."""
    zeros, wild = int((values == 0).sum()), int((~np.isfinite(values)).sum())
    layers = plural(len(values), "layer")
    if wild:
        return f"too large for float32 in {wild} of {layers}"
    return f"exactly 0 in {zeros} of {layers}"


READINGS = {  # what it is called, the layer where it arrives, the layer where it sets out
    "gradient_norm": ("Gradient", "first", "last"),
    "activation_std": ("Spread of the activations", "last", "first"),
}
PLACES = {"first": 0, "last": -1}
