"""A dashboard as `make run` starts it, on a store of its own, with its warm worker."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psutil

from core.engines.local import LocalEngine
from core.spec import Experiment
from core.store.database import Store, open_store
from core.store.reads import read_runs, read_speeds
from core.store.workers import read_workers

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0


class Lab:
    """A running dashboard.

    Attributes:
        server: its process.
        store: what it and its worker share.
    """

    def __init__(self, url: str, server: psutil.Process, store: Store) -> None:
        self.url, self.server, self.store = url, server, store
        self.engine = LocalEngine(store)

    def start(self, experiment: Experiment) -> str:
        """Queue an experiment; its id once all its runs are under way."""
        experiment_id, _ = self.engine.submit(experiment, source="benchmark")
        wait_until(lambda: (self.runs(experiment_id)["step"] > 0).all())
        return experiment_id

    def stop(self, experiment_id: str) -> None:
        """Stop an experiment's runs, and wait for it."""
        self.engine.request(experiment_id, list(self.runs(experiment_id)["run_id"]), "stop")
        ended = ["stopped", "finished"]
        wait_until(lambda: self.runs(experiment_id)["status"].isin(ended).all())

    def runs(self, experiment_id: str | None = None) -> pd.DataFrame:
        """The runs of an experiment, or all."""
        return read_runs(self.store, experiment_id)

    def wait_for_warm_worker(self) -> None:
        """Until the worker has started and has timed its device."""
        wait_until(lambda: (read_workers(self.store)["state"] == "ready").any())
        worker = read_workers(self.store).iloc[0]
        speeds = (self.store, worker["device_name"], worker["precision"])
        wait_until(lambda: len(read_speeds(*speeds)))


@contextmanager
def open_lab() -> Iterator[Lab]:
    """A dashboard on a free port; it and its worker end with the block."""
    with tempfile.TemporaryDirectory(prefix="depthlab-") as home:
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        with (Path(home) / "server.log").open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "--no-browser", "--port", str(port)],
                cwd=ROOT,
                env=os.environ | {"DEPTHLAB_HOME": home},
                stdout=log,
                stderr=log,
            )
        store = open_store(str(Path(home) / "lab.db"))
        try:
            wait_until(lambda: _is_healthy(url))
            yield Lab(url, psutil.Process(server.pid), store)
        finally:
            server.kill()
            server.wait()
            workers = [psutil.Process(pid) for pid in read_workers(store)["pid"]]
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            psutil.wait_procs(workers, timeout=START_SECONDS)


def wait_until(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
    """Return when it holds.

    Raises:
        TimeoutError: it did not within so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {seconds:g} s")
        time.sleep(0.1)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
