"""What is read off the map of features, and its table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from dashboard.theme import percent

NEIGHBOURS = 10  # nearest images in the map that are asked for their class

Answer = dict[str, Any]


def map_points(answer: Answer) -> pd.DataFrame:
    """Columns place, x, y, label and guess (numbers of classes)."""
    x, y = answer["xy"].T
    own = {"place": answer["places"], "x": x, "y": y}
    return pd.DataFrame(own | {"label": answer["labels"], "guess": answer["guesses"]})


def features_table(found: Sequence[tuple[str, Answer]]) -> pd.DataFrame:
    """A row a net and image: columns net, test_image, x, y, true_class, guess."""
    tables = []
    for name, answer in found:
        points, names = map_points(answer), np.array(answer["class_names"], dtype=object)
        own = points[["x", "y"]].assign(
            true_class=names[points["label"]], guess=names[points["guess"]]
        )
        own.insert(0, "test_image", points["place"])
        own.insert(0, "net", name)
        tables.append(own)
    return pd.concat(tables, ignore_index=True)


def map_reading(found: Sequence[tuple[str, Answer]]) -> str:
    """How often an image's nearest ones in the map are of its class, and of which class least."""
    parts = []
    for name, answer in found:
        pure = purity(answer["xy"], answer["labels"])
        by_class = pd.Series(pure).groupby(answer["labels"]).mean()
        hardest = answer["class_names"][int(by_class.idxmin())]
        parts.append(
            f"**{name}** {percent(100 * pure.mean())} (least for {hardest},"
            f" {percent(100 * by_class.min())})"
        )
    return (
        f"Of an image's {NEIGHBOURS} nearest in the map this share is of its own class:"
        f" {'; '.join(parts)}. Where classes are well apart it is near 100\u00a0%."
    )


def purity(xy: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of the NEIGHBOURS nearest of each point float [N, 2] that have its label, 0 to 1."""
    nearest = np.asarray(KDTree(xy).query(xy, k=min(NEIGHBOURS + 1, len(xy)))[1])
    return (labels[nearest[:, 1:]] == labels[:, None]).mean(1)
