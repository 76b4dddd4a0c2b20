"""The loss around a net: known landscapes, and that the net stays where it is."""

import math
import pickle

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.inspect.landscape import (
    IMAGES,
    landscape,
    measure_around,
    outwards,
    random_directions,
)
from core.inspect.nets import evenly_spaced, load_net
from core.training.device import threads
from core.training.evaluation import evaluate
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

SETTINGS = (5, 0.5, 0)  # points on a side, reach, seed


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B")


def grid(answer, name, points=5):
    values = np.full((points, points), np.nan, np.float32)
    values[answer["rows"], answer["columns"]] = answer[name]
    return values


@pytest.fixture(scope="module")
def least_squares():
    """A linear net, and its squared error on fixed data."""
    drawn = torch.Generator().manual_seed(1)
    x, y = (torch.randn(20, width, generator=drawn, dtype=torch.float64) for width in (3, 2))
    return nn.Linear(3, 2).double(), lambda net: F.mse_loss(net(x), y)


def test_least_squares_of_a_linear_net_are_a_paraboloid(least_squares):
    """(W + a D1 + b D2) x - y is linear in a and b: its square has constant second differences."""
    net, measure = least_squares
    steps = np.linspace(-1, 1, 7)
    shifts = [(a, b) for b in steps for a in steps]
    found = measure_around(net, random_directions(net, 0), shifts, measure)
    losses = torch.stack(found).detach().numpy().reshape(7, 7)
    for bends in (np.diff(losses, 2, axis=0), np.diff(losses, 2, axis=1)):
        assert bends.min() > 0
        np.testing.assert_allclose(bends, bends[0, 0], rtol=1e-9)
    twists = np.diff(np.diff(losses, axis=0), axis=1)
    np.testing.assert_allclose(twists, twists[0, 0], rtol=1e-9)


def test_the_slope_in_the_middle_is_the_gradient_along_the_direction(least_squares):
    net, measure = least_squares
    directions = random_directions(net, 0)
    ahead, behind = measure_around(net, directions, [(1e-4, 0.0), (-1e-4, 0.0)], measure)
    gradients = torch.autograd.grad(measure(net), list(net.parameters()))
    along = sum((g * d).sum().item() for g, d in zip(gradients, directions[0], strict=True))
    assert (ahead - behind).item() / 2e-4 == pytest.approx(along, rel=1e-6)


def test_every_filter_of_a_direction_is_as_long_as_the_nets(address):
    net = load_net(*address).net
    for direction in random_directions(net, 0):
        for moved, weight in zip(direction, net.parameters(), strict=True):
            if weight.ndim > 1:
                lengths = (part.flatten(1).norm(dim=1) for part in (moved, weight))
                torch.testing.assert_close(*lengths, rtol=1e-5, atol=1e-6)


def test_biases_and_batch_norm_stay(address):
    net = load_net(*address).net
    still = [
        not moved.any()
        for moved, weight in zip(random_directions(net, 0)[0], net.parameters(), strict=True)
        if weight.ndim == 1
    ]
    assert len(still) > 10
    assert all(still)


def test_the_two_directions_are_nearly_at_right_angles():  # as random ones are in many dimensions
    net = load_net(*recorded("plain", 20)).net
    one, other = (
        torch.cat([part.flatten() for part in direction]) for direction in random_directions(net, 0)
    )
    assert abs(F.cosine_similarity(one, other, dim=0)) < 0.05


@pytest.mark.parametrize(("family", "depth"), [("plain", 8), ("resnet", 20)])
def test_in_the_middle_is_the_loss_of_the_net_itself(family, depth):
    address = recorded(family, depth)
    answer = landscape(*address, SETTINGS, 0, 1)
    loaded = load_net(*address)
    images = loaded.images
    chosen = evenly_spaced(len(images.train_labels), IMAGES)
    looked_at = images.train_images[chosen], images.train_labels[chosen]
    loss, error = evaluate(loaded.net, loaded.normalise, *looked_at)
    assert (answer["rows"].tolist(), answer["columns"].tolist()) == ([2], [2])
    assert answer["loss"][0] == pytest.approx(loss, rel=1e-5)
    assert answer["error"][0] == pytest.approx(error, rel=1e-5)
    assert answer["images"] == IMAGES


def test_the_pieces_of_a_grid_are_the_whole_of_it(address):
    whole = landscape(*address, SETTINGS, 0, 25)
    pieces = [landscape(*address, SETTINGS, first, 9) for first in (0, 9, 18)]
    assert [len(piece["loss"]) for piece in pieces] == [9, 9, 7]
    joined = np.concatenate([piece["loss"] for piece in pieces])
    assert np.array_equal(joined, whole["loss"])
    assert np.isfinite(grid(whole, "loss")).all()


def test_rows_go_along_one_direction_and_columns_along_the_other(address):
    """The middle row moves along the first direction alone, from -reach to reach."""
    loaded = load_net(*address)
    found = grid(landscape(*address, SETTINGS, 0, 25), "loss")
    images = loaded.images
    chosen = evenly_spaced(len(images.train_labels), IMAGES)
    looked_at = images.train_images[chosen], images.train_labels[chosen]
    shifts = [(a, 0.0) for a in (-0.5, -0.25, 0.0, 0.25, 0.5)]
    with threads(1):
        along = measure_around(
            loaded.net,
            random_directions(loaded.net, 0),
            shifts,
            lambda net: evaluate(net, loaded.normalise, *looked_at)[0],
        )
    np.testing.assert_allclose(found[2], along, rtol=1e-5)


def test_points_come_from_the_middle_outwards_and_each_once():
    places = outwards(7)
    assert places[0].tolist() == [3, 3]
    assert sorted(map(tuple, places[1:5].tolist())) == [(2, 3), (3, 2), (3, 4), (4, 3)]
    assert len({tuple(place) for place in places.tolist()}) == 49
    distances = [math.dist(place, (3, 3)) for place in places.tolist()]
    assert distances == sorted(distances)


def test_a_seed_gives_the_same_surface_again_and_another_seed_another(address):
    one, again, other = (landscape(*address, (5, 0.5, seed), 0, 25)["loss"] for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert one[0] == other[0]
    assert not np.isclose(one[1:], other[1:]).any()


def test_the_net_is_handed_back_as_it_was_found(address):
    net = load_net(*address).net
    net.stages.train()  # in a mode that is not the one it is looked at in
    before, weights_before = state(net), weights(net)
    answer = landscape(*address, SETTINGS, 0, 3)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_a_fault_on_the_way_leaves_the_net_as_it_was(address):
    net = load_net(*address).net
    before, weights_before = state(net), weights(net)

    def measure(moved):
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        measure_around(net, random_directions(net, 0), [(1.0, 1.0)], measure)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())


def test_where_the_net_overflows_the_loss_is_infinite(address):
    found = landscape(*address, (3, 1e30, 0), 0, 9)
    assert np.isfinite(found["loss"][0])
    assert (found["loss"][1:] == np.inf).all()


def test_a_large_net_is_measured_on_fewer_images(address, monkeypatch):
    monkeypatch.setattr("core.inspect.landscape.MOST_WORK", 1)
    assert landscape(*address, SETTINGS, 0, 1)["images"] == 50
