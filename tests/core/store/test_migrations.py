import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Float, Integer, LargeBinary, String, inspect, text

from core.spec import Experiment, RunSpec
from core.store.database import StoreError, open_store
from core.store.findings import keep_finding, read_finding
from core.store.migrations import MIGRATIONS
from core.store.profiles import list_measures, read_profiles
from core.store.reads import (
    find_experiment,
    find_run,
    read_checkpoints,
    read_curves,
    read_experiments,
    read_runs,
    read_speeds,
)
from core.store.tables import metadata
from tests.racing import run_to_the_end, statuses

DATA = Path(__file__).parent / "data"
FIRST_RELEASE = DATA / "m001.db"  # six tiny runs, two of them queued
SECOND_RELEASE = DATA / "m002.db"  # two tiny runs that were probed
KINDS = (Integer, Float, String, LargeBinary)  # Text is a String


@pytest.fixture
def old(tmp_path):
    """A copy of a store as the first release wrote it."""
    return str(shutil.copy(FIRST_RELEASE, tmp_path / "old.db"))


@pytest.fixture
def second(tmp_path):
    """A store of the second release, opened by this one."""
    return open_store(str(shutil.copy(SECOND_RELEASE, tmp_path / "second.db")))


def applied(store):
    with store.read() as connection:
        return list(connection.execute(text("SELECT name FROM migrations ORDER BY 1")).scalars())


def test_an_empty_store_gets_every_migration_once(store):
    assert applied(store) == [migration.__name__ for migration in MIGRATIONS]
    assert applied(open_store(store.url)) == applied(store)


def test_migrations_are_numbered_in_order():
    numbers = [migration.__name__[:5] for migration in MIGRATIONS]
    assert numbers == [f"m{number:03d}_" for number in range(1, len(MIGRATIONS) + 1)]


def test_the_tables_are_those_that_the_migrations_make(store):
    made = set(inspect(store.engine).get_table_names())
    assert made - {"migrations"} == set(metadata.tables)


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_has_the_columns_that_the_migrations_make(store, name):
    table, found = metadata.tables[name], inspect(store.engine)
    kinds = {column["name"]: column["type"] for column in found.get_columns(name)}
    assert list(kinds) == [column.name for column in table.columns]
    for column in table.columns:
        kind = next(kind for kind in KINDS if isinstance(column.type, kind))
        assert isinstance(kinds[column.name], kind), column.name
    keys = found.get_pk_constraint(name)["constrained_columns"]
    assert keys == [column.name for column in table.primary_key.columns]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_of_a_newer_version_is_refused_in_a_sentence(store, read_only):
    with store.write() as connection:
        connection.execute(text("INSERT INTO migrations VALUES ('m999_later', 0)"))
    says = r"cannot open the store .*lab\.db: it was made by a newer Depth Lab \(it has m999_later"
    with pytest.raises(StoreError, match=says):
        open_store(store.url, read_only=read_only)


def test_a_store_of_an_older_version_cannot_be_opened_read_only(store):
    with store.write() as connection:
        connection.execute(text("DELETE FROM migrations WHERE name = 'm001_initial'"))
    with pytest.raises(StoreError, match=r"made by an older Depth Lab \(it lacks m001_initial"):
        open_store(store.url, read_only=True)


def test_a_migration_that_fails_leaves_the_store_as_it_was(store, monkeypatch):
    def m999_broken(connection):
        connection.execute(text("ALTER TABLE runs ADD COLUMN later TEXT"))
        raise OSError(28, "No space left on device")

    before = applied(store)
    monkeypatch.setattr("core.store.migrations.MIGRATIONS", (*MIGRATIONS, m999_broken))
    with pytest.raises(StoreError, match="No space left on device"):
        open_store(store.url)
    monkeypatch.undo()
    assert applied(open_store(store.url)) == before
    columns = [column["name"] for column in inspect(store.engine).get_columns("runs")]
    assert "later" not in columns


def test_a_store_of_the_first_release_is_read_as_it_was_written(old):
    store = open_store(old)
    found = read_runs(store)
    assert list(found["status"]) == ["queued"] * 2 + ["finished"] * 4
    assert list(found["seed"]) == [0, 0, 0, 0, 1, 1]
    assert found["test_error"].iloc[2:].round(2).tolist() == [89.0, 85.8, 85.9, 78.75]
    names = list(read_experiments(store)["name"])
    assert names == ["tiny", "first release"]
    curves = read_curves(store)
    assert curves.groupby("run_id").size().tolist() == [14] * 4  # 12 of training, 2 of test
    first = found["run_id"].iloc[2]
    assert set(read_checkpoints(store, first)["kind"]) == {"weights"}
    assert isinstance(find_experiment(store, found["experiment_id"].iloc[0]), Experiment)
    assert isinstance(find_run(store, first), RunSpec)
    assert len(read_speeds(store, "a processor, 2 cores", "float32")) == 1


def test_what_the_first_release_left_queued_can_be_trained(old):
    store = open_store(old)
    run_to_the_end(store)
    assert statuses(store) == ["finished"] * 6
    assert read_runs(store)["finished_at"].iloc[0].timestamp() == pytest.approx(time.time(), abs=60)


def test_a_run_of_an_older_version_has_no_profiles_and_still_opens(old):
    store = open_store(old)
    run_id = read_runs(store)["run_id"].iloc[0]
    assert list_measures(store, run_id) == {}
    assert read_profiles(store, run_id, "gradient-norm") is None


def test_a_store_of_the_second_release_is_read_as_it_was_written(second):
    found = read_runs(second)
    assert list(found["label"]) == ["plain-8", "residual-8"]
    assert found["test_error"].round(2).tolist() == [89.0, 85.8]
    for run_id in found["run_id"]:
        profiles = read_profiles(second, run_id, "gradient-norm")
        assert profiles is not None
        assert profiles.places == ("stem", "stages.0.0", "stages.1.0", "stages.2.0", "head")


def test_findings_about_runs_of_the_second_release_can_be_kept(second):
    run_id = read_runs(second)["run_id"].iloc[0]
    assert read_finding(second, run_id, 12, "landscape", {}) is None
    keep_finding(second, run_id, 12, "landscape", {}, {"loss": np.float32([1.0])})
    assert read_finding(second, run_id, 12, "landscape", {}) is not None
