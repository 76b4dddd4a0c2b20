"""How alike two maps are, whatever their scales. Knows no torch."""

import numpy as np
from scipy.stats import rankdata


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's, -1 to 1, of two maps of one shape.

    Not a number where one of them is the same everywhere, or no number itself.
    """
    if not np.ptp(one) > 0 or not np.ptp(other) > 0:
        return float("nan")
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])
