"""One map, large."""

import numpy as np
import pytest

from dashboard.figures import feature_map as one
from tests.dashboard.figures.checked import checked

feature_map = checked(one.feature_map)
NUMBERS = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("signed", [True, False])
def test_the_colours_reach_from_limit_to_limit(mode, signed):
    (trace,) = feature_map(NUMBERS, (-9.0, 9.0), signed=signed, alt="", mode=mode).data
    assert (trace.zmin, trace.zmax) == (-9, 9)


def test_the_true_grid_is_told_and_row_0_is_at_the_top():
    layout = feature_map(NUMBERS, (0.0, 5.0), signed=False, alt="").layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("3 columns", "2 rows")
    assert layout.yaxis.autorange == "reversed"
    assert layout.yaxis.scaleanchor == "x"
