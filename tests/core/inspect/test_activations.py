import numpy as np
import pytest
import torch

from core.inspect.activations import ANSWERS, activations
from core.inspect.nets import load_net
from tests.core.inspect.nets import recorded, untrained

ADDING = ["branch", "output", "shortcut", "sum"]


def outputs(answer) -> list[np.ndarray]:
    """Maps of the stem's and of every block's output."""
    return [block["parts"]["output"]["maps"] for block in answer["blocks"]]


def rows(answer) -> list[list[np.ndarray]]:
    """Maps of branch, shortcut, sum and output, a row a block."""
    names = ("branch", "shortcut", "sum", "output")
    return [[block["parts"][name]["maps"] for name in names] for block in answer["blocks"][1:]]


def names(block) -> list[str]:
    return sorted(block["parts"])


@pytest.mark.parametrize(
    ("family", "depth", "shortcut"),
    [("resnet", 14, "A"), ("resnet", 14, "B"), ("resnet", 14, "C"), ("bottleneck", 11, "B")],
)
def test_branch_and_shortcut_really_add_up(store, family, depth, shortcut):
    fields = {"families": (family,), "depths": (depth,), "shortcut": shortcut, "width": 4}
    answer = activations(*untrained(store, **fields), 0)
    for branch, carried, total, output in rows(answer):
        assert np.array_equal(branch + carried, total)
        assert np.array_equal(np.maximum(total, 0), output)


def test_they_add_up_in_a_trained_net_of_56_layers():
    for branch, carried, _, output in rows(activations(*recorded("resnet", 56), 0)):
        assert np.array_equal(np.maximum(branch + carried, 0), output)


def test_an_identity_shortcut_carries_the_block_before():
    blocks = activations(*recorded("resnet", 8), 0)["blocks"]
    stem, first = blocks[0]["parts"], blocks[1]["parts"]
    assert np.array_equal(first["shortcut"]["maps"], stem["output"]["maps"])


def test_a_preactivation_block_gives_the_sum_itself(store):
    answer = activations(*untrained(store, families=("preact",)), 0)
    for branch, carried, total, output in rows(answer):
        assert np.array_equal(branch + carried, total)
        assert np.array_equal(total, output)


@pytest.mark.parametrize("family", ["plain", "highway"])
def test_a_block_that_adds_nothing_has_its_output_alone(store, family):
    blocks = activations(*untrained(store, families=(family,)), 0)["blocks"]
    assert {tuple(names(block)) for block in blocks} == {("output",)}


def test_a_zeroed_branch_passes_its_input_on(store):
    answer = activations(*untrained(store, families=("resnet",), init="zero-gamma"), 0)
    stem, first = (block["parts"] for block in answer["blocks"][:2])
    branch = first["branch"]
    assert (branch["mean"], branch["std"]) == (0, 0)
    assert (branch["zeros"], branch["dead"]) == (100, 100)
    assert np.array_equal(first["output"]["maps"], stem["output"]["maps"])


@pytest.mark.parametrize(("depth", "blocks"), [(8, 3), (404, 201)])
def test_every_block_has_a_row_in_order(store, depth, blocks):
    answer = activations(*untrained(store, families=("resnet",), depths=(depth,)), 0)
    addresses = [block["address"] for block in answer["blocks"]]
    per_stage = blocks // 3
    assert addresses == [
        "stem",
        *(f"stages.{stage}.{block}" for stage in range(3) for block in range(per_stage)),
    ]
    assert [names(block) for block in answer["blocks"]] == [["output"], *blocks * [ADDING]]


def test_maps_have_the_shapes_of_the_stages():
    shapes = [maps.shape for maps in outputs(activations(*recorded("plain", 8), 0))]
    assert shapes == [(8, 14, 14), (8, 14, 14), (16, 7, 7), (32, 4, 4)]


def test_statistics_are_those_of_the_maps():
    for block in activations(*recorded("plain", 56), 1)["blocks"]:
        for part in block["parts"].values():
            maps = part["maps"]
            assert maps.dtype == np.float32
            assert part["mean"] == pytest.approx(maps.mean(dtype=float), abs=1e-6)
            assert part["std"] == pytest.approx(maps.std(dtype=float), abs=1e-6)
            assert part["zeros"] == pytest.approx(100 * (maps == 0).mean())
            dead = [not maps[channel].any() for channel in range(len(maps))]
            assert part["dead"] == pytest.approx(100 * np.mean(dead))


def test_a_histogram_counts_every_number_once():
    part = activations(*recorded("resnet", 8), 1)["blocks"][2]["parts"]["sum"]
    counts, edges = part["histogram"]
    maps = part["maps"]
    assert (len(edges), counts.sum()) == (len(counts) + 1, maps.size)
    assert edges[0] == maps.min()
    assert edges[-1] == maps.max()
    below = edges[len(edges) // 2]
    assert counts[: len(counts) // 2].sum() == pytest.approx((maps < below).sum(), abs=1)


def test_predictions_are_the_nets_own():
    address = recorded("resnet", 20)
    answer = activations(*address, 5)
    loaded = load_net(*address)
    with torch.no_grad():
        shares = loaded.net(loaded.normalise(loaded.images.test_images[5:6])).softmax(1)[0]
    assert [share for _, share in answer["predictions"]] == pytest.approx(
        sorted(shares.tolist(), reverse=True)[:5], abs=1e-6
    )
    assert answer["predictions"][0][0] == loaded.images.class_names[shares.argmax()]
    assert np.array_equal(answer["image"][:, :, 0], loaded.images.test_images[5, 0].numpy())
    assert answer["label"] == loaded.images.class_names[loaded.images.test_labels[5]]


def test_numbers_that_overflowed_are_shown_where_they_first_appear(store):
    address = untrained(store)
    net = load_net(*address).net
    with torch.no_grad():
        net.get_submodule("stages.1.0.branch.0").weight.fill_(torch.inf)
    answer = activations(*address, 0)
    finite = [np.isfinite(maps).all() for maps in outputs(answer)]
    assert finite == [True, True, False, False]
    assert answer["blocks"][2]["parts"]["output"]["histogram"][0].sum() == 0


def test_an_answer_is_kept_and_few_are():
    address = recorded("plain", 8)
    assert activations(*address, 2) is activations(*address, 2)
    for image in range(2 * ANSWERS):
        activations(*address, image)
    assert activations.cache_info().currsize == ANSWERS
