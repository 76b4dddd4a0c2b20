"""Official archives, fetched whole or not at all.

Not by torchvision's own hand: that draws its bars on stderr, waits for ever on a silent server
and leaves half a file behind.
"""

import hashlib
import http.client
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from core.data.images import Report

CHUNK = 1 << 18  # bytes
TIMEOUT = 30  # seconds in which a server must say something


@dataclass(frozen=True)
class Archive:
    """An official file: where it is to be had, where it belongs, what it must be."""

    urls: tuple[str, ...]
    path: Path
    md5: str

    def is_here(self) -> bool:
        if not self.path.is_file():
            return False
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, _md5).hexdigest() == self.md5


def fetch(archive: Archive, report: Report) -> None:
    """Puts the archive in its place, whole and checked; an OSError when no url gives it."""
    archive.path.parent.mkdir(parents=True, exist_ok=True)
    part = archive.path.with_name(f"{archive.path.name}.part")
    *mirrors, last = archive.urls
    for url in mirrors:
        try:
            return _fetch_from(url, archive, part, report)
        except (OSError, http.client.HTTPException):
            report(f"{url} failed, trying the next mirror", None)
    try:
        return _fetch_from(last, archive, part, report)
    except http.client.HTTPException as error:
        raise OSError(f"{last} broke off: {error!r}") from error


def _fetch_from(url: str, archive: Archive, part: Path, report: Report) -> None:
    try:
        found = _download(url, part, report)
        if found != archive.md5:
            raise OSError(f"{url} arrived broken: MD5 {found}, not {archive.md5}")
        part.replace(archive.path)
    finally:
        part.unlink(missing_ok=True)


def _download(url: str, part: Path, report: Report) -> str:
    """Writes the bytes of `url` to `part`, reports whole percents, gives the MD5."""
    digest, done, told = _md5(), 0, -1
    request = urllib.request.Request(url, headers={"User-Agent": "depth-lab"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response, part.open("wb") as file:
        total = response.length
        while chunk := response.read(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if total and (percent := 100 * done // total) > told:
                told = percent
                report(f"downloading {url.rpartition('/')[2]}, {total / 1e6:.1f} MB", done / total)
    return digest.hexdigest()


def _md5():
    return hashlib.md5(usedforsecurity=False)
