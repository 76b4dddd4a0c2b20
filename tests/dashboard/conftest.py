"""Pages run by Streamlit's AppTest on a store of their own, with a worker that needs no process."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.store.database import Store, open_store
from core.store.reads import read_runs
from core.store.recording import Progress, record, release_run, start_run
from core.store.requests import claim
from core.store.tables import workers
from core.store.workers import beat, extend_lease, register_worker
from dashboard.components.badges import BADGES
from tests.racing import POINT, cpu, die, queue

APP = Path(__file__).parents[2] / "dashboard" / "pages.py"
ENDED = ("paused", "stopped", "finished", "diverged", "failed")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The store of the page. Its one worker lives and takes every run, but trains none."""
    st.cache_resource.clear()
    store = open_store()
    worker = register_worker(store, "auto")
    assert worker is not None
    for device in ("cpu", "cuda", "mps"):
        extend_lease(store, worker, device)
    beat(store, worker, state="ready", **cpu().facts() | {"devices": " cpu "})
    stay_alive(store, worker)
    yield store
    st.cache_resource.clear()
    assert not (home / "logs").exists(), "a page started a worker process"


@pytest.fixture
def open_page(store: Store) -> Callable[..., AppTest]:
    """open_page(view, key=value, ...): that page, by a link with these query parameters."""

    def open_page(view: str = "", **query: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=30)
        page.query_params.update(query)
        if view:
            page.run()
            page.switch_page(f"views/{view}.py")
        return page.run()

    return open_page


@pytest.fixture
def put_runs(store: Store) -> Callable[..., str]:
    """put_runs(status, message, **fields): id of a tiny experiment whose runs are in that state."""

    def put_runs(status: str = "finished", message: str = "", **fields: Any) -> str:
        run_ids = queue(store, **fields)
        worker = register_worker(store)
        assert worker is not None
        stay_alive(store, worker)
        facts = {
            "device": "cpu",
            "device_name": cpu().name,
            "precision": "float32",
            "versions": {"torch": "2.15.0"},
        }
        claim(store, worker, ("auto", "cpu"))
        steps = dict(read_runs(store, run_ids=run_ids)[["run_id", "steps"]].to_numpy())
        for run_id in run_ids:
            start_run(store, worker, run_id, from_step=0, facts=facts)
            done = steps[run_id] if status == "finished" else steps[run_id] // 2
            errors = {"train_error": 30.0, "test_error": 40.0, "seconds": 2.0}
            points = [POINT | {"split": split} for split in ("train", "test")]
            record(store, worker, [Progress(run_id, {"step": done, **errors}, points)])
            if status in ENDED:
                release_run(store, worker, run_id, status, message)
        if status == "interrupted":
            die(store, worker)
        return str(read_runs(store, run_ids=run_ids)["experiment_id"].iloc[0])

    return put_runs


def stay_alive(store: Store, worker: str) -> None:
    """As if it went on beating for an hour."""
    with store.write() as connection:
        chosen = workers.c.id == worker
        connection.execute(update(workers).where(chosen).values(heartbeat=time.time() + 3600))


def texts(page: AppTest) -> str:
    """The titles, sentences and badges on the page."""
    kinds = (page.title, page.subheader, page.caption, page.markdown)
    return "\n".join(str(node.value) for kind in kinds for node in kind)


def badges(page: AppTest) -> set[str]:
    """Which of live, recorded, quoted and computed are on the page."""
    return {kind for kind in BADGES if f" {kind}]" in texts(page)}


def figures(page: AppTest) -> list[str]:
    """Keys of the live figures, in the page's order."""
    return [node.proto.id.split("plot-")[1] for node in page.get("bidi_component")]


def button_keys(page: AppTest) -> set[str]:
    """Keys of the buttons; those of a run without its id."""
    return {str(button.key).split("-")[0] for button in page.button}
