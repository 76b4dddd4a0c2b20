"""A page for the browser test: four points, each with a flat grey image of its own."""

import numpy as np
import pandas as pd

from dashboard.figures.feature_scatter import feature_scatter
from dashboard.figures.image_sheet import sprites
from dashboard.live_plot import live_plot, message

SHADES = (40, 100, 160, 220)

points = pd.DataFrame(
    {
        "place": [5, 6, 7, 8],
        "x": [0.0, 0, 1, 1],
        "y": [0.0, 1, 0, 1],
        "label": [0, 0, 1, 1],
        "guess": [0, 1, 0, 1],
    }
)
images = np.array(SHADES, np.uint8)[:, None, None, None] * np.ones((4, 28, 28, 1), np.uint8)
figure = feature_scatter(points, ("cat", "dog"), "plain-8", sprites=sprites(images))
live_plot(message(figure, height=400), key="map", height=400)
