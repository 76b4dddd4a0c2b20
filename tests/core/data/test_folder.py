import zipfile

import pytest

from core.data.folder import list_images
from core.data.source import open_source


def listing_of(path):
    with open_source(path) as source:
        return list_images(source, path)


def refusal_of(path) -> str:
    with pytest.raises(ValueError) as told:  # noqa: PT011, the caller compares the sentence
        listing_of(path)
    return str(told.value)


def test_classes_are_counted_in_alphabetical_order(tmp_path, paint_classes):
    listing = listing_of(paint_classes(tmp_path, ("dog", "a-b", "a"), images=5))
    assert listing.class_names == ("a", "a-b", "dog")
    assert listing.train_labels == (0,) * 4 + (1,) * 4 + (2,) * 4
    assert all(
        name.startswith(f"{listing.class_names[label]}/")
        for name, label in zip(listing.train, listing.train_labels, strict=True)
    )


def test_a_fifth_of_every_class_is_the_test_set(tmp_path, paint_classes):
    listing = listing_of(paint_classes(tmp_path, images=10))
    assert listing.test_labels == (0, 0, 1, 1)
    assert not set(listing.train) & set(listing.test)
    assert len(listing.train) == 16


def test_the_split_is_the_same_every_time_and_in_a_zip(tmp_path, paint_classes, zip_up):
    pets = paint_classes(tmp_path / "pets", images=20)
    once = listing_of(pets)
    assert once.test == listing_of(pets).test
    assert once.test == listing_of(zip_up(pets, tmp_path / "pets.zip")).test


def test_train_and_test_folders_are_taken_as_they_are(tmp_path, paint_classes):
    paint_classes(tmp_path / "train", images=3)
    paint_classes(tmp_path / "test", images=2)
    listing = listing_of(tmp_path)
    assert listing.train[:1] == ("train/cat/000.png",)
    assert (len(listing.train), len(listing.test)) == (6, 4)


def test_a_test_folder_alone_is_all_test_images(tmp_path, paint_classes):
    paint_classes(tmp_path / "test", images=3)
    listing = listing_of(tmp_path)
    assert (len(listing.train), len(listing.test)) == (0, 6)
    assert listing.class_names == ("cat", "dog")


@pytest.mark.parametrize("inside", ["", "pets/", "backup/pets/"])
def test_a_zip_may_hold_one_folder_around_all(tmp_path, paint_classes, zip_up, inside):
    paint_classes(tmp_path / "pets" / "train")
    paint_classes(tmp_path / "pets" / "test")
    listing = listing_of(zip_up(tmp_path / "pets", tmp_path / "pets.zip", inside))
    assert listing.class_names == ("cat", "dog")
    assert listing.test[0] == f"{inside}test/cat/000.png"


def test_hidden_files_and_litter_are_left_out(tmp_path, paint_classes):
    paint_classes(tmp_path)
    for name in ("__MACOSX/cat", ".git", "cat/.thumbs"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x.png").write_bytes(b"")
    for name in (".DS_Store", "cat/.DS_Store", "dog/Thumbs.db", "README.txt"):
        (tmp_path / name).write_bytes(b"")
    listing = listing_of(tmp_path)
    assert listing.class_names == ("cat", "dog")
    assert len(listing.train + listing.test) == 10


def test_names_in_a_zip_that_climb_out_are_left_out(tmp_path, paint, paint_classes, zip_up):
    paint(tmp_path / "evil.png")
    path = zip_up(paint_classes(tmp_path / "pets"), tmp_path / "pets.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(tmp_path / "evil.png", "../../evil/evil.png")
        archive.writestr("/absolute/evil.png", b"")
    listing = listing_of(path)
    assert listing.class_names == ("cat", "dog")
    assert not [name for name in listing.train + listing.test if "evil" in name]


def test_a_missing_path_is_refused(tmp_path):
    assert refusal_of(tmp_path / "x") == (
        f"there is no {tmp_path / 'x'}; give a directory or a zip of class folders"
    )


@pytest.mark.parametrize("name", ["x" * 300, "nul\0byte"])
def test_an_impossible_path_is_refused(tmp_path, name):
    assert "cannot be read (" in refusal_of(tmp_path / name)


def test_a_file_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be read (" in refusal_of(tmp_path / "file" / "cats")


def test_an_empty_folder_is_refused(tmp_path):
    sentence = f"{tmp_path} holds no images; put them into one folder a class"
    assert refusal_of(tmp_path) == sentence
    (tmp_path / "cat").mkdir()
    assert refusal_of(tmp_path) == sentence


def test_an_empty_zip_is_refused(tmp_path):
    path = tmp_path / "pets.zip"
    zipfile.ZipFile(path, "w").close()
    assert refusal_of(path) == f"{path} holds no images; put them into one folder a class"


def test_a_cut_zip_is_refused(tmp_path, paint_classes, zip_up):
    path = zip_up(paint_classes(tmp_path / "pets"), tmp_path / "pets.zip")
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal_of(path) == (
        f"{path} is neither a directory nor a readable zip (File is not a zip file)"
    )


def test_images_without_class_folders_are_refused(tmp_path, paint):
    paint(tmp_path / "a.png")
    assert refusal_of(tmp_path) == f"{tmp_path} has no class folders; it needs two or more"


def test_one_class_alone_is_refused(tmp_path, paint_classes, zip_up):
    cats = paint_classes(tmp_path / "cats", ("cat",))
    told = "has only the class folder 'cat'; it needs two or more"
    assert refusal_of(cats) == f"{cats} {told}"
    path = zip_up(cats, tmp_path / "cats.zip", "backup/")
    assert refusal_of(path) == f"{path} {told}"


@pytest.mark.parametrize(("lacks", "has"), [("test", "train"), ("train", "test")])
def test_a_class_that_one_split_lacks_is_named(tmp_path, paint_classes, lacks, has):
    paint_classes(tmp_path / has, ("cat", "cow", "dog"))
    paint_classes(tmp_path / lacks, ("cat", "dog"))
    assert refusal_of(tmp_path) == (
        f"{lacks}/ in {tmp_path} lacks 'cow', which {has}/ has; both need the same class folders"
    )


def test_train_beside_something_that_is_not_test_is_refused(tmp_path, paint_classes):
    paint_classes(tmp_path / "train")
    paint_classes(tmp_path / "val")
    assert refusal_of(tmp_path) == (
        f"{tmp_path} has train/ alone; it needs train/ and test/, or neither"
    )


def test_an_empty_class_folder_is_refused(tmp_path, paint_classes):
    paint_classes(tmp_path, ("cat", "dog"))
    (tmp_path / "cow").mkdir()
    assert refusal_of(tmp_path) == f"class folder 'cow' in {tmp_path} is empty; fill or remove it"


def test_a_class_too_small_to_split_is_refused(tmp_path, paint, paint_classes):
    paint_classes(tmp_path)
    paint(tmp_path / "cow" / "only.png")
    assert refusal_of(tmp_path) == (
        f"class 'cow' in {tmp_path} has one image; a split needs two or more"
    )


def test_a_file_that_is_no_image_by_its_name_is_refused(tmp_path, paint_classes):
    paint_classes(tmp_path)
    (tmp_path / "cat" / "notes.txt").write_text("meow")
    assert refusal_of(tmp_path).startswith(f"cat/notes.txt in {tmp_path} is no image; images end")
