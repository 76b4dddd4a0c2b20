"""What is counted on a loss landscape."""

import numpy as np
import pytest

from dashboard.components.features_landscape import landscape_table
from dashboard.components.features_landscape_reading import (
    bowl_share,
    landscape_reading,
    valley_share,
)
from dashboard.figures.landscape import CEILING, Ground

STEPS = np.linspace(-1, 1, 5)
X, Y = np.meshgrid(STEPS, STEPS)


def ground(loss, name="plain-8"):
    loss = np.asarray(loss, np.float32)
    return Ground(name, 1.0, loss, np.full_like(loss, 12.0))


BOWL = 1 + X**2 + Y**2  # curves upwards everywhere, up to 3 at the corners
SADDLE = 2 + X**2 - Y**2
RIDGE = 2 + X**2 + 3 * X * Y + Y**2  # upwards along both axes, downwards along y = -x


@pytest.mark.parametrize(
    ("loss", "share"), [(BOWL, 100), (SADDLE, 0), (RIDGE, 0), (np.full((5, 5), 2.3), 100)]
)
def test_points_that_curve_upwards_in_every_direction_are_counted(loss, share):
    assert bowl_share(ground(loss)) == share


def test_of_a_wave_half_of_the_points_are_a_bowl():  # cos curves upwards where it is below 0
    x = np.linspace(-10 * np.pi, 10 * np.pi, 401) + 0.01
    wave = 2 + np.cos(x)[None, :] + 0 * x[:, None]
    assert bowl_share(ground(wave)) == pytest.approx(50, abs=1)


def test_points_above_the_ceiling_do_not_count():
    assert bowl_share(ground(CEILING + SADDLE - 2.1)) == 0  # of the seven that lie below
    assert np.isnan(bowl_share(ground(CEILING + SADDLE)))  # the lowest of the nine is at 11.75


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_points_beside_what_is_not_known_or_overflows_do_not_count(value):
    loss = SADDLE.copy()
    loss[2, 2] = value
    assert np.isnan(bowl_share(ground(loss)))  # it is beside all of the nine


def test_the_valley_is_what_is_at_most_one_nat_higher():
    assert valley_share(ground(BOWL)) == 100 * 13 / 25  # x^2 + y^2 <= 1 on this grid, by hand
    half = BOWL.copy()
    half[3:] = np.nan
    assert valley_share(ground(half)) == 100 * 9 / 15


def test_the_gentler_ground_is_named_whichever_side_it_is_on():
    bowl, saddle = ground(BOWL / 2, "residual-8"), ground(2 * SADDLE)
    said = "So **residual-8** has the wider valley and the rounder ground."
    assert landscape_reading([bowl, saddle]).endswith(said)
    assert landscape_reading([saddle, bowl]).endswith(said)


def test_a_wide_valley_on_broken_ground_and_equal_grounds_are_told_as_they_are():
    steep = ground(1 + 5 * (X**2 + Y**2), "residual-8")
    assert landscape_reading([steep, ground(SADDLE)]).endswith(
        "So **plain-8** has the wider valley, **residual-8** the rounder ground."
    )
    assert landscape_reading([ground(BOWL), ground(BOWL, "residual-8")]).endswith(
        "So both valleys are equally wide, the ground is equally round."
    )


def test_one_net_is_told_alone():
    assert landscape_reading([ground(BOWL)]) == (
        "**plain-8** itself has a loss of 1 (error 12.0\u00a0%); 52\u00a0% of the ground is at most"
        " 1 nat higher, and 100\u00a0% of what lies below 10 curves upwards in every direction, as"
        " in a bowl."
    )


def test_before_there_is_a_surface_only_the_net_is_told():
    first = np.full((5, 5), np.nan)
    first[2, 2] = 1.5
    assert landscape_reading([ground(first)]) == (
        "**plain-8** itself has a loss of 1.5 (error 12.0\u00a0%)."
    )


def test_a_net_that_overflows_is_told_as_such():
    loss = np.full((5, 5), np.inf)
    assert "itself overflows" in landscape_reading([ground(loss), ground(BOWL)])


def test_every_known_point_is_a_row_of_the_table():
    loss = BOWL.copy()
    loss[0, 0] = np.nan
    table = landscape_table([ground(loss), ground(BOWL, "residual-8")])
    assert table.groupby("net").size().to_dict() == {"plain-8": 24, "residual-8": 25}
    row = table.iloc[0]
    assert (row["direction_1"], row["direction_2"], row["loss"]) == (-0.5, -1.0, 2.25)
