"""Feature maps as one picture."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from dashboard.figures import feature_maps as maps
from dashboard.figures.montage import CLEAR, GAP, LEVELS, SMALLEST, Strip, as_png, montage
from tests.dashboard.figures.checked import checked

feature_maps = checked(maps.feature_maps)
HISTOGRAM = (np.array([9, 0, 3]), np.array([0.0, 1.0, 2.0, 3.0]))


def strip(numbers, **fields) -> Strip:
    values = np.array(numbers, np.float32)
    values = values if values.ndim == 3 else values[None]
    made = {
        "label": "stage 1<br>block 1",
        "about": "stage 1, block 1",
        "address": "stages.0.0",
        "part": "output",
        "channels": np.arange(len(values)),
        "maps": values,
        "limits": (0.0, 4.0),
        "signed": False,
        "histogram": HISTOGRAM,
        "top": 0.0,
    }
    return Strip(**made | fields)


def colours_of(levels: np.ndarray) -> np.ndarray:
    """Red, green, blue, opacity of every pixel, as a browser decodes them."""
    content = b64decode(as_png(levels).removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_net_without_blocks_is_an_empty_frame(mode):
    figure = feature_maps([], family="plain", columns=8, rows=1, alt="nothing", mode=mode)
    assert not figure.layout.images


def test_a_number_has_the_colour_of_its_place_between_the_limits():
    picture = montage([strip([[0, 1], [2, 4]])], 1, 1)
    half = SMALLEST // 2
    corners = picture[[0, 0, half, half], [0, half, 0, half]]
    assert corners.tolist() == [0, round((LEVELS - 1) / 4), (LEVELS - 1) // 2, LEVELS - 1]


def test_a_map_of_4_by_4_is_as_large_as_one_of_28_by_28():
    small, large = strip(np.ones((4, 4))), strip(np.ones((28, 28)), top=1.0)
    picture = montage([small, large], 1, 2)
    assert picture.shape == (2 * (28 + GAP), 28 + GAP)
    assert (picture == montage([strip(np.ones((28, 28))), large], 1, 2)).all()


def test_maps_of_more_than_a_line_go_on_in_the_next():
    picture = montage([strip(np.ones((3, 28, 28)))], 2, 2)
    below = picture[28 + GAP :]
    assert (below[:28, :28] != CLEAR).all()
    assert (below[:, 28:] == CLEAR).all()


def test_what_is_no_number_lets_the_page_shine_through():
    picture = montage([strip([[np.nan, 1.0]])], 1, 1)
    assert colours_of(picture)[0, 0, 3] == 0
    assert colours_of(picture)[0, SMALLEST - 1, 3] == 255


def test_a_block_that_is_zero_everywhere_is_dark():
    picture = montage([strip(np.zeros((4, 4)), limits=(0.0, 0.0))], 1, 1)
    assert set(picture[:28, :28].ravel()) == {0}


def test_the_scale_runs_through_cividis():  # Nuñez et al. 2018: from #00224e to #fee838
    ends = colours_of(np.array([[0, LEVELS - 1]], np.uint8))[0, :, :3]
    assert ends.tolist() == [[0x00, 0x22, 0x4E], [0xFE, 0xE8, 0x38]]


def test_signed_maps_are_white_at_0_red_above_and_blue_below():
    picture = montage([strip([[-4, 0, 4]], limits=(-4.0, 4.0), signed=True)], 1, 1)
    below, zero, above = (colours_of(picture)[14, x, :3].astype(int) for x in (2, 14, 26))
    assert zero.tolist() == [247, 247, 247]  # ColorBrewer's RdBu
    assert above[0] > above[2]
    assert below[2] > below[0]


def test_the_figure_is_two_traces_and_one_picture_whatever_the_depth():
    strips = [strip(np.ones((8, 4, 4)), top=float(top)) for top in range(110)]
    figure = feature_maps(strips, family="resnet", columns=8, rows=110, alt="")
    assert len(figure.data) == 2
    assert len(figure.layout.images) == 1


def test_a_click_on_a_map_tells_block_part_and_channel():
    figure = feature_maps(
        [strip(np.ones((2, 4, 4)), channels=np.array([5, 3]))],
        family="plain",
        columns=8,
        rows=1,
        alt="",
    )
    (marks,) = [trace for trace in figure.data if trace.uid == "marks"]
    assert list(marks.customdata) == ["stages.0.0|output|5", "stages.0.0|output|3", None]
    assert list(marks.x[:2]) == [0.47, 1.47]


def test_histograms_stand_beside_their_strips_and_the_fullest_bar_is_the_highest():
    strips = [strip(np.ones((2, 2))), strip(np.ones((2, 2)), top=1.0)]
    figure = feature_maps(strips, family="plain", columns=8, rows=2, alt="")
    (bars,) = [trace for trace in figure.data if trace.uid == "histograms"]
    x, first = np.array(bars.x), np.array(bars.y)[: len(bars.y) // 2]
    assert np.nanmin(x) > 8
    assert first[1] == np.nanmin(first) == pytest.approx(0.05)
    assert first[3] == first[0] == 0.95  # an empty bar lies on the ground
