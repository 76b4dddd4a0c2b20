"""Newer versions of live figures, as a browser asks for them."""

import json
from typing import Any

import numpy as np
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.store.reads import read_runs
from core.store.recording import Progress, record, release_run
from core.store.runs import delete_runs
from dashboard.data import look_at, snapshot
from dashboard.feeds import feeds
from tests.dashboard.recordings import put_nets, put_profiles
from tests.racing import POINT, die


@pytest.fixture
def browser(store):
    """Asks for feeds, without any page or session."""
    with TestClient(Starlette(routes=feeds())) as browser:
        yield browser


@pytest.fixture
def inside(put_runs, store):
    """inside(status): sides of a feed, plain-8 and residual-8 at step 1 with their gradients."""

    def inside(status: str = "running") -> str:
        run_ids = read_runs(store, put_runs(status))["run_id"]
        for run_id in run_ids:
            put_profiles(store, run_id, "gradient-norm", [[1, 1, 2, 4, 1]] * 3)
            put_nets(store, run_id, [1, 2])
        return ",".join(f"{run_id}.1" for run_id in run_ids)

    return inside


def heads(page) -> dict[str, dict[str, Any]]:
    """The first line of each figure on a page, by key."""
    protos = [node.proto for node in page.get("bidi_component")]
    return {one.id.split("plot-")[1]: head_of(one.bytes.decode()) for one in protos}


def head_of(message: str) -> dict[str, Any]:
    return json.loads(message.partition("\n")[0])


def train_on(store, experiment_id: str) -> None:
    """As if the first run had recorded one more point."""
    run = read_runs(store, experiment_id).iloc[0]
    step = int(run["step"]) + 1
    point = POINT | {"split": "train", "step": step, "error": 12.5}
    record(store, str(run["worker_id"]), [Progress(run["run_id"], {"step": step}, [point])])
    snapshot.clear()


@pytest.mark.parametrize("lens", ["training-curves", "error-by-depth"])
def test_a_figure_of_a_live_race_tells_where_its_newer_versions_are(
    open_page, put_runs, browser, lens
):
    page = open_page(experiment=put_runs("running"))
    feed = heads(page)[lens]["feed"]
    assert 0 < feed["seconds"] < 1  # at least once a second
    answer = browser.get(feed["path"])
    shown = {one.proto.id.split("plot-")[1]: one.proto for one in page.get("bidi_component")}
    assert answer.content == shown[lens].bytes


def test_a_version_that_is_here_already_is_not_sent_again(put_runs, browser, store):
    race = put_runs("running")
    first = browser.get(f"live/lens/training-curves?experiment={race}")
    known = {"If-None-Match": first.headers["ETag"]}
    again = browser.get(first.request.url, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    train_on(store, race)
    newer = browser.get(first.request.url, headers=known)
    assert newer.status_code == 200
    assert newer.text != first.text


def test_once_a_race_has_ended_there_is_nothing_to_wait_for(open_page, put_runs, browser):
    race = put_runs("finished")
    assert heads(open_page(experiment=race))["training-curves"]["feed"] is None
    assert head_of(browser.get(f"live/lens/training-curves?experiment={race}").text)["feed"] is None


def test_a_highlighted_run_and_the_mode_go_with_the_feed(open_page, put_runs, browser, store):
    race = put_runs("running")
    run = read_runs(store, race)["run_id"].iloc[0]
    path = heads(open_page(experiment=race, run=run))["training-curves"]["feed"]["path"]
    assert f"run={run}" in path
    lit, plain = browser.get(path), browser.get(path.partition("&run=")[0])
    assert lit.text != plain.text
    dark = browser.get(path.replace("mode=light", "mode=dark"))
    assert head_of(dark.text)["meta"]["mode"] == "dark"


@pytest.mark.parametrize("figure", ["left", "right", "profile"])
def test_what_probes_see_is_fed_as_well(inside, browser, figure):
    answer = browser.get(f"live/probes/gradient-norm/{figure}?sides={inside()}&mode=light")
    assert answer.status_code == 200
    feed = head_of(answer.text)["feed"]
    assert browser.get(feed["path"]).content == answer.content


def test_a_browser_that_tells_what_it_has_is_sent_the_newer_columns(inside, browser, store):
    sides = inside()
    path = f"live/probes/gradient-norm/left?sides={sides}"
    first = browser.get(path)
    mark = head_of(first.text)["meta"]["columns"]["mark"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert browser.get(f"{path}&held={mark}", headers=known).status_code == 304
    run = read_runs(store, run_ids=[sides.partition(".")[0]]).iloc[0]
    row = {"measure": "gradient-norm", "step": 9, "numbers": np.full(5, 7, "<f4").tobytes()}
    progress = Progress(run["run_id"], {"step": 9}, profiles=[row])
    record(store, str(run["worker_id"]), [progress])
    look_at.clear()
    newer = browser.get(f"{path}&held={mark}", headers=known)
    assert head_of(newer.text)["meta"]["columns"]["held"] == 2
    assert json.loads(newer.text.partition("\n")[2])["data"][0]["x"] == [2, 9]


def test_the_feeds_of_probes_end_with_their_runs(inside, browser):
    answer = browser.get(f"live/probes/gradient-norm/left?sides={inside('finished')}")
    assert head_of(answer.text)["feed"] is None


def test_a_run_that_ends_without_a_new_number_ends_its_feed_too(inside, browser, store):
    sides = inside()
    path = f"live/probes/gradient-norm/left?sides={sides}"
    first = browser.get(path)
    assert head_of(first.text)["feed"]
    for run_id in (side.partition(".")[0] for side in sides.split(",")):
        worker = str(read_runs(store, run_ids=[run_id])["worker_id"].iloc[0])
        release_run(store, worker, run_id, "stopped", "")
    look_at.clear()
    ended = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert head_of(ended.text)["feed"] is None


@pytest.mark.parametrize(
    "path",
    [
        "lens/training-curves?experiment=unknown",
        "lens/training-curves",
        "lens/unknown?experiment={race}",
        "probes/gradient-norm/left?sides=unknown.1",
        "probes/gradient-norm/left?sides={run}.²",
        "probes/gradient-norm/left?sides={run}",
        "probes/gradient-norm/left",
        "probes/unknown/left?sides={run}.1",
        "probes/gradient-norm/right?sides={run}.1",
        "probes/gradient-norm/unknown?sides={run}.1",
    ],
)
def test_what_is_not_there_is_said_and_does_not_break_the_server(browser, put_runs, store, path):
    race = put_runs("running")
    run = read_runs(store, race)["run_id"].iloc[0]
    put_profiles(store, run, "gradient-norm", [[1, 1, 2, 4, 1]])
    assert browser.get("live/" + path.format(race=race, run=run)).status_code == 404


def test_a_race_that_was_deleted_ends_its_feed(browser, put_runs, store):
    race = put_runs("running")
    assert browser.get(f"live/lens/error-by-depth?experiment={race}").status_code == 200
    die(store, read_runs(store, race)["worker_id"].iloc[0])
    delete_runs(store, list(read_runs(store, race)["run_id"]))
    snapshot.clear()
    assert browser.get(f"live/lens/error-by-depth?experiment={race}").status_code == 404


def test_behind_a_base_path_the_feeds_are_where_the_pages_are(monkeypatch):
    options = {"server.baseUrlPath": "/lab/"}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    assert {route.path.split("/{")[0] for route in feeds()} == {
        "/lab/live/lens",
        "/lab/live/probes",
    }
