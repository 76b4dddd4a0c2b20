"""The data sets one can train on, told without loading one: pages and forms import no torch."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from core.data.folder import list_images
from core.data.images import sample_form
from core.data.source import open_source

FOLDER_PREFIX = "folder:"


@dataclass(frozen=True)
class DatasetInfo:
    """What a form needs to know: `classes` and `channels` are counts, `size` is the side in px."""

    name: str
    title: str
    classes: int
    channels: int
    size: int
    train_images: int
    test_images: int
    licence: str
    source: str


XIAO = "Xiao, Rasul, Vollgraf 2017, https://github.com/zalandoresearch/fashion-mnist"
LECUN = "LeCun, Cortes, Burges 1998, http://yann.lecun.com/exdb/mnist/"
KRIZHEVSKY = "Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html"
NETZER = "Netzer et al. 2011, http://ufldl.stanford.edu/housenumbers/"
HOUSES = "Street View House Numbers"

# name, title, classes, channels, size, training and test images, licence, source
_SETS = (
    DatasetInfo("fashion-mnist-mini", "Fashion-MNIST mini", 10, 1, 28, 10_000, 2_000, "MIT", XIAO),
    DatasetInfo("fashion-mnist", "Fashion-MNIST", 10, 1, 28, 60_000, 10_000, "MIT", XIAO),
    DatasetInfo("mnist", "MNIST", 10, 1, 28, 60_000, 10_000, "CC BY-SA 3.0", LECUN),
    DatasetInfo("cifar10", "CIFAR-10", 10, 3, 32, 50_000, 10_000, "not stated", KRIZHEVSKY),
    DatasetInfo("cifar100", "CIFAR-100", 100, 3, 32, 50_000, 10_000, "not stated", KRIZHEVSKY),
    DatasetInfo("svhn", HOUSES, 10, 3, 32, 73_257, 26_032, "non-commercial use only", NETZER),
)
CATALOGUE: dict[str, DatasetInfo] = {info.name: info for info in _SETS}


def describe_dataset(name: str) -> DatasetInfo:
    """What is known of a data set before it is loaded; a ValueError in one sentence otherwise.

    Of `folder:PATH` it counts every file and reads the headers of some 32; the answer is kept
    until a file is added, removed or renamed, so a form may ask at every rerun.
    """
    if name.startswith(FOLDER_PREFIX):
        return _describe_folder(name, folder_path(name))
    return CATALOGUE[check_name(name)]


def check_name(name: str) -> str:
    """The name itself when the catalogue has it; else a ValueError that suggests the nearest."""
    if name not in CATALOGUE:
        near = get_close_matches(name.lower(), CATALOGUE, n=1, cutoff=0)[0]
        raise ValueError(
            f"there is no data set {name!r}; the nearest is {near};"
            f" there are {', '.join(CATALOGUE)} and {FOLDER_PREFIX}PATH"
        )
    return name


def folder_path(name: str) -> Path:
    """The absolute path in `folder:PATH`."""
    path = name.removeprefix(FOLDER_PREFIX).strip()
    if not path:
        raise ValueError(f"{name!r} names no folder; write {FOLDER_PREFIX}PATH")
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError as error:  # ~somebody who is not known here
        raise ValueError(f"{path} has no home to start from; write the whole path") from error


_Stamps = dict[Path, tuple[int, int]]
_described: dict[str, tuple[_Stamps, DatasetInfo]] = {}  # folder:PATH -> what it was when read


def _describe_folder(name: str, path: Path) -> DatasetInfo:
    if name in _described:
        stamps, info = _described[name]
        if stamps == _stamps(stamps):
            return info
    with open_source(path) as source:
        listing = list_images(source, path)
        form = sample_form(source, listing.train + listing.test, path)
    info = DatasetInfo(
        name=name,
        title=path.stem,
        classes=len(listing.class_names),
        channels=form.channels,
        size=form.size,
        train_images=len(listing.train),
        test_images=len(listing.test),
        licence="not stated",
        source=str(path),
    )
    folders = [path / folder for folder in listing.folders] if path.is_dir() else []
    _described[name] = (_stamps([path, *folders]), info)
    return info


def _stamps(paths: Iterable[Path]) -> _Stamps:
    """Time and size of each path: they change when a directory gains or loses a file."""
    found = {}
    for path in paths:
        with suppress(OSError):  # gone: then it has no stamp, and the stamps differ
            stat = path.stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found
