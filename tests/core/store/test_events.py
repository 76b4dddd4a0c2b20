import pytest

from core.store.events import read_events
from core.store.reads import read_runs
from core.store.requests import request
from core.store.runs import delete_runs
from tests.racing import queue, racing


@pytest.fixture
def paused(store, monkeypatch):
    """A run that was paused on its way, and went on to its end."""
    monkeypatch.setattr("core.race.ASK_SECONDS", 0.0)
    monkeypatch.setattr("core.race.RECORD_SECONDS", 0.0)
    (run_id,) = queue(store, families=("plain",))
    with racing(store) as race:
        while read_runs(store)["step"][0] < 10:
            race.turn()
        request(store, [run_id], "pause")
        while race.turn():
            pass
        request(store, [run_id], "resume")
        race.claim()
        while race.turn():
            pass
    return run_id


def test_a_pause_and_its_end_are_kept_with_their_step(store, paused):
    events = read_events(store, [paused])
    assert list(events["kind"]) == ["pause", "resume"]
    assert events["step"].nunique() == 1
    assert 10 <= events["step"][0] < 40
    assert events["at"].is_monotonic_increasing
    assert str(events["at"].dt.tz) == "UTC"


def test_an_interruption_is_an_event(store):
    (run_id,) = queue(store, families=("plain",))
    with racing(store) as race:
        while read_runs(store)["step"][0] < 1:
            race.turn()
    assert list(read_events(store, [run_id])["kind"]) == ["interrupt"]


def test_events_go_with_their_run(store, paused):
    delete_runs(store, [paused])
    assert read_events(store, [paused]).empty
