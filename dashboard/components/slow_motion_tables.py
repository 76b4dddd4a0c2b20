"""The numbers of a step as tables."""

from typing import Any

import pandas as pd

from dashboard.figures.places import place_names
from dashboard.sides import Side

NUMBERS = (  # columns of the table, whether a place has such a number or not
    "input",
    "branch",
    "shortcut",
    "output",
    "gradient",
    "gradient_branch",
    "through_branch",
    "through_shortcut",
    "share_branch",
    "share_shortcut",
    "gradient_in",
    "weight_gradient",
    "weights",
    "update",
)

Found = list[tuple[str, Side, dict[str, Any]]]  # name, side, what the task `one-step` tells


def places_table(found: Found) -> pd.DataFrame:
    """A row a place of each net.

    Returns:
        Columns net, name, address; input, branch, shortcut, output (root mean squares); gradient,
        ..., gradient_in (L2 norms of the loss's gradient over the batch) with share_branch and
        share_shortcut (0 to 1); weight_gradient, weights, update (L2 norms) and ratio (of the
        update to the weights).
    """
    tables = []
    for name, _, answer in found:
        rows = pd.DataFrame(answer["places"]).reindex(columns=["address", *NUMBERS])
        names = place_names(tuple(rows["address"]))
        rows = rows.assign(ratio=rows["update"] / rows["weights"])
        tables.append(pd.DataFrame({"net": name, "name": names}).join(rows))
    return pd.concat(tables, ignore_index=True)


def images_table(found: Found) -> pd.DataFrame:
    """A row an image shown and net.

    Returns:
        Columns net, label, guess, truth (probability of the label, 0 to 1), loss (nats), and the
        last three after the step.
    """
    columns = ("label", "guess", "truth", "loss", "guess_after", "truth_after", "loss_after")
    tables = []
    for name, _, answer in found:
        shown = answer["shown"]
        plural = {"label": "labels", "guess": "guesses", "guess_after": "guesses_after"}
        values = {column: shown[plural.get(column, column)] for column in columns}
        tables.append(pd.DataFrame({"net": name} | values))
    return pd.concat(tables, ignore_index=True)
