"""A dashboard in a process of its own, for tests with a real browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from core.store.database import open_store
from core.store.reads import read_runs
from core.store.workers import read_workers

from .servers import ROOT, free_port, wait_until_healthy

SLOW = 60_000  # ms: two cores train, serve and draw at once here
RECORDED = "left=05b800dd&right=ab9649c4"  # a link to plain-8 and residual-8 of the recorded race


class Lab:
    """`python -m dashboard` on a store of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen | None = None

    @property
    def runs(self):
        return read_runs(self.store)

    @property
    def store(self):
        return open_store(str(self.home / "lab.db"))

    def start(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "--no-browser", "--port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"DEPTHLAB_HOME": str(self.home)},
            stdout=(self.home / "server.log").open("a"),
            stderr=subprocess.STDOUT,
        )
        wait_until_healthy(self.server, f"{self.url}/_stcore/health")

    def kill(self) -> None:
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def end_workers(self) -> None:
        for pid in read_workers(self.store)["pid"]:
            os.kill(int(pid), signal.SIGTERM)


@contextmanager
def opened_lab(home: Path) -> Iterator[Lab]:
    """A lab whose store lies in `home`, ended with the block."""
    lab = Lab(home)
    lab.start()
    try:
        yield lab
    finally:
        lab.kill()
        lab.end_workers()


def canvas(name: str) -> str:
    """The element in which a figure is drawn."""
    return f".st-key-plot-{name} .live-plot-canvas"


def fits(page: Page, name: str, width: int, dark: bool) -> bool:
    """Nothing sticks out of the page; a screenshot is kept for people to look at."""
    shoot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
    return page.evaluate("document.documentElement.scrollWidth") <= width


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page in screenshots/."""
    shots = ROOT / "screenshots"
    shots.mkdir(exist_ok=True)
    page.screenshot(path=shots / f"{name}.png")
