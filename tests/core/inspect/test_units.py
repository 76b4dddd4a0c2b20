"""One channel's card: filter, receptive field, exciting images, cost of removal."""

import pickle

import numpy as np
import pytest
import torch

from core.inspect.crops import box_of, field_of
from core.inspect.nets import load_net
from core.inspect.responses import maker, onward, responses, up_to
from core.inspect.units import exciting, unit
from core.nets.families import build_net
from core.spec import RunSpec
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

DEPTHS = {"plain": 8, "resnet": 8, "bottleneck": 11, "preact": 8, "highway": 8}
PIXELS = 48
LOOKS = {
    "unit": lambda address: unit(*address, "stages.1.0", 3),
    "filters": lambda address: unit(*address, "stem", None),
    "exciting": lambda address: exciting(*address, "stages.1.0", 3, 4),
}


@pytest.fixture
def address(store):
    return untrained(store, families=("resnet",), shortcut="B", width=4)


def open_net(family: str, stem: str = "cifar"):
    """A new net whose weights are all positive: every ReLU is on, no path cancels another."""
    depth = 18 if stem == "imagenet" else DEPTHS[family]
    spec = RunSpec(family=family, depth=depth, width=4, stem=stem, shortcut="B", steps=1)
    net = build_net(spec, 1, 10).eval()
    with torch.no_grad():
        for value in net.parameters():
            value.abs_().add_(0.01)
    return net


