"""What is read off a map of features."""

import numpy as np
import pytest

from dashboard.components.features_map_words import features_table, map_reading, purity

GRID = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0)), -1).reshape(25, 2)


def answer(labels: np.ndarray, xy: np.ndarray) -> dict:
    return {
        "class_names": ("cat", "dog"),
        "places": 10 + np.arange(len(xy)),
        "labels": labels,
        "guesses": np.zeros(len(xy), int),
        "xy": xy.astype(np.float32),
        "shares": (0.6, 0.2),
    }


APART = answer(np.repeat([0, 1], 25), np.concatenate([GRID, GRID + 100]))


def test_classes_far_apart_have_nearest_ones_of_their_own_only():
    assert purity(APART["xy"], APART["labels"]).tolist() == [1] * 50


def test_two_classes_at_the_same_place_share_their_neighbours():
    twice = np.concatenate([GRID, GRID + 1e-3])
    assert purity(twice, APART["labels"]).mean() == pytest.approx(0.5, abs=0.1)


def test_fewer_images_than_neighbours_are_no_fault():
    assert purity(GRID[:3], np.zeros(3, int)).tolist() == [1, 1, 1]


def test_the_reading_tells_each_net_and_its_hardest_class():
    reading = map_reading([("plain-8", APART)])
    assert "**plain-8** 100.0\u00a0% (least for cat, 100.0\u00a0%)" in reading
    one_stray = APART["labels"].copy()
    one_stray[12] = 1  # a dog amid the cats
    reading = map_reading([("plain-8", APART | {"labels": one_stray})])
    assert "(least for cat, " in reading


def test_every_image_of_every_net_is_a_row_of_the_table():
    table = features_table([("plain-8", APART), ("residual-8", APART)])
    assert len(table) == 100
    assert table.columns.tolist() == ["net", "test_image", "x", "y", "true_class", "guess"]
    row = table.iloc[26]
    assert (row["test_image"], row["x"], row["true_class"], row["guess"]) == (36, 101, "dog", "cat")
