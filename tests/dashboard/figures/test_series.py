"""The tables behind the figures."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.series import MOST_POINTS, family_order, net_series, short_names, thin


def test_no_rows_give_no_series():
    assert net_series(pd.DataFrame()) == []


def test_a_single_seed_is_as_recorded(rows):
    (one,) = net_series(rows("plain", 20, [90.0, 40.0, 45.0]))
    assert (one.label, one.family, one.depth, one.split) == ("plain-20", "plain", 20, "test")
    assert one.epoch.tolist() == [1, 2, 3]
    assert one.error.tolist() == one.low.tolist() == one.high.tolist() == [90, 40, 45]


def test_seeds_of_one_net_become_mean_smallest_and_largest(rows):
    seeds = [rows("plain", 20, [90.0, 10.0 * seed], seed=seed) for seed in (1, 2, 6)]
    (one,) = net_series(pd.concat(seeds))
    assert len(one.run_ids) == 3
    assert (one.error[1], one.low[1], one.high[1]) == (30, 10, 60)


def test_the_mean_ends_where_the_slowest_seed_is(rows):
    ahead, behind = rows("plain", 20, [90.0, 50.0, 30.0]), rows("plain", 20, [80.0, 60.0], seed=1)
    (one,) = net_series(pd.concat([ahead, behind]))
    assert one.epoch.tolist() == [1, 2]
    assert one.error.tolist() == [85, 55]


def test_a_seed_recorded_at_other_epochs_is_read_between_its_points(rows):
    coarse = rows("plain", 20, [90.0, 0.0, 50.0]).query("epoch != 2")
    fine = rows("plain", 20, [90.0, 80.0, 50.0], seed=1)
    (one,) = net_series(pd.concat([coarse, fine]))
    assert one.error.tolist() == [90, 75, 50]


def test_a_diverged_error_is_left_out(rows):
    (one,) = net_series(rows("plain", 20, [90.0, float("nan")]))
    assert one.epoch.tolist() == [1]


def test_series_come_by_family_depth_and_split_however_rows_come(race):
    shuffled = race.sample(frac=1, random_state=0)
    assert [one.uid for one in net_series(shuffled)] == [
        "plain-20/train",
        "plain-20/test",
        "plain-56/train",
        "plain-56/test",
        "resnet-20/train",
        "resnet-20/test",
        "resnet-56/train",
        "resnet-56/test",
    ]


@pytest.mark.parametrize("points", [0, 1, 2, 499, 500, 501, 64_000])
def test_thinning_keeps_first_and_last_and_at_most_500(points):
    kept = thin(points)
    assert len(kept) == min(points, MOST_POINTS)
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert kept.tolist()[:1] == [0][:points]
    assert kept.tolist()[-1:] == [points - 1][:points]


def test_thinning_is_even():
    gaps = np.diff(thin(5_000))
    assert gaps.max() - gaps.min() <= 1


def test_a_line_is_named_by_its_depth_or_by_its_label_where_two_share_it(rows):
    nets = [
        rows("resnet", 20, [9.0]),
        rows("resnet", 56, [9.0], label="resnet-56 at 0.1"),
        rows("resnet", 56, [9.0], label="resnet-56 at 0.3", learning_rate=0.3),
    ]
    assert short_names(net_series(pd.concat(nets))) == {
        "resnet-20": "20",
        "resnet-56 at 0.1": "56 at 0.1",
        "resnet-56 at 0.3": "56 at 0.3",
    }


def test_plain_comes_before_residual_before_others():
    assert family_order(["highway", "resnet", "plain"]) == ["plain", "resnet", "highway"]
