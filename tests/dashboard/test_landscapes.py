"""Landscapes computed by the real inspection process and kept in a store."""

import numpy as np
import pytest
import streamlit as st

from core.store.findings import read_finding
from core.store.runs import delete_runs
from dashboard.landscapes import TASK, Landscape, Settings, explore, landscape_of
from dashboard.sides import side
from tests.core.inspect.nets import GALLERY, recorded
from tests.racing import queue

SETTINGS = Settings(3, 0.5, 0)


@pytest.fixture(autouse=True)
def nothing_is_known_yet():
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def of_gallery():
    return side(GALLERY, recorded("resnet", 8)[2], 468)


def explored(sides, store):
    """Their landscapes, and the shares that were told on the way."""
    told, found = [], [(one, landscape_of(one, SETTINGS, store)) for one in sides]
    explore(found, store)(told.append)
    return [ground for _, ground in found], told


def test_a_piece_is_put_where_it_belongs():
    ground = Landscape(SETTINGS)
    piece = {"rows": np.array([1, 0]), "columns": np.array([1, 2]), "images": 7, "seconds": 4.0}
    ground.add(0, piece | {"loss": np.float32([0.5, 2.0]), "error": np.float32([10.0, 90.0])})
    assert (ground.loss[1, 1], ground.loss[0, 2], ground.error[0, 2]) == (0.5, 2, 90)
    assert np.isnan(ground.loss).sum() == 7
    assert (ground.done, ground.complete, ground.images) == (2, False, 7)
    assert ground.seconds_left == 7 * 2  # seven points of two seconds


def test_what_was_computed_is_there_at_once_after_a_restart(store, of_gallery):
    own = side(store, queue(store, families=("plain",))[0], 0)
    grounds, told = explored([of_gallery, own], store)
    assert all(ground.complete and not ground.kept for ground in grounds)
    assert told == sorted(told)
    assert told[-1] == 1
    st.cache_resource.clear()  # as a new server starts
    for one, ground in zip((of_gallery, own), grounds, strict=True):
        again = landscape_of(one, SETTINGS, store)
        assert again.complete
        assert again.kept
        assert np.array_equal(again.loss, ground.loss)
        assert np.array_equal(again.error, ground.error)
        assert again.images == ground.images == 250


def test_a_stopped_computation_goes_on_where_it_was(store, of_gallery):
    class Enough(Exception):
        pass

    def stop(share):
        raise Enough

    ground = landscape_of(of_gallery, SETTINGS, store)
    with pytest.raises(Enough):
        explore([(of_gallery, ground)], store)(stop)
    assert 0 < ground.done < ground.loss.size
    before = ground.loss.copy()
    ((again,), _) = explored([of_gallery], store)
    assert again is ground
    known = np.isfinite(before)
    assert np.array_equal(again.loss[known], before[known])


def test_other_settings_are_another_landscape(store, of_gallery):
    explored([of_gallery], store)
    other = landscape_of(of_gallery, SETTINGS._replace(seed=1), store)
    assert other.done == 0


def test_the_landscape_of_a_run_deleted_meanwhile_is_not_kept(store):
    own = side(store, queue(store, families=("plain",))[0], 0)
    ground = landscape_of(own, SETTINGS, store)
    work = explore([(own, ground)], store)
    with pytest.raises(ValueError, match="was deleted"):
        work(lambda share: delete_runs(store, [own.run.run_id]))
    assert read_finding(store, own.run.run_id, 0, TASK, SETTINGS._asdict()) is None
