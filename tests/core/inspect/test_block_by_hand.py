import pickle

import numpy as np
import pytest
import torch

from core.inspect.block_by_hand import ROWS, block_by_hand
from core.inspect.nets import load_net, watching
from core.nets.layout import plan_stages
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights

IMAGE = 3


def keeping_shape(address) -> list[str]:
    """Addresses of the blocks whose output has the shape of their input."""
    stages = plan_stages(load_net(*address).spec)
    return [
        f"stages.{stage}.{number}"
        for stage, plans in enumerate(stages)
        for number, plan in enumerate(plans)
        if not plan.changes_shape
    ]


def around(address, block: str) -> tuple[torch.Tensor, torch.Tensor]:
    """What goes into the net's own block and what comes out, for the image."""
    loaded, seen = load_net(*address), {}
    places = loaded.places()
    before = places[places.index(block) - 1]
    with watching(loaded.net, [before, block], seen.__setitem__):
        loaded.net(loaded.normalise(loaded.images.test_images[IMAGE : IMAGE + 1]))
    return seen[before][0], seen[block][0]


@pytest.mark.parametrize("depth", [8, 20, 32, 56])
def test_with_its_branch_at_0_every_residual_block_hands_on_its_input_exactly(depth):
    address = recorded("resnet", depth)
    for block in keeping_shape(address):
        answer = block_by_hand(*address, IMAGE, block, 0.0, 0.0, 8)
        assert answer["differences"].tolist() == 8 * [0.0]  # He et al. 2015, section 3.1
        assert np.array_equal(answer["maps"]["output"], answer["maps"]["x"])


@pytest.mark.parametrize("depth", [8, 20])
def test_with_its_branch_at_0_a_plain_block_leaves_nothing(depth):
    address = recorded("plain", depth)
    for block in keeping_shape(address):
        answer = block_by_hand(*address, IMAGE, block, 0.0)
        assert answer["largest"]["output"] == 0
        assert answer["differences"][0] == answer["largest"]["x"] > 0


@pytest.mark.parametrize("family", ["plain", "resnet"])
def test_as_it_was_trained_its_output_is_the_nets_own(family):
    address = recorded(family, 20)
    for block in keeping_shape(address):
        answer = block_by_hand(*address, IMAGE, block)
        x, output = around(address, block)
        chosen = answer["channels"]
        assert np.array_equal(answer["maps"]["x"], x[chosen].numpy())
        assert np.array_equal(answer["maps"]["output"], output[chosen].numpy())
        assert answer["differences"][0] == (output - x).abs().max().item()


@pytest.mark.parametrize("family", ["plain", "resnet"])
@pytest.mark.parametrize("pixel", [(0, 0), (1, 3), None])  # beside the edge there are zeros
def test_the_folded_arithmetic_gives_the_branch(family, pixel):
    address = recorded(family, 56)
    for block in ("stages.0.4", "stages.1.2", "stages.2.8"):
        told = block_by_hand(*address, IMAGE, block, pixel=pixel)["pixel"]
        assert told["product"] + told["bias"] == pytest.approx(told["z"], rel=1e-4, abs=1e-4)
        total = told["z"] + (told["x"] if family == "resnet" else 0)
        assert told["output"] == pytest.approx(max(total, 0.0), abs=1e-6)


def test_a_layer_of_8_channels_and_3_x_3_pixels_has_72_products():
    assert block_by_hand(*recorded("resnet", 8), IMAGE, "stages.0.0")["pixel"]["products"] == 72


def test_a_number_can_be_followed_through_scale_and_bias():
    address = recorded("resnet", 20)
    answer = block_by_hand(*address, IMAGE, "stages.1.1", 0.5, -0.25, 1, 7, (2, 5))
    told = answer["pixel"]
    assert (told["channel"], told["row"], told["column"]) == (7, 2, 5)
    here = answer["channels"].tolist().index(7), 2, 5
    branch, total = (answer["maps"][part][here] for part in ("branch", "sum"))
    assert branch == pytest.approx(0.5 * told["z"] - 0.25, abs=1e-6)
    assert total == pytest.approx(branch + told["x"], abs=1e-6)
    assert told["output"] == answer["maps"]["output"][here] == max(total, 0)


