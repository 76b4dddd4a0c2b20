"""The Runs page in a real browser, on a store with two tiny races made by the command line."""

import csv
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from core.store.database import Store, open_store
from core.store.reads import read_curves, read_experiments, read_runs
from core.store.tables import workers
from core.store.workers import register_worker

from .lab import SLOW
from .servers import ROOT, free_port, wait_until_healthy

pytestmark = pytest.mark.browser

ROW, TICK = 35, 20  # px: height of the table's rows, and where their boxes are
TINY = ["epochs=0.1", "width=2", "depths=8", "batch_size=64", "snapshots=1", "precision=float32"]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Two finished races: `first` with seeds 0 and 1, `second` with seed 0."""
    home = tmp_path_factory.mktemp("runs")
    command = [sys.executable, "-m", "core", "race", "quick", "--device=cpu"]
    command += [f"--set={setting}" for setting in TINY]
    races = [
        subprocess.Popen(
            [*command, f"--set=name={name}", *(f"--seed={seed}" for seed in seeds)],
            cwd=ROOT,
            env=os.environ | {"DEPTHLAB_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, seeds in (("first", (0, 1)), ("second", (0,)))
    ]
    assert [race.wait(timeout=120) for race in races] == [0, 0]
    return home


@pytest.fixture(scope="module")
def store(home: Path) -> Store:
    """Their store, with a living worker, so that the dashboard starts none."""
    store = open_store(str(home / "lab.db"))
    assert register_worker(store, "auto")
    with store.write() as connection:
        connection.execute(update(workers).values(heartbeat=time.time() + 3600))
    return store


@pytest.fixture(scope="module")
def url(home: Path, store: Store) -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--no-browser", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"DEPTHLAB_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until_healthy(server, f"http://127.0.0.1:{port}/_stcore/health")
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.communicate()


@pytest.fixture
def runs_page(url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """runs_page(filter): the page with the rows that fit."""

    def runs_page(words: str) -> Page:
        page = open_page(f"{url}/runs?runs_filter={words}", height=900)
        expect(table(page)).to_be_visible(timeout=SLOW)
        return page

    return runs_page


def table(page: Page) -> Locator:
    return page.get_by_test_id("stDataFrame")


def tick(page: Page, *rows: int) -> None:
    """Tick rows of the table by their boxes: the table is one canvas."""
    for done, row in enumerate(rows):
        box = table(page).bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + TICK, box["y"] + ROW * (row + 1.5))
        if not done:
            expect(page.get_by_role("button", name="Curves as CSV")).to_be_visible(timeout=SLOW)
        page.wait_for_timeout(500)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_filter_keeps_rows_and_a_link_carries_it(runs_page, store):
    page = runs_page("your store")
    expect(page.get_by_text("6 runs.")).to_be_visible()
    page.get_by_role("textbox", name="Filter").fill("second")
    page.get_by_role("textbox", name="Filter").press("Enter")
    expect(page.get_by_text("2 runs.")).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(re.compile("runs_filter=second"))


def test_a_run_opens_on_the_race_page_and_stands_out(runs_page, store):
    page = runs_page("first plain")
    runs = read_runs(store)
    wanted = runs[(runs["experiment"] == "first") & (runs["family"] == "plain")].iloc[1]
    tick(page, 1)
    press(page, "Open")
    page.wait_for_url(re.compile(f"experiment={wanted.experiment_id}"), timeout=SLOW)
    expect(page).to_have_url(re.compile(f"run={wanted.run_id}"))
    page.get_by_text("The 4 runs").click()
    lit = page.get_by_test_id("stProgress").locator("strong")
    expect(lit).to_have_text("plain-8 · seed 1", timeout=SLOW)


def test_runs_of_two_races_are_not_opened_as_one(runs_page):
    page = runs_page("your store")
    tick(page, 0, 5)
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Repeat with changes")).to_be_disabled()
    expect(page.get_by_role("button", name="Delete")).to_be_enabled()


def test_repeating_with_changes_fills_the_form_and_starts_nothing(runs_page, store):
    page = runs_page("first")
    tick(page, 0)
    press(page, "Repeat with changes")
    expect(page.get_by_role("textbox", name="Seeds")).to_have_value("0, 1", timeout=SLOW)
    expect(page.get_by_role("textbox", name="Name")).to_have_value("first")
    expect(page.get_by_role("textbox", name="Width")).to_have_value("2")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
    assert "runs_filter" not in page.url
    assert len(read_experiments(store)) == 2


def test_a_race_gets_another_name_and_a_note(runs_page, store):
    page = runs_page("second")
    tick(page, 0)
    press(page, "Rename")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("second, for Ada")
    dialog.get_by_role("textbox", name="Note").fill("Looks odd")
    dialog.get_by_role("textbox", name="Note").press("Control+Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden(timeout=SLOW)
    found = read_experiments(store).set_index("name")["note"]
    assert dict(found) == {"first": "", "second, for Ada": "Looks odd"}


def test_the_curves_come_as_csv_with_the_stores_columns(runs_page, store):
    page = runs_page("first residual")
    tick(page, 0, 1)
    with page.expect_download(timeout=SLOW) as download:
        press(page, "Curves as CSV")
    assert download.value.suggested_filename == "curves.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    runs = read_runs(store)
    ticked = runs[(runs["experiment"] == "first") & (runs["family"] == "resnet")]
    curves = read_curves(store, run_ids=list(ticked["run_id"]))
    assert list(rows[0]) == list(curves.columns)
    assert [row["run_id"] for row in rows] == list(curves["run_id"])
    assert {row["split"] for row in rows} == {"train", "test"}


def test_runs_are_deleted_only_after_a_second_click(runs_page, store, home):
    page = runs_page("first plain")
    before = read_runs(store)
    gone = before[(before["experiment"] == "first") & (before["family"] == "plain")]["run_id"]
    files = {path.name for path in (home / "checkpoints").iterdir()}
    tick(page, 0, 1)
    press(page, "Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 runs, with curves and checkpoints")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden(timeout=SLOW)
    assert len(read_runs(store)) == len(before)

    press(page, "Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No run fits these filters.")).to_be_visible(timeout=SLOW)
    assert set(before["run_id"]) - set(read_runs(store)["run_id"]) == set(gone)
    assert files - {path.name for path in (home / "checkpoints").iterdir()}


def test_runs_of_the_gallery_cannot_be_renamed_or_deleted(runs_page):
    page = runs_page("gallery plain-56")
    tick(page, 0)
    expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    expect(page.get_by_role("button", name="Rename")).to_be_disabled()
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_enabled()
