"""Downloads from a real server on 127.0.0.1: the official Fashion-MNIST, tiny sets of each kind."""

import gzip
import hashlib
import io
import pickle
import shutil
import tarfile

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10, CIFAR100, MNIST, SVHN, FashionMNIST

from core.data.datasets import load_dataset
from core.data.torchvision_sets import KINDS, DatasetUnavailable

FILES = tuple(name for name, _ in FashionMNIST.resources)


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def idx(array: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def tiny_mnist(tmp_path, monkeypatch):
    """A folder with MNIST's four files: 30 training and 20 test images, the label is the pixel."""
    folder = tmp_path / "mnist-server"
    folder.mkdir()
    resources = []
    for split, count in (("train", 30), ("t10k", 20)):
        labels = np.arange(count, dtype=np.uint8) % 10
        images = np.tile(labels[:, None, None], (1, 28, 28))
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            file = folder / f"{split}-{name}-ubyte.gz"
            file.write_bytes(idx(array))
            resources.append((file.name, md5(file.read_bytes())))
    monkeypatch.setattr(MNIST, "resources", resources)
    return folder


def assert_pixels_tell_labels(images):
    for pixels, labels in (
        (images.train_images, images.train_labels),
        (images.test_images, images.test_labels),
    ):
        assert torch.equal(pixels[:, 0, 0, 0].long(), labels)


def test_the_official_fashion_mnist_is_downloaded_and_read(
    official_fashion, serve, tmp_path, monkeypatch, capfd
):
    monkeypatch.setattr(FashionMNIST, "mirrors", [serve(official_fashion)])
    told = []
    images = load_dataset(
        "fashion-mnist", root=tmp_path, progress=lambda message, done: told.append((message, done))
    )
    assert images.train_images.shape == (60_000, 1, 28, 28)
    assert images.test_images.shape == (10_000, 1, 28, 28)
    assert images.train_labels.bincount().tolist() == [6000] * 10
    assert (images.class_names[0], images.class_names[9]) == ("T-shirt/top", "Ankle boot")
    # the mean and deviation that everybody normalises Fashion-MNIST by
    assert images.mean == pytest.approx((0.2860,), abs=1e-4)
    assert images.std == pytest.approx((0.3530,), abs=1e-4)
    assert ("downloading train-images-idx3-ubyte.gz, 26.4 MB", 1.0) in told
    assert len(told) < 450
    assert capfd.readouterr() == ("", "")


def test_without_a_network_one_sentence_says_which_files_go_where(
    closed_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(FashionMNIST, "mirrors", [closed_url])
    with pytest.raises(DatasetUnavailable) as told:
        load_dataset("fashion-mnist", root=tmp_path)
    sentence = str(told.value)
    assert sentence.startswith("fashion-mnist could not be downloaded (")
    assert "refused" in sentence
    assert f"put {', '.join(FILES)} from {closed_url}" in sentence
    assert f"into {tmp_path / 'FashionMNIST' / 'raw'}" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "files", "folder"),
    [
        ("mnist", FILES, "MNIST/raw"),
        ("cifar10", ("cifar-10-python.tar.gz",), "."),
        ("cifar100", ("cifar-100-python.tar.gz",), "."),
        ("svhn", ("train_32x32.mat", "test_32x32.mat"), "."),
    ],
)
def test_every_set_says_which_files_go_where(
    closed_url, tmp_path, monkeypatch, name, files, folder
):
    monkeypatch.setattr(MNIST, "mirrors", [closed_url])
    for dataset in (CIFAR10, CIFAR100):
        monkeypatch.setattr(dataset, "url", f"{closed_url}{dataset.filename}")
    splits = {
        split: [f"{closed_url}{name}", name, digest]
        for split, (_, name, digest) in SVHN.split_list.items()
    }
    monkeypatch.setattr(SVHN, "split_list", splits)
    with pytest.raises(DatasetUnavailable) as told:
        load_dataset(name, root=tmp_path)
    assert f"put {', '.join(files)} from" in str(told.value)
    assert f"into {tmp_path / folder}, or take fashion-mnist-mini" in str(told.value)


def test_files_put_in_place_by_hand_need_no_network(tiny_mnist, closed_url, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [closed_url])
    shutil.copytree(tiny_mnist, tmp_path / "MNIST" / "raw")
    images = load_dataset("mnist", root=tmp_path)
    assert images.class_names == tuple("0123456789")
    assert_pixels_tell_labels(images)


def test_only_the_files_that_lack_are_asked_for(tiny_mnist, closed_url, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [closed_url])
    shutil.copytree(tiny_mnist, tmp_path / "MNIST" / "raw")
    (tmp_path / "MNIST" / "raw" / FILES[2]).write_bytes(b"half a file")
    with pytest.raises(DatasetUnavailable, match=f"put {FILES[2]} from"):
        load_dataset("mnist", root=tmp_path)


def test_a_second_load_asks_nobody(tiny_mnist, serve, closed_url, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [serve(tiny_mnist)])
    first = load_dataset("mnist", root=tmp_path / "root")
    monkeypatch.setattr(MNIST, "mirrors", [closed_url])
    second = load_dataset("mnist", root=tmp_path / "root")
    assert torch.equal(first.train_images, second.train_images)


