import re
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.catalogue import CATALOGUE, describe_dataset
from core.data.datasets import DATASETS, load_dataset
from core.data.image_set import channel_statistics

CIFAR_JPEGS = Path(__file__).parents[4] / "shared" / "data" / "cifar-10-jpeg.tar.xz"


class Progress(list):
    def __call__(self, message, fraction):
        self.append((message, fraction))


def test_every_data_set_of_the_catalogue_can_be_loaded_and_no_other():
    assert DATASETS.keys() == CATALOGUE.keys()


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no data set 'cifar11'; the nearest is cifar10"):
        load_dataset("cifar11")


def test_a_set_moves_to_a_device_whole():
    moved = load_dataset("fashion-mnist-mini").to("meta")
    tensors = (moved.train_images, moved.train_labels, moved.test_images, moved.test_labels)
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    assert moved.class_names[0] == "T-shirt/top"


def test_mean_and_deviation_are_those_of_numpy():
    random = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (2500, 3, 4, 4), dtype=torch.uint8, generator=random)
    images[:, 1] //= 3
    mean, std = channel_statistics(images)
    pixels = images.double().numpy() / 255
    assert mean == pytest.approx(pixels.mean(axis=(0, 2, 3)))
    assert std == pytest.approx(pixels.std(axis=(0, 2, 3)))


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_gives_its_pixels_under_the_right_labels(tmp_path, paint_classes, zip_up, packed):
    path = paint_classes(tmp_path / "pets" / "train", ("cat", "dog"), images=3).parent
    paint_classes(path / "test", ("cat", "dog"), images=2)
    if packed:
        path = zip_up(path, tmp_path / "pets.zip", "pets/")
    images = load_dataset(f"folder:{path}", root=tmp_path / "root")
    assert images.class_names == ("cat", "dog")
    assert images.train_labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert images.test_images.shape == (4, 3, 8, 8)
    second_dog = np.asarray(Image.open(tmp_path / "pets" / "train" / "dog" / "001.png"))
    np.testing.assert_array_equal(images.train_images[4].permute(1, 2, 0), second_dog)


def test_a_loaded_folder_is_what_the_description_said(tmp_path, paint_classes):
    name = f"folder:{paint_classes(tmp_path / 'pets', mode='L', size=(12, 12), images=10)}"
    info, images = describe_dataset(name), load_dataset(name, root=tmp_path / "root")
    assert images.train_images.shape == (info.train_images, info.channels, info.size, info.size)
    assert images.test_images.shape[0] == info.test_images
    assert len(images.class_names) == info.classes


def test_a_second_load_decodes_nothing_and_gives_the_same(tmp_path, paint_classes):
    name = f"folder:{paint_classes(tmp_path / 'pets')}"
    first, second = Progress(), Progress()
    once = load_dataset(name, root=tmp_path / "root", progress=first)
    again = load_dataset(name, root=tmp_path / "root", progress=second)
    assert first == [("decoding 10 of 10 images", 1.0)]
    assert second == []
    assert torch.equal(once.train_images, again.train_images)
    assert torch.equal(once.test_images, again.test_images)


def test_a_changed_image_is_decoded_again_and_the_old_copy_goes(tmp_path, paint, paint_classes):
    name = f"folder:{paint_classes(tmp_path / 'pets')}"
    before = load_dataset(name, root=tmp_path / "root")
    paint(tmp_path / "pets" / "cat" / "000.png", seed=99)
    after = load_dataset(name, root=tmp_path / "root")
    assert not torch.equal(
        torch.cat([before.train_images, before.test_images]),
        torch.cat([after.train_images, after.test_images]),
    )
    assert len(list((tmp_path / "root" / "folders").iterdir())) == 1


def test_two_folders_keep_their_copies_apart(tmp_path, paint_classes):
    for place in ("one", "two"):
        load_dataset(f"folder:{paint_classes(tmp_path / place)}", root=tmp_path / "root")
    assert len(list((tmp_path / "root" / "folders").iterdir())) == 2


def test_a_damaged_copy_is_decoded_again(tmp_path, paint_classes):
    name = f"folder:{paint_classes(tmp_path / 'pets')}"
    once = load_dataset(name, root=tmp_path / "root")
    (copy,) = (tmp_path / "root" / "folders").iterdir()
    copy.write_bytes(copy.read_bytes()[:-500])
    assert torch.equal(load_dataset(name, root=tmp_path / "root").train_images, once.train_images)


def test_where_no_copy_can_be_kept_the_folder_loads_and_says_so(tmp_path, paint_classes):
    (tmp_path / "root").write_text("a file where a directory should be")
    progress = Progress()
    name = f"folder:{paint_classes(tmp_path / 'pets')}"
    images = load_dataset(name, root=tmp_path / "root", progress=progress)
    assert len(images.train_images) == 8
    assert progress[-1][0].startswith("the decoded images are not kept for next time")


def test_copies_lie_in_the_home_of_the_lab(tmp_path, monkeypatch, paint_classes):
    monkeypatch.setenv("DEPTHLAB_HOME", str(tmp_path / "home"))
    load_dataset(f"folder:{paint_classes(tmp_path / 'pets')}")
    assert list((tmp_path / "home" / "data" / "folders").glob("*.npz"))


def test_a_broken_image_is_named(tmp_path, paint_classes):
    (paint_classes(tmp_path / "pets") / "dog" / "003.png").write_bytes(b"woof")
    with pytest.raises(ValueError, match=r"dog/003.png in .*pets is no image that can be read"):
        load_dataset(f"folder:{tmp_path / 'pets'}", root=tmp_path / "root")


def test_a_link_to_nowhere_is_named(tmp_path, paint_classes):
    link = paint_classes(tmp_path / "pets") / "dog" / "gone.png"
    try:
        link.symlink_to(tmp_path / "nowhere.png")
    except OSError:
        pytest.skip("this system lets nobody make links")
    with pytest.raises(ValueError, match=r"gone.png cannot be read \(No such file"):
        load_dataset(f"folder:{tmp_path / 'pets'}", root=tmp_path / "root")


@pytest.mark.skipif(not CIFAR_JPEGS.exists(), reason=f"{CIFAR_JPEGS.name} is not here")
def test_cifar10_as_jpegs_has_the_classes_and_colours_of_cifar10(tmp_path):
    with tarfile.open(CIFAR_JPEGS) as archive:
        first = [member for member in archive if re.search(r"/00\d\d\.jpg$", member.name)]
        archive.extractall(tmp_path / "cifar", members=first, filter="data")
    images = load_dataset(f"folder:{tmp_path / 'cifar'}", root=tmp_path / "root")
    assert images.train_images.shape == images.test_images.shape == (1000, 3, 32, 32)
    assert (images.class_names[0], images.class_names[9]) == ("airplane", "truck")
    # the mean and deviation of all 50,000 that everybody normalises CIFAR-10 by
    assert images.mean == pytest.approx((0.4914, 0.4822, 0.4465), abs=0.02)
    assert images.std == pytest.approx((0.2470, 0.2435, 0.2616), abs=0.02)
