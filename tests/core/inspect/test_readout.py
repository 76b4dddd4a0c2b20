import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from sqlalchemy import update

from core.inspect import readout as module
from core.inspect.nets import load_net
from core.inspect.readout import RIDGE, fit_ridge, readout
from core.nets.families import build_net
from core.store.checkpoints import save_checkpoint
from core.store.reads import find_run
from core.store.tables import runs
from tests.core.inspect.nets import recorded, untrained


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def test_features_that_are_the_labels_are_read_without_an_error():
    labels = torch.arange(200) % 10
    features = F.one_hot(labels, 10).double()
    assert (fit_ridge(features, labels, 10).scores(features).argmax(1) == labels).all()


def test_ridge_is_least_squares_with_rows_for_the_penalty(generator):
    # min |y - Xw|^2 + r |w|^2 is least squares of (y, 0) on (X, sqrt(r) I): Hoerl, Kennard 1970
    features = torch.randn(30, 4, generator=generator, dtype=torch.float64)
    labels = torch.arange(30) % 3
    ridge = fit_ridge(features, labels, 3)
    x = (features - features.mean(0)) / features.std(0, correction=0)
    y = F.one_hot(labels, 3).double() - 1 / 3
    rows = torch.cat((x, RIDGE**0.5 * torch.eye(4)))
    expected = torch.linalg.lstsq(rows, torch.cat((y, torch.zeros(4, 3)))).solution
    torch.testing.assert_close(ridge.weights, expected)
    torch.testing.assert_close(ridge.scores(features), x @ expected + 1 / 3)


def test_scale_and_shift_of_features_change_no_score(generator):
    features = torch.randn(50, 4, generator=generator, dtype=torch.float64)
    labels = torch.arange(50) % 3
    moved = 1e6 * features - 7
    torch.testing.assert_close(
        fit_ridge(moved, labels, 3).scores(moved), fit_ridge(features, labels, 3).scores(features)
    )


def test_a_channel_that_is_always_the_same_is_no_fault(generator):
    features = torch.randn(50, 4, generator=generator, dtype=torch.float64)
    features[:, 2] = 0
    ridge = fit_ridge(features, torch.arange(50) % 3, 3)
    assert ridge.scores(features).isfinite().all()
    assert not ridge.weights[2].any()


@pytest.fixture(scope="module")
def trained():
    return readout(*recorded("resnet", 20), 0)


def test_training_makes_the_last_block_tell_more_classes_apart(trained):
    untrained_net = readout(*recorded("resnet", 20, step=0), 0)
    assert trained["places"] == untrained_net["places"]
    assert untrained_net["accuracy"][-1] < trained["accuracy"][-1] - 30


def test_the_last_block_knows_about_as_much_as_the_net(trained):
    # its head is a linear readout too: 87.4 % of all test images are right
    assert trained["accuracy"][-1] == pytest.approx(87.4, abs=2.5)


def test_the_stem_knows_less_than_the_last_block(trained):
    assert trained["places"][:2] == ("stem", "stages.0.0")
    assert trained["accuracy"][0] < trained["accuracy"][-1] - 30


def test_readouts_are_tested_on_other_images_than_they_are_fitted_on(trained):
    assert (trained["fitted_on"], trained["tested_on"]) == (2000, 1000)


def test_another_image_costs_one_more_image_and_no_more():
    address = recorded("resnet", 20)
    readout(*address, 0)
    images = []
    handle = load_net(*address).net.stem.register_forward_hook(
        lambda stem, inputs, output: images.append(len(output))
    )
    try:
        answer = readout(*address, 1)
    finally:
        handle.remove()
    assert images == [1]
    assert set(answer["guesses"]) <= set(answer["class_names"])


def test_guesses_are_right_as_often_as_the_accuracy_says(store, monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 1)
    monkeypatch.setattr(module, "TEST_IMAGES", 20)
    address = untrained(store, families=("resnet",), width=4)
    tested = [
        readout(*address, image) for image in torch.linspace(0, 1999, 20).round().int().tolist()
    ]
    assert tested[0]["tested_on"] == 20
    for place, accuracy in enumerate(tested[0]["accuracy"]):
        right = [answer["guesses"][place] == answer["label"] for answer in tested]
        assert accuracy == pytest.approx(100 * sum(right) / 20)


def test_a_net_of_much_work_gets_fewer_images(store, monkeypatch):
    address = untrained(store)
    work = load_net(*address).work
    monkeypatch.setattr(module, "MOST_WORK", 600 * work)
    answer = readout(*address, 0)
    assert (answer["fitted_on"], answer["tested_on"]) == (400, 200)


def test_a_readout_needs_training_images(store, tmp_path):
    for label in ("cat", "dog"):
        folder = tmp_path / "pets" / "test" / label
        folder.mkdir(parents=True)
        Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / "0.png")
    url, read_only, run_id, _ = untrained(store)
    spec = find_run(store, run_id)
    weights = build_net(spec, 1, 2).state_dict()
    save_checkpoint(store, run_id, "weights", 0, weights)
    changed = spec.model_copy(update={"dataset": f"folder:{tmp_path / 'pets'}"})
    with store.write() as connection:  # as an imported net has it, tested on these images
        chosen = runs.c.id == run_id
        row = {"spec": changed.model_dump_json(), "versions": '{"mean": [0.5], "std": [0.5]}'}
        connection.execute(update(runs).where(chosen).values(row))
    with pytest.raises(ValueError, match="pets has no training images"):
        readout(url, read_only, run_id, 0, 0)


def test_a_net_that_overflowed_is_told_in_a_sentence(store):
    address = untrained(store)
    with torch.no_grad():
        load_net(*address).net.get_submodule("stages.1.0.branch.0").weight.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"^the numbers of plain-8 overflow in stages\.1\.0;"):
        readout(*address, 0)
