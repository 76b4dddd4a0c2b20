"""Synthetic images that climb."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.inspect import maximisation as module
from core.inspect.colours import Colours, colours_of
from core.inspect.maximisation import leaking, maximise
from core.inspect.nets import load_net
from core.inspect.responses import up_to
from core.inspect.units import unit
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

PLACE = "stages.0.1"


@pytest.fixture(autouse=True)
def nothing_is_under_way():
    module._under_way.clear()


@pytest.fixture(scope="module")
def net():
    return recorded("resnet", 20)


def test_the_answer_climbs_above_that_to_every_natural_image(net):
    begun, made = (
        maximise(*net, "stages.0.2", 3, 0, 0, 0),
        maximise(*net, "stages.0.2", 3, 0, 0, 96),
    )
    assert made["mean"] > begun["mean"]
    assert made["mean"] > unit(*net, "stages.0.2", 3)["mean"].max()


def test_the_answer_told_is_that_to_the_very_image(net):
    made, loaded = maximise(*net, PLACE, 2, 0, 0, 5), load_net(*net)
    pixels = torch.from_numpy(made["image"]).permute(2, 0, 1)[None]
    with torch.no_grad():
        own = up_to(loaded.net, PLACE, loaded.normalise(pixels))[0, 2]
    assert made["mean"] == pytest.approx(own.mean().item(), rel=1e-4)
    assert made["largest"] == pytest.approx(own.max().item(), rel=1e-4)
    assert made["iterations"] == 5


def test_the_same_seed_makes_the_same_image_and_another_one_another(net):
    images = [maximise(*net, PLACE, 0, seed, 0, 6)["image"] for seed in (1, 1, 2)]
    assert np.array_equal(images[0], images[1])
    assert not np.array_equal(images[0], images[2])


def test_pieces_make_the_same_image_as_one_piece(net):
    whole = maximise(*net, PLACE, 0, 3, 0, 9)
    maximise(*net, PLACE, 0, 3, 0, 4)
    pieces = maximise(*net, PLACE, 0, 3, 4, 5)
    assert np.array_equal(pieces["image"], whole["image"])


def test_what_was_lost_between_two_pieces_is_made_again(net):
    whole = maximise(*net, PLACE, 0, 3, 0, 9)
    module._under_way.clear()
    assert np.array_equal(maximise(*net, PLACE, 0, 3, 4, 5)["image"], whole["image"])


def test_no_more_images_than_some_are_kept(net, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 2)
    for seed in range(3):
        maximise(*net, PLACE, 0, seed, 0, 1)
    assert [key[-1] for key in module._under_way] == [1, 2]


def test_a_channel_that_is_off_at_the_start_is_woken(store):
    address = untrained(store, width=4)
    norm = load_net(*address).net.get_submodule("stages.0.0.branch.4")
    with torch.no_grad():
        norm.bias[1] = -0.7
        norm.weight[1] = 1.0
    assert maximise(*address, "stages.0.0", 1, 0, 0, 0)["largest"] == 0
    assert maximise(*address, "stages.0.0", 1, 0, 0, 96)["largest"] > 0


def test_a_gradient_leaks_through_a_relu_that_is_off_and_only_backward():
    relu = torch.nn.Sequential(torch.nn.ReLU())
    x = torch.tensor([-2.0, 3.0], requires_grad=True)
    with leaking(relu):
        y = relu(x)
        (gradient,) = torch.autograd.grad(y.sum(), x)
    assert y.tolist() == [0.0, 3.0]
    assert gradient.tolist() == pytest.approx([module.LEAK, 1.0])


def test_colours_that_begin_uncorrelated_get_the_correlations_of_the_training_images(
    store, tmp_path
):
    address = untrained(store, dataset=f"folder:{paint_tinted(tmp_path / 'tints')}", batch_size=4)
    images = load_net(*address).images.train_images.double()
    wanted = torch.corrcoef(images.permute(1, 0, 2, 3).flatten(1))
    assert wanted[0, 1] > 0.8, "red and green go together in these images"
    mixing = colours_of(address).mixing.double()
    noise = torch.randn(3, 40_000, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(torch.corrcoef(mixing @ noise), wanted, atol=0.03, rtol=0)


def paint_tinted(folder: Path) -> Path:
    """Images of 8 x 8 whose red is nearly their green."""
    draw = np.random.default_rng(0)
    for number in range(24):
        pixels = draw.integers(0, 256, (8, 8, 3))
        pixels[..., 1] = (3 * pixels[..., 0] + pixels[..., 1]) // 4
        file = folder / ("cat", "dog")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(file)
    return folder


def test_grey_images_stay_as_they_are(net):
    assert torch.equal(colours_of(net).mixing, torch.ones(1, 1))


def test_parameters_of_0_are_middle_grey():
    picture = Colours(torch.eye(3)).picture(torch.zeros(1, 3, 2, 2))
    assert picture.unique().tolist() == [127.5]


def test_a_net_is_handed_back_as_it_was_found(store):
    address = untrained(store, families=("resnet",), shortcut="B")
    net = load_net(*address).net
    net.stages.train()
    before, weights_before = state(net), weights(net)
    answer = maximise(*address, "stages.1.0", 1, 0, 0, 3)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name
    assert b"torch" not in pickle.dumps(answer)


def test_a_fault_on_the_way_leaves_no_trace(store, monkeypatch):
    address = untrained(store)
    net = load_net(*address).net
    before = state(net)

    def fail(*_: object) -> None:
        raise ValueError("on the way")

    monkeypatch.setattr(module, "_jittered", fail)
    with pytest.raises(ValueError, match="on the way"):
        maximise(*address, "stages.1.0", 1, 0, 0, 3)
    assert state(net) == before


def test_a_unit_that_is_not_there_is_told_in_a_sentence(net):
    with pytest.raises(ValueError, match=r"they are 0 to 7; the nearest is 7$"):
        maximise(*net, "stem", 8, 0, 0, 1)
