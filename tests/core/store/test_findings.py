import numpy as np
import pytest
from sqlalchemy import select

from core.store import tables
from core.store.database import StoreError, open_store
from core.store.findings import keep_finding, read_finding
from core.store.runs import delete_runs
from tests.racing import queue

SETTINGS = {"points": 15, "reach": 0.5}
ARRAYS = {"loss": np.array([[1.5, np.inf], [np.nan, 2.0]], np.float32), "images": np.array(250)}


@pytest.fixture
def run_id(store):
    return queue(store)[0]


def kept(store):
    with store.read() as connection:
        return len(connection.execute(select(tables.findings)).all())


def test_what_was_kept_is_read_bit_for_bit_by_another_process(store, run_id):
    keep_finding(store, run_id, 7, "landscape", SETTINGS, ARRAYS)
    found = read_finding(open_store(store.url), run_id, 7, "landscape", SETTINGS)
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array, equal_nan=True)


def test_settings_are_the_same_in_whatever_order_they_come(store, run_id):
    keep_finding(store, run_id, 7, "landscape", SETTINGS, ARRAYS)
    turned = dict(reversed(SETTINGS.items()))
    assert list(turned) != list(SETTINGS)
    assert read_finding(store, run_id, 7, "landscape", turned) is not None


@pytest.mark.parametrize(
    ("step", "name", "settings"),
    [(8, "landscape", SETTINGS), (7, "other", SETTINGS), (7, "landscape", SETTINGS | {"reach": 1})],
)
def test_what_was_found_of_something_else_is_not_given(store, run_id, step, name, settings):
    keep_finding(store, run_id, 7, "landscape", SETTINGS, ARRAYS)
    assert read_finding(store, run_id, step, name, settings) is None


def test_a_second_finding_of_the_same_settings_replaces_the_first(store, run_id):
    for value in (1.0, 2.0):
        keep_finding(store, run_id, 7, "landscape", SETTINGS, {"loss": np.array(value)})
    found = read_finding(store, run_id, 7, "landscape", SETTINGS)
    assert found is not None
    assert found["loss"] == 2.0
    assert kept(store) == 1


def test_findings_go_with_their_run_and_with_no_other(store):
    first, second = queue(store)
    for run_id in (first, second):
        keep_finding(store, run_id, 7, "landscape", SETTINGS, ARRAYS)
    delete_runs(store, [first])
    assert read_finding(store, first, 7, "landscape", SETTINGS) is None
    assert read_finding(store, second, 7, "landscape", SETTINGS) is not None


def test_what_is_found_of_a_deleted_run_is_not_kept(store, run_id):
    delete_runs(store, [run_id])
    with pytest.raises(StoreError, match=f"the run {run_id} was deleted"):
        keep_finding(store, run_id, 7, "landscape", SETTINGS, ARRAYS)
    assert kept(store) == 0


def test_a_finding_about_a_run_of_the_gallery_is_kept_beside_the_users_own(store):
    keep_finding(store, "recorded", 468, "landscape", SETTINGS, ARRAYS, recorded=True)
    assert read_finding(store, "recorded", 468, "landscape", SETTINGS) is not None
