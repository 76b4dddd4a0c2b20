import torch

from core.data.image_set import make_image_set
from core.data.selection import select
from core.spec import RunSpec

CLASSES = 5


def image_set(count: int = 1000):
    labels = [place % CLASSES for place in range(count)]
    pixels = torch.zeros(count, 1, 2, 2, dtype=torch.uint8).numpy()
    return make_image_set("x", (pixels, labels), (pixels[:10], labels[:10]), tuple("abcde"))


def spec(**fields) -> RunSpec:
    return RunSpec(**{"family": "plain", "depth": 8, "epochs": 1, "batch_size": 10} | fields)


def test_without_a_wish_all_images_are_trained_on_with_their_own_labels():
    images = image_set()
    train, validation, labels = select(spec(), images)
    assert train.tolist() == list(range(1000))
    assert len(validation) == 0
    assert labels is images.train_labels


def test_a_tenth_set_aside_is_the_papers_45k_to_5k_split():  # He et al. 2015, section 4.2
    recipe = spec(validation_fraction=0.1)
    assert (recipe.training_images(50_000), recipe.validation_images(50_000)) == (45_000, 5_000)
    train, validation, _ = select(recipe, image_set())
    assert (len(train), len(validation)) == (900, 100)
    assert not {*train.tolist()} & {*validation.tolist()}


def test_a_fraction_is_taken_of_what_is_not_set_aside():
    train, validation, _ = select(spec(validation_fraction=0.2, train_fraction=0.5), image_set())
    assert (len(train), len(validation)) == (400, 200)


def test_noise_gives_exactly_that_share_another_class_and_every_wrong_one_alike():
    images = image_set(10_000)
    _, _, labels = select(spec(label_noise=0.4), images)
    moved = (labels - images.train_labels) % CLASSES
    assert (moved != 0).sum() == 4000
    assert all(900 < count < 1100 for count in torch.bincount(moved)[1:].tolist())


def test_noise_leaves_validation_images_and_the_data_set_alone():
    images = image_set()
    before = images.train_labels.clone()
    _, validation, labels = select(spec(validation_fraction=0.5, label_noise=1.0), images)
    assert torch.equal(labels[validation], before[validation])
    assert torch.equal(images.train_labels, before)


def test_nets_and_seeds_share_images_and_noise():
    wishes = {"validation_fraction": 0.1, "train_fraction": 0.3, "label_noise": 0.2}
    first, second = select(spec(**wishes), image_set()), select(spec(seed=7, **wishes), image_set())
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))
