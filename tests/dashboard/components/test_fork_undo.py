"""Undoing a fork: its rows and files go, and the original is shown again."""

import pytest

from core.forks import fork_spec
from core.spec import RunSpec
from core.store.reads import list_run, read_runs
from core.store.recorded import recorded_stores
from dashboard.components import fork_undo
from dashboard.components.fork_undo import take_away, undoing
from dashboard.data import engine, snapshot
from tests.dashboard.conftest import button_keys
from tests.racing import queue, racing, run_to_the_end, wait_for


def fork(held, run_id: str) -> tuple[str, str]:
    """Ids of the experiment and of a fork of that run at its start."""
    spec = RunSpec.model_validate_json(list_run(held, run_id).spec)
    experiment_id, (new,) = engine().fork(held, run_id, [fork_spec(spec, run_id, 0, "seed")])
    snapshot.clear()
    return experiment_id, new


def test_only_a_fork_can_be_undone(open_page, put_runs, store):
    experiment_id = put_runs("finished")
    original = read_runs(store, experiment_id)["run_id"].iloc[0]
    assert "undo" not in button_keys(open_page(experiment=experiment_id))
    _, new = fork(store, original)
    keys = {button.key for button in open_page(experiment=experiment_id).button}
    assert {key for key in keys if str(key).startswith("undo-")} == {f"undo-{new}"}


def test_undo_takes_the_fork_away_and_leaves_the_original(open_page, put_runs, store):
    experiment_id = put_runs("finished")
    before = read_runs(store)["run_id"].tolist()
    _, new = fork(store, before[0])
    page = open_page(experiment=experiment_id).button(key=f"undo-{new}").click().run()
    assert not page.exception
    wait_for(lambda: read_runs(store)["run_id"].tolist() == before)
    assert page.query_params["experiment"] == experiment_id


def test_undoing_the_only_fork_of_a_recorded_run_shows_that_one_again(open_page, store):
    original = read_runs(recorded_stores()[0]).iloc[0]
    experiment_id, new = fork(recorded_stores()[0], original["run_id"])
    page = open_page(experiment=experiment_id).button(key=f"undo-{new}").click().run()
    assert page.query_params["experiment"] == original["experiment_id"]
    wait_for(lambda: read_runs(store).empty)
    assert not undoing(new).fault


def test_a_fork_that_trained_leaves_no_file_behind(store):
    (run_id,) = queue(store, families=("plain",))
    run_to_the_end(store)
    before = sorted(store.folder.rglob("*.safetensors"))
    _, new = fork(store, run_id)
    run_to_the_end(store)
    take_away(store, new, lambda share: None)
    assert sorted(store.folder.rglob("*.safetensors")) == before


def test_a_fork_that_its_worker_holds_is_taken_away_once_it_lets_go(store):
    (run_id,) = queue(store, families=("plain",))
    with racing(store) as race:
        race.turn()
        take_away(store, run_id, lambda share: race.turn())
    assert read_runs(store).empty


def test_a_worker_that_does_not_let_go_is_a_sentence(store, monkeypatch):
    monkeypatch.setattr(fork_undo, "PATIENCE", 0.0)
    (run_id,) = queue(store, families=("plain",))
    with racing(store) as race:
        race.turn()
        with pytest.raises(ValueError, match="did not stop within 0 s; press its Undo again"):
            take_away(store, run_id, lambda share: None)
