import numpy as np
import pytest
import torch
from PIL import Image

from core.inspect.nets import load_net
from core.inspect.similarity import linear_cka, similarity, unit_gram
from tests.core.inspect.nets import recorded, untrained


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def random(generator):
    """random(n, p): Gaussian features float64 of n images."""
    return lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)


def cka(x: torch.Tensor, y: torch.Tensor) -> float:
    return linear_cka(unit_gram(x)[None], unit_gram(y)[None]).item()


def test_it_is_the_papers_formula_on_features(random):  # arXiv:1905.00414, section 3
    x, y = random(20, 5), random(20, 3)
    y[:, :2] += 2 * x[:, :2]
    a, b = x - x.mean(0), y - y.mean(0)
    expected = (b.T @ a).norm() ** 2 / ((a.T @ a).norm() * (b.T @ b).norm())
    assert cka(x, y) == pytest.approx(expected.item(), rel=1e-12)
    assert 0.2 < expected < 0.95  # no limiting case


def test_features_are_like_themselves(random):
    x = random(20, 5)
    assert cka(x, x) == pytest.approx(1, abs=1e-12)


def test_rotation_scale_and_shift_change_nothing(random):
    x, y = random(20, 5), random(20, 5)
    rotation = torch.linalg.qr(random(5, 5)).Q
    assert cka(3 * x @ rotation + 7, y) == pytest.approx(cka(x, y), rel=1e-10)


def test_another_linear_map_does_change_it(random):  # unlike for CCA: section 2.1
    x = random(20, 5)
    stretched = x * torch.tensor([100.0, 1, 1, 1, 1])
    assert cka(x, stretched) < 0.8


def test_independent_features_of_many_images_are_not_alike(random):
    assert cka(random(2000, 5), random(2000, 5)) < 0.01


def test_orthogonal_features_are_not_alike_at_all():
    x, y = torch.tensor([[1.0], [0.0], [-1.0]]), torch.tensor([[1.0], [-2.0], [1.0]])
    assert cka(x, y) == 0


def test_every_block_is_like_itself():
    address = recorded("resnet", 20)
    answer = similarity(*address, *address)
    assert answer["rows"] == answer["columns"] == load_net(*address).places()
    assert answer["cka"].dtype == np.float32
    assert np.diag(answer["cka"]) == pytest.approx(1, abs=1e-5)
    assert answer["cka"] == pytest.approx(answer["cka"].T, abs=1e-5)


def test_rows_are_of_the_one_net_and_columns_of_the_other():
    one, other = recorded("plain", 8), recorded("resnet", 20)
    answer = similarity(*one, *other)
    assert answer["cka"].shape == (len(answer["rows"]), len(answer["columns"])) == (4, 10)
    assert answer["cka"] == pytest.approx(similarity(*other, *one)["cka"].T, abs=1e-5)
    assert (answer["images"], answer["cka"].min() >= 0, answer["cka"].max() <= 1) == (128, 1, 1)


def test_the_numbers_are_those_of_the_blocks_feature_maps():
    address = recorded("resnet", 8)
    loaded, outputs = load_net(*address), {}
    images = loaded.images.test_images[torch.linspace(0, 1999, 128).round().long()]
    loaded.run(images, outputs.__setitem__, ["stem", "stages.1.0"])
    expected = cka(*outputs.values())
    found = similarity(*address, *address)
    assert found["rows"][2] == "stages.1.0"
    assert found["cka"][0, 2] == pytest.approx(expected, abs=1e-5)


def test_training_moves_the_last_block_more_than_the_stem():
    answer = similarity(*recorded("resnet", 8, step=0), *recorded("resnet", 8))
    assert answer["cka"][0, 0] > answer["cka"][-1, -1] + 0.1


def test_a_block_that_is_the_same_for_all_images_has_no_similarity(store):
    address = untrained(store)
    norm = load_net(*address).net.get_submodule("stages.1.0.branch.4")
    with torch.no_grad():
        norm.weight.zero_()
    found = similarity(*address, *address)["cka"]
    assert np.isnan(found[2]).all()
    assert np.isfinite(found[:2, :2]).all()


def test_nets_of_different_images_are_not_compared(store, tmp_path):
    for name in ("train", "test"):
        for label in ("cat", "dog"):
            folder = tmp_path / "pets" / name / label
            folder.mkdir(parents=True)
            for image in range(16):
                pixels = np.full((8, 8), 16 * image, np.uint8)
                Image.fromarray(pixels).save(folder / f"{image}.png")
    dataset = f"folder:{tmp_path / 'pets'}"
    with pytest.raises(ValueError, match=r"plain-8 learned from folder:.* on the same images$"):
        similarity(*untrained(store, dataset=dataset, batch_size=8), *untrained(store))
