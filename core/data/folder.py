"""A directory or a zip of class folders: which images are there, which class, which split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.source import Source

LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what file managers leave behind
IMAGE_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
TEST_SHARE = 0.2  # of every class, where the folder has no split of its own
SPLIT_SEED = 0

Classes = dict[str, list[str]]  # class name -> its files, sorted


@dataclass(frozen=True)
class Listing:
    """The images of a folder: names to open, labels, and the classes that the labels count."""

    class_names: tuple[str, ...]
    train: tuple[str, ...]
    train_labels: tuple[int, ...]
    test: tuple[str, ...]
    test_labels: tuple[int, ...]
    folders: tuple[str, ...]  # every directory inside, so that a change can be noticed


def list_images(source: Source, path: Path) -> Listing:
    """Every image of a directory or zip, its class and its split.

    Classes are folders in alphabetical order, either under `train/` and `test/` or at the top,
    where 20 % of every class becomes the test set, the same for ever. With `test/` alone there is
    nothing to train on. One folder around all is looked through; hidden files are left out, so is
    what lies beside the classes or the splits.
    Raises a ValueError with one sentence when this gives no two classes, or classes that differ.
    """
    names = source.names()
    entries = _unwrap([(name, name.split("/")) for name in names if not _hidden(name)])
    if not any(parts[-1] for _, parts in entries):
        raise ValueError(f"{path} holds no images; put them into one folder a class")
    splits = {parts[0] for _, parts in entries if len(parts) > 1} & {"train", "test"}
    if splits == {"train"}:
        raise ValueError(f"{path} has train/ alone; it needs train/ and test/, or neither")
    if splits == {"test"}:
        test = _classes(_under(entries, "test"), path / "test")
        train: Classes = {name: [] for name in test}
    elif splits:
        train, test = (_classes(_under(entries, name), path / name) for name in ("train", "test"))
        _compare(train, test, path)
    else:
        train, test = _divide(_classes(entries, path), path)
    folders = tuple(name for name in names if name.endswith("/"))
    return Listing(tuple(train), *_flatten(train), *_flatten(test), folders)


def _hidden(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return any(not part or part.startswith(".") or part in LITTER for part in parts)


Entries = list[tuple[str, list[str]]]  # full name, and its parts below the folder looked at


def _under(entries: Entries, folder: str) -> Entries:
    return [(name, parts[1:]) for name, parts in entries if parts[0] == folder and len(parts) > 1]


def _unwrap(entries: Entries) -> Entries:
    """Entries below the one folder around all, as long as what is inside are folders again."""
    while True:
        tops = {parts[0] for _, parts in entries if len(parts) > 1}
        depths = {len(parts) for _, parts in entries if len(parts) > 1 and parts[-1]}
        if len(tops) != 1 or tops == {"test"} or min(depths, default=0) < 3:
            return entries
        entries = _under(entries, tops.pop())


def _classes(entries: Entries, path: Path) -> Classes:
    classes: Classes = {}
    for name, parts in sorted(entries):
        if len(parts) < 2:
            continue
        files = classes.setdefault(parts[0], [])
        if parts[-1]:
            files.append(name)
    for name in (name for files in classes.values() for name in files):
        if not name.lower().endswith(IMAGE_SUFFIXES):
            raise ValueError(f"{name} in {path} is no image; images end in {_any(IMAGE_SUFFIXES)}")
    empty = [name for name, files in classes.items() if not files]
    if empty:
        raise ValueError(f"class folder {empty[0]!r} in {path} is empty; fill or remove it")
    if len(classes) < 2:
        found = f"only the class folder {next(iter(classes))!r}" if classes else "no class folders"
        raise ValueError(f"{path} has {found}; it needs two or more")
    return dict(sorted(classes.items()))


def _any(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _compare(train: Classes, test: Classes, path: Path) -> None:
    for have, lack, rich, poor in (("train", "test", train, test), ("test", "train", test, train)):
        if missing := [name for name in rich if name not in poor]:
            raise ValueError(
                f"{lack}/ in {path} lacks {', '.join(map(repr, missing))}, which {have}/ has;"
                " both need the same class folders"
            )


def _divide(classes: Classes, path: Path) -> tuple[Classes, Classes]:
    random = np.random.RandomState(SPLIT_SEED)  # numpy has frozen its numbers for good
    train: Classes = {}
    test: Classes = {}
    for name, files in classes.items():
        if len(files) < 2:
            raise ValueError(f"class {name!r} in {path} has one image; a split needs two or more")
        chosen = set(random.permutation(len(files))[: max(1, round(TEST_SHARE * len(files)))])
        train[name] = [file for i, file in enumerate(files) if i not in chosen]
        test[name] = [file for i, file in enumerate(files) if i in chosen]
    return train, test


def _flatten(classes: Classes) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [(file, label) for label, files in enumerate(classes.values()) for file in files]
    return tuple(file for file, _ in pairs), tuple(label for _, label in pairs)
