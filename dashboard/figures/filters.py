"""The weights of a convolution's filters as small pictures."""

import numpy as np
from plotly.colors import diverging, sample_colorscale

COLOURS = 3  # input channels whose weights are red, green and blue
LEVELS = 255
MIDDLE = 127.5  # of 0 to 255: the grey of weight 0


def filter_pictures(filters: np.ndarray, reach: float) -> np.ndarray:
    """Pictures uint8 [N, k, k, 3] of filters float32 [F, in, k, k].

    A filter for red, green and blue is one picture in those colours, grey where the weights are 0.
    Of other filters each slice, the weights for one input channel, is a picture: red above 0, blue
    below, white at 0.

    Args:
        reach: weight of the strongest colour.
    """
    share = np.clip(filters / (reach or 1.0), -1, 1)
    if filters.shape[1] == COLOURS:
        return np.round(MIDDLE + MIDDLE * share).astype(np.uint8).transpose(0, 2, 3, 1)
    slices = share.reshape(-1, *filters.shape[2:])
    scale = sample_colorscale(
        diverging.RdBu_r, np.linspace(0, 1, LEVELS).tolist(), colortype="tuple"
    )
    palette = np.round(255 * np.array(scale)).astype(np.uint8)
    return palette[np.round((slices + 1) / 2 * (LEVELS - 1)).astype(int)]


def weights_in_words(weights: np.ndarray) -> str:
    """A slice [k, k] row by row, for the hover."""
    return "<br>".join(" ".join(f"{weight:+.2f}" for weight in row) for row in weights)