def support(net, place: str, position: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of the pixels that a value of the place has a gradient by."""
    image = torch.full((1, 1, PIXELS, PIXELS), 0.5, requires_grad=True)
    value = up_to(net, place, image)[0, :, *position].sum()
    (gradient,) = torch.autograd.grad(value, image)
    rows, columns = (gradient[0, 0].abs().sum(axis).nonzero().flatten() for axis in (1, 0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


@pytest.mark.parametrize("position", [(0, 0), (5, 2), (11, 11)])
@pytest.mark.parametrize(
    ("family", "place"),
    [(family, place) for family in DEPTHS for place in ("stem", "stages.0.0", "stages.1.0")],
)
def test_the_box_holds_just_the_pixels_that_the_value_has_a_gradient_by(family, place, position):
    net = open_net(family)
    box = box_of(field_of(net, place, (1, PIXELS, PIXELS)), position, (PIXELS, PIXELS))
    assert tuple(box) == support(net, place, position)


def test_the_box_is_right_behind_a_pool_as_well():
    net = open_net("resnet", stem="imagenet")
    net.get_submodule("stem.3").register_forward_hook(  # a mean has a gradient by all it sees
        lambda pool, inputs, output: torch.nn.functional.avg_pool2d(inputs[0], 3, 2, padding=1)
    )
    field = field_of(open_net("resnet", stem="imagenet"), "stem", (1, PIXELS, PIXELS))
    assert tuple(box_of(field, (4, 7), (PIXELS, PIXELS))) == support(net, "stem", (4, 7))


@pytest.mark.parametrize("family", DEPTHS)
def test_the_way_to_a_block_and_onward_is_the_whole_net(family):
    net = open_net(family)
    image = torch.rand(2, 1, 16, 16)
    for place in ("stem", "stages.0.0", "stages.2.0"):
        assert torch.equal(onward(net, place, up_to(net, place, image)), net(image))


def stem_of(address, channel: int, weights_: torch.Tensor, shift: float = 0.0):
    """Make a stem's channel by hand: that filter, batch norm that only shifts."""
    loaded = load_net(*address)
    convolution, norm = loaded.net.stem[0], loaded.net.stem[1]
    with torch.no_grad():
        convolution.weight[channel] = weights_
        for name, value in (("weight", 1.0), ("bias", shift)):
            getattr(norm, name)[channel] = value
        norm.running_mean[channel], norm.running_var[channel] = 0.0, 1.0
    return loaded


def test_a_filter_that_is_one_at_its_middle_is_excited_by_the_brightest_pixel(address):
    middle = torch.zeros(1, 3, 3)
    middle[0, 1, 1] = 1.0
    images = stem_of(address, 0, middle).images.test_images
    found = exciting(*address, "stem", 0, 3)
    looked_at = responses(address, "stem").places
    seen = images[looked_at][:, 0, ::2, ::2]  # the stem has stride 2: it looks at every other pixel
    assert found["looked_at"] == len(looked_at) == 500
    brightest = seen.flatten(1).max(1).values
    for one in found["images"]:
        row, column = one["position"]
        assert images[one["place"], 0, 2 * row, 2 * column] == brightest.max()
        assert one["box"] == (
            max(0, 2 * row - 1), max(0, 2 * column - 1), 2 * row + 2, 2 * column + 2
        )  # fmt: skip


def test_a_crop_is_the_part_of_the_image_in_its_box(address):
    for one in exciting(*address, "stages.1.0", 1, 5)["images"]:
        top, left, bottom, right = one["box"]
        assert np.array_equal(one["crop"], one["image"][top:bottom, left:right])
        assert one["crop"].size


def test_images_come_with_falling_answers_no_more_than_asked_for(address):
    values = [one["value"] for one in exciting(*address, "stages.0.0", 0, 7)["images"]]
    assert len(values) == 7
    assert values == sorted(values, reverse=True)


def test_the_answers_to_an_image_are_those_of_its_own_map(address):
    loaded, card = load_net(*address), unit(*address, "stages.1.0", 2)
    with torch.no_grad():
        image = loaded.images.test_images[card["places"][7:8]]
        own = up_to(loaded.net, "stages.1.0", loaded.normalise(image))[0, 2]
    assert card["mean"][7] == pytest.approx(own.mean().item(), rel=1e-4)
    assert card["largest"][7] == pytest.approx(own.max().item(), rel=1e-4)
    assert card["labels"][7] == loaded.images.test_labels[card["places"][7]]


def test_a_dead_channel_costs_nothing_and_nothing_excites_it(address):
    stem_of(address, 1, torch.zeros(1, 3, 3), shift=-1.0)
    card = unit(*address, "stem", 1)
    assert not card["largest"].any()
    assert np.array_equal(card["before"], card["after"])
    assert card["error_before"] == card["error_after"]
    assert exciting(*address, "stem", 1, 3)["images"] == []


def test_removal_is_the_net_with_nothing_to_make_the_channel_of():
    # of a plain net: batch norm that is multiplied by 0 and shifts by 0 gives 0, after the ReLU too
    address = recorded("plain", 8)
    card, loaded = unit(*address, "stages.2.0", 5), load_net(*address)
    copy = build_net(loaded.spec, 1, 10).eval()
    copy.load_state_dict(loaded.net.state_dict())
    with torch.no_grad():
        norm = copy.get_submodule("stages.2.0.branch.4")
        norm.weight[5] = norm.bias[5] = 0.0
        labels = torch.from_numpy(card["labels"])
        guesses = copy(loaded.normalise(loaded.images.test_images[card["places"]])).argmax(1)
    wrong = guesses != labels
    assert card["error_after"] == pytest.approx(100 * wrong.double().mean().item(), abs=0.3)
    of_class = [100 * wrong[labels == one].double().mean().item() for one in range(10)]
    assert card["after"] == pytest.approx(of_class, abs=2.5)  # one image: rounding may turn it


def test_the_error_with_the_channel_is_about_the_recorded_one():
    card = unit(*recorded("resnet", 20), "stages.2.2", 0)
    assert card["error_before"] == pytest.approx(12.6, abs=4.0)  # of all images; these are 500


@pytest.mark.parametrize("family", DEPTHS)
def test_the_filter_is_that_of_the_last_layer_of_the_branch(family):
    net = open_net(family)
    for place in ("stem", "stages.1.0"):
        name, convolution = maker(net, place)
        assert net.get_submodule(name) is convolution
        with torch.no_grad():
            channels = up_to(net, place, torch.zeros(1, 1, 16, 16)).shape[1]
        assert convolution.out_channels == channels


def test_a_channel_has_its_own_row_of_the_filters_of_all(address):
    everything = unit(*address, "stages.1.0", None)["filters"]
    assert everything.shape == (8, 8, 3, 3)
    assert np.array_equal(unit(*address, "stages.1.0", 3)["filters"], everything[3:4])


@pytest.mark.parametrize(
    ("place", "channel", "sentence"),
    [
        ("stages.7.0", 0, r"^residual-8 has no block 'stages\.7\.0'; its last one is "),
        ("stem", 99, "^there is no channel 99 in stem of residual-8, they are 0 to 3; the near"),
        ("stem", -1, "the nearest is 0$"),
    ],
)
def test_a_unit_that_is_not_there_is_told_in_a_sentence(place, channel, sentence, address):
    for task in (unit, lambda *where: exciting(*where, 3)):
        with pytest.raises(ValueError, match=sentence):
            task(*address, place, channel)


def test_a_net_that_overflowed_is_told_in_a_sentence(address):
    with torch.no_grad():
        load_net(*address).net.get_submodule("stages.1.0.branch.0").weight.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"overflow in stages\.1\.0; choose another step$"):
        unit(*address, "stages.1.0", 0)


@pytest.mark.parametrize("look", LOOKS)
def test_a_net_is_handed_back_as_it_was_found(look, address):
    net = load_net(*address).net
    net.stages.train()
    before, weights_before = state(net), weights(net)
    LOOKS[look](address)
    assert state(net) == before
    for name, value in weights(net).items():
        assert torch.equal(value, weights_before[name]), name


@pytest.mark.parametrize("look", LOOKS)
def test_an_answer_is_plain_data(look, address):
    assert b"torch" not in pickle.dumps(LOOKS[look](address))
