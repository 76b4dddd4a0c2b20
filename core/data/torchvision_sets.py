"""The data sets that torchvision knows: it tells where they are, unpacks and reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchvision.datasets import CIFAR10, CIFAR100, MNIST, SVHN, FashionMNIST

from core.data.download import Archive, fetch
from core.data.image_set import ImageSet, make_image_set
from core.data.images import Report

DIGITS = tuple("0123456789")
Pairs = tuple[tuple[Any, Any], tuple[Any, Any], Sequence[str]]  # train, test, class names
UNREADABLE = (RuntimeError, ValueError, OSError, EOFError, AssertionError)


class DatasetUnavailable(ValueError):
    """A data set that is neither here nor to be had; the message says which files go where."""


@dataclass(frozen=True)
class Kind:
    """A torchvision class, and what differs between its kind and the others."""

    dataset: Any
    archives: Callable[[Any, Path], list[Archive]]
    unpacked: Callable[[Any, Path], list[Path]]
    read: Callable[[Any, Path, bool], Pairs]


def load_torchvision(name: str, root: Path, report: Report) -> ImageSet:
    """One of `KINDS`, read from `root` in torchvision's layout, fetched first where it lacks.

    Raises DatasetUnavailable when that fails.
    """
    kind = KINDS[name]
    report(f"reading {name}", None)
    try:
        train, test, class_names = kind.read(kind.dataset, root, False)
    except UNREADABLE:
        train, test, class_names = _fetch_and_read(name, kind, root, report)
    return make_image_set(name, train, test, class_names)


def _fetch_and_read(name: str, kind: Kind, root: Path, report: Report) -> Pairs:
    missing = [archive for archive in kind.archives(kind.dataset, root) if not archive.is_here()]
    try:
        for archive in missing:
            fetch(archive, report)
        report(f"unpacking {name}", None)
        for path in kind.unpacked(kind.dataset, root):
            path.unlink(missing_ok=True)  # what a broken unpacking left
        return kind.read(kind.dataset, root, True)
    except UNREADABLE as error:
        raise DatasetUnavailable(_advice(name, error, missing)) from error


def _advice(name: str, error: Exception, missing: list[Archive]) -> str:
    reason = str(getattr(error, "reason", error)) or type(error).__name__
    lacking = [archive for archive in missing if not archive.is_here()]
    if not lacking:
        return f"{name} could not be unpacked ({reason})"
    files = ", ".join(archive.path.name for archive in lacking)
    page = lacking[0].urls[0].rpartition("/")[0]
    return (
        f"{name} could not be downloaded ({reason}); put {files} from {page}/"
        f" into {lacking[0].path.parent}, or take fashion-mnist-mini, which needs no download"
    )


def _mnist_archives(dataset: Any, root: Path) -> list[Archive]:
    folder = root / dataset.__name__ / "raw"
    return [
        Archive(tuple(f"{mirror}{name}" for mirror in dataset.mirrors), folder / name, md5)
        for name, md5 in dataset.resources
    ]


def _mnist_unpacked(dataset: Any, root: Path) -> list[Path]:
    return [archive.path.with_suffix("") for archive in _mnist_archives(dataset, root)]


def _read_mnist(dataset: Any, root: Path, download: bool) -> Pairs:
    train, test = (dataset(root, train=train, download=download) for train in (True, False))
    names = [name.partition(" - ")[0] for name in dataset.classes]  # MNIST says "0 - zero"
    return (train.data[:, None], train.targets), (test.data[:, None], test.targets), names


def _cifar_archives(dataset: Any, root: Path) -> list[Archive]:
    return [Archive((dataset.url,), root / dataset.filename, dataset.tgz_md5)]


def _cifar_unpacked(dataset: Any, root: Path) -> list[Path]:
    names = [name for name, _ in dataset.train_list + dataset.test_list]
    return [root / dataset.base_folder / name for name in [*names, dataset.meta["filename"]]]


def _read_cifar(dataset: Any, root: Path, download: bool) -> Pairs:
    train, test = (dataset(root, train=train, download=download) for train in (True, False))
    return (
        (train.data.transpose(0, 3, 1, 2), train.targets),
        (test.data.transpose(0, 3, 1, 2), test.targets),
        train.classes,
    )


def _svhn_archives(dataset: Any, root: Path) -> list[Archive]:
    files = [dataset.split_list[split] for split in ("train", "test")]
    return [Archive((url,), root / name, md5) for url, name, md5 in files]


def _svhn_unpacked(dataset: Any, root: Path) -> list[Path]:
    return []  # read as they come


def _read_svhn(dataset: Any, root: Path, download: bool) -> Pairs:
    train, test = (dataset(root, split=split, download=download) for split in ("train", "test"))
    return (train.data, train.labels), (test.data, test.labels), DIGITS


MNIST_KIND = (_mnist_archives, _mnist_unpacked, _read_mnist)
CIFAR_KIND = (_cifar_archives, _cifar_unpacked, _read_cifar)
SVHN_KIND = (_svhn_archives, _svhn_unpacked, _read_svhn)

KINDS: dict[str, Kind] = {
    "fashion-mnist": Kind(FashionMNIST, *MNIST_KIND),
    "mnist": Kind(MNIST, *MNIST_KIND),
    "cifar10": Kind(CIFAR10, *CIFAR_KIND),
    "cifar100": Kind(CIFAR100, *CIFAR_KIND),
    "svhn": Kind(SVHN, *SVHN_KIND),
}
