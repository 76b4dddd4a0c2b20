"""Hills and maps of a loss."""

import base64

import numpy as np
import pytest

from dashboard.figures import landscape as one
from dashboard.figures.landscape import CEILING, Ground, below_ceiling, ground_scale
from tests.dashboard.figures.checked import checked

FIGURES = {
    "hills": checked(one.landscape_surface),
    "map": checked(one.landscape_contour),
}
PIT = np.array([[4.0, 3.0, 4.0], [3.0, 2.0, 3.0], [4.0, 3.0, 4.0]], np.float32)


def ground(loss, name="plain-8", reach=0.5):
    loss = np.asarray(loss, np.float32)
    return Ground(name, reach, loss, np.full_like(loss, 12.0))


def drawn(figure):
    """The numbers that the figure's first trace draws."""
    packed = figure.data[0].z
    values = np.frombuffer(base64.b64decode(packed["bdata"]), "<f4")
    return values.reshape([int(side) for side in packed["shape"].split(",")])


def test_losses_within_a_decade_share_a_linear_scale():
    scale = ground_scale([ground(PIT), ground(2 * PIT)])
    assert (scale.low, scale.high, scale.log) == (0, 8, False)


def test_losses_that_span_a_decade_share_a_logarithmic_scale():
    scale = ground_scale([ground(PIT), ground(0.01 * PIT)])
    assert (scale.log, scale.high) == (True, 4)
    assert scale.low == pytest.approx(0.02)


def test_the_scale_ends_at_the_ceiling_and_overflow_does_not_stretch_it():
    high = PIT.copy()
    high[0] = 1e9, np.inf, np.nan
    assert ground_scale([ground(high)]).high == CEILING
    assert below_ceiling(high)[0, :2].tolist() == [CEILING, CEILING]
    assert np.isnan(below_ceiling(high)[0, 2])


@pytest.mark.parametrize("view", FIGURES)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_heights_are_the_losses_or_their_powers_of_ten(view, mode):
    linear, log = ground(PIT), ground(np.where(PIT == 2, 0.1, PIT))
    scales = [ground_scale([one]) for one in (linear, log)]
    assert [scale.log for scale in scales] == [False, True]
    np.testing.assert_array_equal(drawn(FIGURES[view](linear, scales[0], mode=mode)), PIT)
    powers = drawn(FIGURES[view](log, scales[1], mode=mode))
    np.testing.assert_allclose(powers, np.log10(log.loss), rtol=1e-5)


@pytest.mark.parametrize("view", FIGURES)
def test_what_is_not_known_yet_is_left_blank(view):
    half = PIT.copy()
    half[0] = np.nan
    values = drawn(FIGURES[view](ground(half), ground_scale([ground(half)])))
    assert np.isnan(values[0]).all()
    assert np.isfinite(values[1:]).all()


@pytest.mark.parametrize("view", FIGURES)
def test_the_net_stands_in_the_middle(view):
    hills, net = FIGURES[view](ground(PIT), ground_scale([ground(PIT)])).data[:2]
    assert list(hills.x) == list(hills.y) == [-0.5, 0, 0.5]
    assert (net.x[0], net.y[0]) == (0, 0)


@pytest.mark.parametrize("draw", [one.landscape_surface, one.landscape_contour])
def test_hover_tells_the_true_loss_behind_the_ceiling(draw):
    loss = PIT.copy()
    loss[0, 2] = 12345.0
    words = draw(ground(loss), ground_scale([ground(loss)]))["data"][0]["hovertext"]
    assert words[0][2] == "direction 1: +0.5, direction 2: -0.5<br>loss 1.23e+04, error 12.0\u00a0%"


def test_the_pole_stands_on_the_ground():
    net = FIGURES["hills"](ground(PIT), ground_scale([ground(PIT)])).data[1]
    assert list(net.z) == [2, 4]


def test_the_words_tell_the_middle_and_how_far_it_goes():
    loss = PIT.copy()
    loss[0, 0] = np.inf
    alt = FIGURES["map"](ground(loss), ground_scale([ground(loss)])).layout.meta["alt"]
    assert alt == (
        "Loss around plain-8, up to 0.5 filter lengths away along two random directions: 2 nats in"
        " the middle, from 2 to no number any more on the plane."
    )
