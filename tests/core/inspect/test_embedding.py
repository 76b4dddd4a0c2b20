"""Maps of features whose shape is known, and of recorded nets."""

import pickle

import numpy as np
import pytest
import torch

from core.inspect import embedding as module
from core.inspect.embedding import KINDS, embedding, neighbours, of_length_one, principal_components
from core.inspect.nets import load_net
from core.inspect.predictions import predictions
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(module, "IMAGES", 40)


def test_points_on_a_line_are_that_line(random):
    along = random.normal(size=50).astype(np.float32)
    direction = np.array([3, 0, 4], np.float32)  # of length 5
    xy, shares = principal_components(np.ones(3, np.float32) + along[:, None] * direction)
    line = 5 * (along - along.mean())
    assert np.abs(xy[:, 0]) == pytest.approx(np.abs(line), abs=1e-5)
    assert abs(np.corrcoef(xy[:, 0], line)[0, 1]) == pytest.approx(1)
    assert np.abs(xy[:, 1]).max() < 1e-5
    assert shares == pytest.approx((1, 0))


def test_shares_of_variance_are_those_of_the_two_widest_directions():
    # an ellipsoid's corners: half-axes 3, 2, 1 have 9, 4, 1 of 14 parts of the variance
    corners = np.stack(np.meshgrid((-3, 3), (-2, 2), (-1, 1)), -1).reshape(8, 3)
    xy, shares = principal_components(corners.astype(np.float32))
    assert shares == pytest.approx((9 / 14, 4 / 14))
    assert np.abs(xy) == pytest.approx(np.tile([3, 2], (8, 1)), abs=1e-5)


def test_far_clusters_stay_apart_in_the_map_of_neighbours(random):
    first, second = random.normal(size=(2, 40, 5)).astype(np.float32)
    xy, _ = neighbours(np.concatenate([first, second + 100]))
    apart = np.linalg.norm(xy[:, None] - xy, axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (apart.argmin(1) // 40 == np.arange(80) // 40).all(), "the nearest is of one's own"
    gap = apart[:40, 40:].min()
    assert gap > np.median(apart.min(1)), "wider than from a point to its neighbour"


def test_features_keep_their_direction_and_lose_their_length():
    features = np.array([[3, 4], [30, 40], [0, 0]], np.float32)
    assert of_length_one(features) == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8], [0, 0]]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_question_gives_the_same_map(kind, address, few):
    first = embedding(*address, kind)
    embedding.cache_clear()
    again = embedding(*address, kind)
    assert np.array_equal(first["xy"], again["xy"])
    assert first["xy"].shape == (40, 2)
    assert first["xy"].dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_a_net_is_handed_back_as_it_was_found(kind, address, few):
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    answer = embedding(*address, kind)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_guesses_on_the_map_are_those_of_the_predictions():
    address = recorded("resnet", 8)
    known, answer = predictions(*address), embedding(*address, "pca")
    assert len(answer["places"]) == 1000
    for name in ("labels", "guesses"):
        assert answer[name].tolist() == known[name][answer["places"]].tolist()  # it has all 2,000


def test_training_moves_classes_apart():
    assert _between(recorded("resnet", 8)) > 2 * _between(recorded("resnet", 8, step=0))


def _between(address) -> float:
    """Share of the map's variance that lies between the classes' centres, not within classes."""
    answer = embedding(*address, "pca")
    xy, labels = answer["xy"], answer["labels"]
    centres = np.stack([xy[labels == label].mean(0) for label in range(10)])
    return float(centres[labels].var(0).sum() / xy.var(0).sum())


def test_a_kind_that_is_not_there_is_told_in_a_sentence(address):
    with pytest.raises(ValueError, match=r"^there is no map 'umap'; there are pca and tsne$"):
        embedding(*address, "umap")


def test_features_that_are_all_the_same_are_told_in_a_sentence(address):
    net = load_net(*address).net
    with torch.no_grad():
        for weight in net.stem.parameters():
            weight.zero_()
    with pytest.raises(ValueError, match=r"^residual-8 gives all test images the same features"):
        embedding(*address, "pca")
