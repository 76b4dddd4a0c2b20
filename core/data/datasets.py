"""Every data set by its name: from the package, from torchvision or from a folder."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.data.catalogue import FOLDER_PREFIX, check_name, folder_path
from core.data.folder import Listing, list_images
from core.data.image_set import ImageSet, make_image_set
from core.data.images import Report, decode
from core.data.source import Source, open_source
from core.home import lab_home

EMBEDDED = Path(__file__).parents[2] / "assets" / "data"


def load_dataset(
    name: str, *, root: Path | None = None, progress: Report | None = None
) -> ImageSet:
    """The data set of that name, fetched or decoded where need be.

    Args:
        name: a name of the catalogue, or `folder:PATH` for a directory or zip of class folders.
        root: where downloads and decoded folders are kept; by default `data` in the lab's home.
        progress: called with what is being done and, where it is known, the fraction done (0..1).

    Raises:
        ValueError: one sentence about the name, the folder or the image that is wrong.
        DatasetUnavailable: a ValueError that says which files to put where.
    """
    root = lab_home() / "data" if root is None else root
    load = _load_folder if name.startswith(FOLDER_PREFIX) else DATASETS[check_name(name)]
    return load(name, root, _say_nothing if progress is None else progress)


def _say_nothing(message: str, fraction: float | None) -> None:
    """For those who watch no progress."""


def _load_embedded(name: str, root: Path, report: Report) -> ImageSet:
    with np.load(EMBEDDED / f"{name}.npz") as arrays:
        return make_image_set(
            name,
            (arrays["train_images"][:, None], arrays["train_labels"]),
            (arrays["test_images"][:, None], arrays["test_labels"]),
            arrays["class_names"],
        )


def _load_torchvision(name: str, root: Path, report: Report) -> ImageSet:
    # imported here: torchvision takes a second, and the embedded set must do without it
    from core.data.torchvision_sets import load_torchvision

    return load_torchvision(name, root, report)


def _load_folder(name: str, root: Path, report: Report) -> ImageSet:
    path = folder_path(name)
    with open_source(path) as source:
        listing = list_images(source, path)
        images = _decoded(source, listing, path, root / "folders", report)
    middle = len(listing.train)
    return make_image_set(
        name,
        (images[:middle], listing.train_labels),
        (images[middle:], listing.test_labels),
        listing.class_names,
    )


def _decoded(
    source: Source, listing: Listing, path: Path, cache: Path, report: Report
) -> np.ndarray:
    """Training and test images [N, C, H, W], from the cache when no file has changed since."""
    names = [*listing.train, *listing.test]
    place = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    state = hashlib.sha256(repr((names, source.stamps(names))).encode()).hexdigest()[:16]
    kept = cache / f"{place}-{state}.npz"
    try:
        with np.load(kept) as arrays:
            return arrays["images"]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        images = decode(source, names, path, report)
    _keep(kept, place, images, report)
    return images


def _keep(kept: Path, place: str, images: np.ndarray, report: Report) -> None:
    """Writes the cache in one step and drops what was kept of the same folder before."""
    part = kept.with_suffix(".part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, images=images)
        part.replace(kept)
        for old in set(kept.parent.glob(f"{place}-*.npz")) - {kept}:
            old.unlink()
    except OSError as error:
        report(f"the decoded images are not kept for next time ({error})", None)
        if part.exists():
            part.unlink()


Loader = Callable[[str, Path, Report], ImageSet]

DATASETS: dict[str, Loader] = {
    "fashion-mnist-mini": _load_embedded,
    "fashion-mnist": _load_torchvision,
    "mnist": _load_torchvision,
    "cifar10": _load_torchvision,
    "cifar100": _load_torchvision,
    "svhn": _load_torchvision,
}
