"""Files by name, out of a directory or a zip alike; a zip is read in memory, never unpacked."""

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn, Protocol


class Source(Protocol):
    """Files by name, with forward slashes; the names of directories end in a slash."""

    def names(self) -> list[str]: ...
    def stamps(self, names: list[str]) -> list[tuple[int, int]]:
        """Size in bytes and time or checksum of each file: other contents, other stamps."""
        ...

    def open(self, name: str) -> IO[bytes]: ...


class Directory:
    """A directory and all below it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        found = []
        for parent, folders, files in os.walk(self.path, onerror=_refuse, followlinks=True):
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            inside = Path(parent).relative_to(self.path).as_posix()
            prefix = "" if inside == "." else f"{inside}/"
            found += [f"{prefix}{folder}/" for folder in folders]
            found += [f"{prefix}{file}" for file in files]
        return found

    def stamps(self, names: list[str]) -> list[tuple[int, int]]:
        try:
            found = [os.stat(f"{self.path}/{name}") for name in names]  # noqa: PTH116, twice as fast
        except OSError as error:  # a link to nowhere, a file that has just gone
            _refuse(error)
        return [(one.st_size, one.st_mtime_ns) for one in found]

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")


class Archive:
    """The members of an open zip."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def names(self) -> list[str]:
        return self.archive.namelist()

    def stamps(self, names: list[str]) -> list[tuple[int, int]]:
        members = (self.archive.getinfo(name) for name in names)
        return [(member.file_size, member.CRC) for member in members]

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The directory or zip at `path`; a ValueError where there is neither."""
    try:
        kind = path.stat().st_mode
    except FileNotFoundError as error:
        raise ValueError(
            f"there is no {path}; give a directory or a zip of class folders"
        ) from error
    except (OSError, ValueError) as error:  # no permission, too long a name, a null character
        raise ValueError(f"{path} cannot be read ({error})") from error
    if stat.S_ISDIR(kind):
        yield Directory(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is neither a directory nor a readable zip ({error})") from error
    with archive:
        yield Archive(archive)


def _refuse(error: OSError) -> NoReturn:
    raise ValueError(f"{error.filename} cannot be read ({error.strerror})") from error
