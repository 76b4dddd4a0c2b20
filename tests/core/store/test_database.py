import subprocess
import sys

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.store.database import StoreError, is_full, journal_mode, open_store, reason
from core.store.reads import read_experiments, read_runs
from core.store.tables import experiments
from tests.racing import ROOT, queue

ROW = {"name": "n", "question": "", "spec": "{}", "source": "test", "note": "", "created_at": 0.0}


def count(store):
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(experiments)).scalar_one()


# https://sqlite.org/wal.html, "The WAL-reset bug": fixed in 3.51.3, and in 3.50.7 and 3.44.6
@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_sqlite_has_the_fix(version, mode):
    chosen, why = journal_mode(version)
    assert chosen == mode
    assert ".".join(map(str, version)) in why


def test_a_store_keeps_the_journal_that_was_chosen_and_loses_no_commit(store):
    with store.read() as connection:
        used = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    assert used == journal_mode()[0].lower()
    assert synchronous == 2  # FULL


def test_the_default_store_lies_in_the_home(home):
    assert open_store().url == f"sqlite:///{home / 'lab.db'}"
    assert (home / "lab.db").exists()


@pytest.mark.parametrize("where", ["lab.db", "sqlite:///lab.db", "new folder/lab.db"])
def test_a_relative_place_is_the_same_store_from_everywhere(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    store = open_store(where)
    queue(store)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(read_runs(open_store(store.url))) == 2


@pytest.mark.parametrize("name", ["two words", "50%20 é", "a?b#c&d=e"])
def test_any_file_name_will_do(tmp_path, name):
    place = tmp_path / name / "lab.db"
    store = open_store(str(place))
    queue(store)
    assert place.exists()
    assert len(read_runs(open_store(store.url))) == 2
    assert len(read_runs(open_store(str(place), read_only=True))) == 2


def test_a_password_goes_with_the_url_but_into_no_message():
    with pytest.raises(StoreError, match=r"cannot open the store postgresql\+nope://me:\*\*\*@h/d"):
        open_store("postgresql+nope://me:secret@h/d")


def test_a_write_that_fails_leaves_nothing(store):
    rows = [{"id": "a", **ROW}, {"id": "a", **ROW}]
    with store.write() as connection:
        connection.execute(insert(experiments).values(id="b", **ROW))
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(insert(experiments), rows)
    assert count(store) == 1


def test_two_processes_that_open_and_write_at_once_lose_nothing(tmp_path):
    place = str(tmp_path / "lab.db")  # not there yet: both make it
    script = f"""
import sys
from sqlalchemy import insert
from core.store.database import open_store
from core.store.tables import experiments
store = open_store(sys.argv[1])
for number in range(60):
    with store.write() as connection:
        connection.execute(insert(experiments).values(id=sys.argv[2] + str(number), **{ROW!r}))
"""
    command = [sys.executable, "-c", script, place]
    writers = [
        subprocess.Popen([*command, name], cwd=ROOT, stderr=subprocess.PIPE) for name in "ab"
    ]
    assert [writer.communicate()[1] for writer in writers] == [b"", b""]
    assert count(open_store(place)) == 120


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("://", "'://' is no store; give a file or a URL like sqlite:///lab.db"),
        ("sqlite://", "'sqlite://' is no file that a worker could share"),
        ("sqlite:///:memory:", "is no file that a worker could share"),
        ("nope://somewhere", "cannot open the store nope://somewhere: Can't load plugin"),
        ("sqlite+nope:///lab.db", "Can't load plugin"),
        ("postgresql+psycopg://me@localhost:1/lab", "cannot open the store postgresql"),
    ],
)
def test_a_store_that_cannot_be_is_one_sentence(where, says):
    with pytest.raises(StoreError) as error:
        open_store(where)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_parent_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot open the store .*: Not a directory: .*file"):
        open_store(str(tmp_path / "file" / "lab.db"))


def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path):
    with pytest.raises(StoreError, match=r"cannot open the store .*: unable to open database"):
        open_store(str(tmp_path))


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_a_sentence(tmp_path, read_only):
    (tmp_path / "lab.db").write_text("a letter to nobody" * 100)
    with pytest.raises(StoreError, match=r"cannot open the store .*: file is not a database"):
        open_store(str(tmp_path / "lab.db"), read_only=read_only)


def test_no_permission_to_make_a_store_is_a_sentence(tmp_path, as_nobody):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    says = "cannot open the store .*: Permission denied: .*closed/checkpoints"
    with as_nobody(closed), pytest.raises(StoreError, match=says):
        open_store(str(closed / "lab.db"))


def test_a_store_without_permission_to_write_can_be_read_and_says_so_when_written(
    tmp_path, as_nobody
):
    place = tmp_path / "lab.db"
    queue(open_store(str(place)))
    place.chmod(0o444)
    with as_nobody(tmp_path):
        store = open_store(str(place))
        assert len(read_runs(store)) == 2
        with pytest.raises(DBAPIError) as error:
            queue(store, steps=41)
    assert reason(error.value) == "attempt to write a readonly database"


def test_a_read_only_store_refuses_to_be_written(store):
    url = store.url
    queue(store)
    closed = open_store(url, read_only=True)
    with pytest.raises(StoreError, match=r"the store .*lab\.db is read-only"):
        queue(closed)
    assert len(read_experiments(closed)) == 1


def test_a_read_only_store_must_be_there_and_is_not_made(tmp_path):
    place = tmp_path / "none" / "lab.db"
    with pytest.raises(StoreError, match=r"cannot open the store .*: unable to open database"):
        open_store(str(place), read_only=True)
    assert list(tmp_path.glob("none*")) == []


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(122, "Disk quota exceeded"), True),
        (OSError(13, "Permission denied", "lab.db"), False),
    ],
)
def test_a_full_disk_is_told_from_other_troubles(error, full):
    assert is_full(error) is full