def test_the_next_mirror_is_asked_when_one_fails(
    tiny_mnist, serve, closed_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(MNIST, "mirrors", [closed_url, serve(tiny_mnist)])
    told = []
    load_dataset("mnist", root=tmp_path / "root", progress=lambda message, _: told.append(message))
    assert f"{closed_url}{FILES[0]} failed, trying the next mirror" in told


def test_a_line_that_breaks_off_does_not_poison_the_next_try(
    tiny_mnist, serve, tmp_path, monkeypatch, cut_off
):
    monkeypatch.setattr(MNIST, "mirrors", [serve(tiny_mnist, cut_off)])
    with pytest.raises(DatasetUnavailable, match=r"mnist could not be downloaded \(.*broke"):
        load_dataset("mnist", root=tmp_path / "root")
    assert [path for path in (tmp_path / "root").rglob("*") if path.is_file()] == []
    monkeypatch.setattr(MNIST, "mirrors", [serve(tiny_mnist)])
    assert_pixels_tell_labels(load_dataset("mnist", root=tmp_path / "root"))


def test_an_unpacking_that_broke_off_is_mended_without_a_network(
    tiny_mnist, serve, closed_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(MNIST, "mirrors", [serve(tiny_mnist)])
    load_dataset("mnist", root=tmp_path / "root")
    monkeypatch.setattr(MNIST, "mirrors", [closed_url])
    for length in (1000, 6, 0):
        unpacked = tmp_path / "root" / "MNIST" / "raw" / "train-images-idx3-ubyte"
        unpacked.write_bytes(unpacked.read_bytes()[:length])
        assert_pixels_tell_labels(load_dataset("mnist", root=tmp_path / "root"))


def test_a_root_that_cannot_be_written_is_a_sentence(tiny_mnist, serve, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [serve(tiny_mnist)])
    (tmp_path / "root").write_text("a file where a directory should be")
    with pytest.raises(DatasetUnavailable, match=r"mnist could not be downloaded \(.*root"):
        load_dataset("mnist", root=tmp_path / "root")


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def write_tiny_cifar(dataset, folder, monkeypatch) -> None:
    """An archive in the layout of CIFAR, 20 images a batch: red tells the label, blue the row."""
    key = dataset.meta["key"].replace("_names", "s")
    labels = np.arange(20) % 10
    red, green = np.zeros((2, 20, 32, 32), np.uint8) + labels[:, None, None].astype(np.uint8)
    blue = np.zeros((20, 32, 32), np.uint8) + np.arange(32, dtype=np.uint8)[:, None]
    pixels = np.stack([red, green * 0, blue], 1).reshape(20, 3072)
    batch = pickle.dumps({"data": pixels, key: labels.tolist()})
    meta = pickle.dumps({dataset.meta["key"]: [f"class {i}" for i in range(10)]})
    path = folder / dataset.filename
    with tarfile.open(path, "w:gz") as archive:
        for name, _ in dataset.train_list + dataset.test_list:
            add(archive, f"{dataset.base_folder}/{name}", batch)
        add(archive, f"{dataset.base_folder}/{dataset.meta['filename']}", meta)
    for split in ("train_list", "test_list"):
        names = [[name, md5(batch)] for name, _ in getattr(dataset, split)]
        monkeypatch.setattr(dataset, split, names)
    monkeypatch.setattr(dataset, "meta", {**dataset.meta, "md5": md5(meta)})
    monkeypatch.setattr(dataset, "tgz_md5", md5(path.read_bytes()))


@pytest.mark.parametrize(("name", "batches"), [("cifar10", 5), ("cifar100", 1)])
def test_cifar_archives_give_channels_rows_and_labels_in_place(
    serve, tmp_path, monkeypatch, name, batches
):
    dataset = KINDS[name].dataset
    write_tiny_cifar(dataset, tmp_path, monkeypatch)
    monkeypatch.setattr(dataset, "url", f"{serve(tmp_path)}{dataset.filename}")
    images = load_dataset(name, root=tmp_path / "root")
    assert images.train_images.shape == (20 * batches, 3, 32, 32)
    assert images.test_images.shape == (20, 3, 32, 32)
    assert_pixels_tell_labels(images)
    assert images.train_images[7, 2, :, 0].tolist() == list(range(32))
    assert images.class_names == tuple(f"class {i}" for i in range(10))


@pytest.mark.parametrize("broken", ["data_batch_3", "batches.meta"])
def test_a_half_unpacked_cifar_is_mended_without_a_network(
    serve, closed_url, tmp_path, monkeypatch, broken
):
    write_tiny_cifar(CIFAR10, tmp_path, monkeypatch)
    monkeypatch.setattr(CIFAR10, "url", f"{serve(tmp_path)}{CIFAR10.filename}")
    load_dataset("cifar10", root=tmp_path / "root")
    monkeypatch.setattr(CIFAR10, "url", closed_url)
    (tmp_path / "root" / CIFAR10.base_folder / broken).write_bytes(b"half a file")
    assert_pixels_tell_labels(load_dataset("cifar10", root=tmp_path / "root"))


def test_svhn_gives_digits_with_zero_as_zero(serve, tmp_path, monkeypatch):
    io_of_scipy = pytest.importorskip("scipy.io", reason="scipy is not installed")
    split_list = {}
    url = serve(tmp_path)
    for split, count in (("train", 30), ("test", 20)):
        digits = np.arange(count, dtype=np.uint8) % 10
        pixels = np.zeros((32, 32, 3, count), np.uint8) + digits
        path = tmp_path / f"{split}_32x32.mat"
        labels = np.where(digits == 0, 10, digits)[:, None]  # SVHN writes 10 for 0
        io_of_scipy.savemat(path, {"X": pixels, "y": labels}, do_compression=True)
        split_list[split] = [f"{url}{path.name}", path.name, md5(path.read_bytes())]
    monkeypatch.setattr(SVHN, "split_list", split_list)
    images = load_dataset("svhn", root=tmp_path / "root")
    assert images.train_images.shape == (30, 3, 32, 32)
    assert images.class_names == tuple("0123456789")
    assert_pixels_tell_labels(images)
