"""Real image files, real zips and a real server for the tests of the data."""

import socket
import struct
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DEBIAN = Path("/usr/share/datasets/fashion-mnist")  # package dataset-fashion-mnist


def _paint(path: Path, mode: str = "RGB", size: tuple[int, int] = (8, 8), seed: int = 0) -> None:
    """One image file of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    Image.fromarray(pixels).save(path)


def _paint_classes(folder: Path, classes=("cat", "dog"), images: int = 5, **options) -> Path:
    """Class folders of PNG files; no two images are equal."""
    for i, name in enumerate(classes):
        for j in range(images):
            _paint(folder / name / f"{j:03d}.png", seed=1000 * i + j, **options)
    return folder


def _zip_up(folder: Path, path: Path, inside: str = "") -> Path:
    """A zip of all files below a folder, under the name `inside` in the zip."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{inside}{file.relative_to(folder).as_posix()}")
    return path


@pytest.fixture
def paint():
    return _paint


@pytest.fixture
def paint_classes():
    return _paint_classes


@pytest.fixture
def zip_up():
    return _zip_up


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The tests look at what the program prints, not at the server's log."""


class BreakingHandler(QuietHandler):
    """Promises a whole file, sends half of it."""

    def copyfile(self, source, outputfile) -> None:
        content = source.read()
        outputfile.write(content[: len(content) // 2])
        self.close_connection = True


@pytest.fixture
def cut_off() -> type[BreakingHandler]:
    return BreakingHandler


@pytest.fixture
def serve():
    """A function that serves a folder on 127.0.0.1 until the test ends and gives the URL."""
    servers = []

    def start(folder: Path, handler=QuietHandler) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def closed_url() -> str:
    """A URL where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture(scope="session")
def official_fashion(tmp_path_factory) -> Path:
    """The four official files: Debian took their names and times out of the gzip headers."""
    if not DEBIAN.is_dir():
        pytest.skip("the Debian package dataset-fashion-mnist is not installed")
    folder = tmp_path_factory.mktemp("official")
    for file in DEBIAN.glob("*.gz"):
        zipped = file.read_bytes()
        time = 1504176606 if file.name.startswith("train") else 1504176627  # 31 August 2017
        header = b"\x1f\x8b\x08\x08" + struct.pack("<I", time) + zipped[8:10]
        (folder / file.name).write_bytes(header + file.stem.encode() + b"\0" + zipped[10:])
    return folder
