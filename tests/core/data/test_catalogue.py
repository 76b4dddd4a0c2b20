import os
import subprocess
import sys

import pytest

from core.data.catalogue import CATALOGUE, describe_dataset

COUNTS = {  # Xiao et al. 2017; LeCun et al. 1998; Krizhevsky 2009; Netzer et al. 2011
    "fashion-mnist": (10, 1, 28, 60_000, 10_000),
    "mnist": (10, 1, 28, 60_000, 10_000),
    "cifar10": (10, 3, 32, 50_000, 10_000),
    "cifar100": (100, 3, 32, 50_000, 10_000),
    "svhn": (10, 3, 32, 73_257, 26_032),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_catalogue_tells_what_the_papers_tell(name):
    info = describe_dataset(name)
    told = (info.classes, info.channels, info.size, info.train_images, info.test_images)
    assert told == COUNTS[name]


def test_every_data_set_has_a_title_a_licence_and_a_source():
    for name, info in CATALOGUE.items():
        assert info.name == name
        assert info.title
        assert info.licence
        assert "http" in info.source


def test_the_catalogue_imports_no_torch():
    code = "import sys, core.data.catalogue; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("wrong", "nearest"), [("cifar-10", "cifar10"), ("FashionMNIST", "fashion-mnist"), ("", "")]
)
def test_an_unknown_name_is_answered_with_the_nearest_and_all_names(wrong, nearest):
    with pytest.raises(
        ValueError, match=f"no data set {wrong!r}; the nearest is {nearest}"
    ) as told:
        describe_dataset(wrong)
    assert all(name in str(told.value) for name in CATALOGUE)


def test_a_folder_is_described_without_loading_it(tmp_path, paint_classes):
    paint_classes(tmp_path / "pets", images=10, mode="L", size=(48, 48))
    info = describe_dataset(f"folder:{tmp_path / 'pets'}")
    assert (info.classes, info.channels, info.size) == (2, 1, 48)
    assert (info.train_images, info.test_images) == (16, 4)
    assert (info.title, info.source) == ("pets", str(tmp_path / "pets"))


def test_a_zip_is_described_like_the_folder_in_it(tmp_path, paint_classes, zip_up):
    pets = paint_classes(tmp_path / "pets")
    info = describe_dataset(f"folder:{zip_up(pets, tmp_path / 'pets.zip')}")
    assert (info.classes, info.channels, info.size, info.train_images) == (2, 3, 8, 8)


def test_photos_of_any_size_are_described_as_32_px(tmp_path, paint_classes):
    paint_classes(tmp_path, size=(80, 60))
    assert describe_dataset(f"folder:{tmp_path}").size == 32


def test_a_path_may_start_at_the_home_of_the_user(tmp_path, monkeypatch, paint_classes):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    paint_classes(tmp_path / "pets")
    assert describe_dataset("folder:~/pets").classes == 2


def test_asking_again_reads_no_image(tmp_path, paint_classes, monkeypatch):
    name = f"folder:{paint_classes(tmp_path)}"
    first = describe_dataset(name)
    monkeypatch.setattr("core.data.catalogue.sample_form", None)
    assert describe_dataset(name) == first


def test_a_new_image_is_noticed(tmp_path, paint, paint_classes):
    name = f"folder:{paint_classes(tmp_path)}"
    before = describe_dataset(name)
    paint(tmp_path / "cat" / "new.png")
    after = describe_dataset(name)
    assert after.train_images + after.test_images == before.train_images + before.test_images + 1


def test_a_rewritten_zip_is_noticed(tmp_path, paint_classes, zip_up):
    name = f"folder:{zip_up(paint_classes(tmp_path / 'two'), tmp_path / 'pets.zip')}"
    assert describe_dataset(name).classes == 2
    zip_up(paint_classes(tmp_path / "three", ("cat", "cow", "dog")), tmp_path / "pets.zip")
    assert describe_dataset(name).classes == 3


def test_a_folder_that_went_away_is_noticed(tmp_path, paint_classes):
    pets = paint_classes(tmp_path / "pets")
    describe_dataset(f"folder:{pets}")
    pets.rename(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="there is no"):
        describe_dataset(f"folder:{pets}")


def test_a_folder_without_a_path_is_refused():
    with pytest.raises(ValueError, match="'folder:' names no folder; write folder:PATH"):
        describe_dataset("folder:")


def test_the_home_of_nobody_is_refused():
    with pytest.raises(ValueError, match="~nobody-by-this-name/pets has no home to start from"):
        describe_dataset("folder:~nobody-by-this-name/pets")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_one_may_not_read_is_refused(tmp_path, paint_classes):
    paint_classes(tmp_path)
    (tmp_path / "dog").chmod(0)
    try:
        with pytest.raises(ValueError, match=r"dog cannot be read \(Permission denied\)"):
            describe_dataset(f"folder:{tmp_path}")
    finally:
        (tmp_path / "dog").chmod(0o700)
