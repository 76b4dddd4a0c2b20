"""Which store a run lies in: the user's or one of the gallery's."""

from core.store.recorded import find_store, recorded_stores
from tests.core.inspect.nets import GALLERY, recorded
from tests.racing import queue


def test_a_run_of_the_users_store_is_found_there(store):
    assert find_store(store, queue(store)[0]) is store


def test_a_run_of_the_recorded_race_is_found_in_the_gallery(store):
    found = find_store(store, recorded("plain", 20)[2])
    assert found is not None
    assert (found.url, found.read_only) == (GALLERY.url, True)


def test_a_run_that_is_nowhere_is_not_found(store):
    assert find_store(store, "no-such-run") is None


def test_every_gallery_is_opened_once():
    assert recorded_stores() is recorded_stores()
    assert {store.read_only for store in recorded_stores()} == {True}
