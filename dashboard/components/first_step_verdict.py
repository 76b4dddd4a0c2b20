"""Is it vanishing gradients? What depth does to the gradient in the first layer, in words."""

import numpy as np
import pandas as pd

from dashboard.components.first_step_words import times
from dashboard.figures.first_step_marks import is_drawn
from dashboard.theme import net_word

HEALTHY = 100.0  # times larger or smaller: what stays within still gets through
NORMS = {True: "with batch norm", False: "without batch norm"}


def fate(ratio: float) -> str:
    """What becomes of a signal that the depth has made so many times larger."""
    if ratio > HEALTHY:
        return "explodes"
    return "vanishes" if ratio < 1 / HEALTHY else "gets through"


def by_depth(layers: pd.DataFrame) -> pd.DataFrame:
    """What depth does to the gradient in the first layer, which has come through the whole net.

    Args:
        layers: rows of `Measured.layers`, of the shallowest and the deepest net of each family.

    Returns:
        Columns batch_norm, family, shallow, deep (depths), gradient_shallow, gradient_deep (norms
        in the first layer); a row a family with two depths, with batch norm first.
    """
    rows = []
    first = layers[layers["layer"] == 1]
    for (norm, family), own in first.groupby(["batch_norm", "family"], sort=False):
        own = own.sort_values("depth")
        if len(own) > 1:
            ends = (own[column].iloc[place] for column in VERDICT for place in (0, -1))
            rows.append((bool(norm), str(family), *ends))
    columns = ["batch_norm", "family", "shallow", "deep", "gradient_shallow", "gradient_deep"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("batch_norm", ascending=False, kind="stable", ignore_index=True)


def outcome(row: pd.Series) -> tuple[str, str]:
    """A net's fate in a word, and why: 'explodes', '21 million times larger'."""
    shallow, deep = row["gradient_shallow"], row["gradient_deep"]
    if not np.isfinite(deep):
        return "explodes", "too large for float32"
    if deep == 0:
        return "vanishes", "exactly 0"
    if not is_drawn(shallow):
        return "gets through", "unlike that of the shallow net"
    ratio = deep / shallow
    return fate(ratio), times(ratio)


def verdict(table: pd.DataFrame) -> str:
    """Whether vanishing gradients are what the plain net suffers from, as `by_depth` tells it."""
    plain = table[table["family"] == "plain"]
    fates = {row["batch_norm"]: outcome(row)[0] for _, row in plain.iterrows()}
    if len(fates) < 2:
        return "Choose plain nets of two depths for a verdict."
    net = net_word("plain", plain["deep"].iloc[0])
    return f"{WITH_NORM[fates[True]]} {WITHOUT_NORM[fates[False]]}".format(net=net)


VERDICT = ("depth", "gradient_norm")
WITH_NORM = {
    "explodes": (
        "With batch norm, as in the races of this lab, the gradient of {net} does **not vanish**:"
        " it explodes on its way back, which is no healthier."
    ),
    "vanishes": "With batch norm the gradient of {net} **vanishes**.",
    "gets through": (
        "With batch norm, as in the races of this lab, the gradient of {net} **gets through**:"
        " vanishing gradients are not what is wrong with it at its first step."
    ),
}
WITHOUT_NORM = {
    "explodes": "Without batch norm it explodes.",
    "vanishes": "Without batch norm it vanishes, as many tutorials tell.",
    "gets through": "Without batch norm it gets through too.",
}