def test_a_row_of_blocks_is_the_block_on_its_own_output():
    address = recorded("resnet", 20)
    x, _ = around(address, "stages.0.1")
    block, after = load_net(*address).net.get_submodule("stages.0.1"), x[None]
    expected = []
    with torch.no_grad():
        for _ in range(4):
            after = block(after)
            expected.append((after - x).abs().max().item())
    differences = block_by_hand(*address, IMAGE, "stages.0.1", times=4)["differences"]
    assert differences.tolist() == pytest.approx(expected, rel=1e-5)


def test_the_chosen_channel_is_shown_beside_the_strongest():
    address = recorded("resnet", 20)
    strongest = block_by_hand(*address, IMAGE, "stages.2.1")
    assert strongest["pixel"]["channel"] in strongest["channels"]
    weaker = min(set(range(32)) - set(strongest["channels"]))
    chosen = block_by_hand(*address, IMAGE, "stages.2.1", channel=weaker)
    assert len(chosen["channels"]) == ROWS
    assert weaker in chosen["channels"]


def test_where_there_is_no_such_channel_or_pixel_the_nearest_is_told():
    told = block_by_hand(*recorded("plain", 8), IMAGE, "stages.0.0", channel=99, pixel=(99, 3))
    assert (told["pixel"]["channel"], told["pixel"]["row"], told["pixel"]["column"]) == (7, 13, 3)


@pytest.mark.parametrize(
    ("family", "depth", "fields"),
    [
        ("bottleneck", 20, {}),
        ("preact", 14, {}),
        ("resnet", 14, {"shortcut": "B"}),
        ("resnet", 14, {"batch_norm": False}),
    ],
)
def test_blocks_of_all_families_that_add_can_be_turned(store, family, depth, fields):
    address = untrained(store, families=(family,), depths=(depth,), width=4, **fields)
    off = block_by_hand(*address, IMAGE, "stages.0.1", 0.0, 0.0, 3)
    assert off["differences"].tolist() == [0.0, 0.0, 0.0]
    whole = block_by_hand(*address, IMAGE, "stages.0.1")
    _, output = around(address, "stages.0.1")
    assert np.array_equal(whole["maps"]["output"], output[whole["channels"]].numpy())
    told = whole["pixel"]
    assert told["product"] + told["bias"] == pytest.approx(told["z"], rel=1e-4, abs=1e-4)
    behind = family != "preact" and fields.get("batch_norm", True)  # preact: before, 1603.05027
    assert told["folded"] == behind


@pytest.mark.parametrize(
    ("family", "fields", "block", "sentence"),
    [
        ("plain", {}, "stages.1.0", "stages.1.0 changes the shape"),
        ("resnet", {}, "stages.1.0", "stages.1.0 has no identity shortcut"),
        ("resnet", {"shortcut": "C"}, "stages.0.0", "stages.0.0 has no identity shortcut"),
        ("preact", {}, "stages.0.0", "stages.0.0 has no identity shortcut"),
        ("highway", {}, "stages.0.0", "stages.0.0 mixes by a gate"),
        ("plain", {}, "stages.0.9", "plain-8 has no block stages.0.9; they go from stages.0.0"),
        ("plain", {}, "stem", "plain-8 has no block stem; they go from stages.0.0 to stages.2.0"),
    ],
)
def test_a_block_that_cannot_be_turned_is_refused_in_a_sentence(
    store, family, fields, block, sentence
):
    address = untrained(store, families=(family,), **fields)
    with pytest.raises(ValueError, match=f"^{sentence}"):
        block_by_hand(*address, IMAGE, block)


def test_numbers_that_overflowed_are_told_in_a_sentence(store):
    address = untrained(store)
    net = load_net(*address).net
    with torch.no_grad():
        net.get_submodule("stages.0.0.branch.0").weight.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"^the numbers in stages\.0\.0 of plain-8 overflowed"):
        block_by_hand(*address, IMAGE, "stages.0.0")


@pytest.fixture
def in_training(store):
    """Address of a net in a mode that is not the one it is looked at in."""
    address = untrained(store, families=("resnet",))
    load_net(*address).net.stages.train()
    return address


def test_turning_a_block_leaves_no_trace(in_training):
    net = load_net(*in_training).net
    before, weights_before = state(net), weights(net)
    answer = block_by_hand(*in_training, IMAGE, "stages.0.0", 0.3, 0.1, 3)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())
    assert b"torch" not in pickle.dumps(answer)


def test_a_refused_block_leaves_no_trace(in_training):
    net = load_net(*in_training).net
    before = state(net)
    with pytest.raises(ValueError, match="no identity shortcut"):
        block_by_hand(*in_training, IMAGE, "stages.1.0")
    assert state(net) == before
