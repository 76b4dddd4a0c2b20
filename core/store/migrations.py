"""The schema's history: every store is brought up to date when it is opened.

A migration is never edited once released; a change is a new function at the end.
"""

import time
from collections.abc import Callable

from sqlalchemy import Connection, text

FLOAT = "DOUBLE PRECISION"


def m001_initial(connection: Connection) -> None:
    for statement in (
        f"""CREATE TABLE experiments (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, question TEXT NOT NULL, spec TEXT NOT NULL,
            source TEXT NOT NULL, note TEXT NOT NULL, created_at {FLOAT} NOT NULL)""",
        f"""CREATE TABLE runs (
            id TEXT PRIMARY KEY, experiment_id TEXT NOT NULL REFERENCES experiments (id),
            position INTEGER NOT NULL, label TEXT NOT NULL, family TEXT NOT NULL,
            depth INTEGER NOT NULL, seed INTEGER NOT NULL, learning_rate {FLOAT} NOT NULL,
            dataset TEXT NOT NULL, spec TEXT NOT NULL, status TEXT NOT NULL, requested TEXT,
            message TEXT NOT NULL, worker_id TEXT, step INTEGER NOT NULL, steps INTEGER NOT NULL,
            epoch {FLOAT} NOT NULL, epochs {FLOAT} NOT NULL, parameters INTEGER NOT NULL,
            train_error {FLOAT}, train_error_eval {FLOAT}, test_error {FLOAT},
            seconds {FLOAT} NOT NULL, images_per_second {FLOAT},
            device TEXT, device_name TEXT, precision TEXT, versions TEXT,
            created_at {FLOAT} NOT NULL, started_at {FLOAT}, finished_at {FLOAT})""",
        "CREATE INDEX runs_by_experiment ON runs (experiment_id, position)",
        "CREATE INDEX runs_by_status ON runs (status)",
        f"""CREATE TABLE curves (
            run_id TEXT NOT NULL REFERENCES runs (id), split TEXT NOT NULL, step INTEGER NOT NULL,
            epoch {FLOAT} NOT NULL, loss {FLOAT}, error {FLOAT}, learning_rate {FLOAT} NOT NULL,
            images_per_second {FLOAT}, PRIMARY KEY (run_id, split, step))""",
        f"""CREATE TABLE checkpoints (
            run_id TEXT NOT NULL REFERENCES runs (id), kind TEXT NOT NULL, step INTEGER NOT NULL,
            file TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
            created_at {FLOAT} NOT NULL, PRIMARY KEY (run_id, kind, step))""",
        f"""CREATE TABLE workers (
            id TEXT PRIMARY KEY, serves TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
            state TEXT NOT NULL, device TEXT, device_name TEXT, precision TEXT, devices TEXT,
            cores INTEGER, memory_used {FLOAT}, memory_total {FLOAT},
            started_at {FLOAT} NOT NULL, heartbeat {FLOAT} NOT NULL)""",
        f"""CREATE TABLE speeds (
            device_name TEXT NOT NULL, precision TEXT NOT NULL, layers INTEGER NOT NULL,
            multiply_adds BIGINT NOT NULL, batch_size INTEGER NOT NULL,
            seconds_per_step {FLOAT} NOT NULL, measured_at {FLOAT} NOT NULL,
            PRIMARY KEY (device_name, precision, layers, multiply_adds, batch_size))""",
    ):
        connection.execute(text(statement))


def m002_profiles(connection: Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    binary, once = ("BYTEA", "") if postgres else ("BLOB", "WITHOUT ROWID")  # half the space
    for statement in (
        """CREATE TABLE measures (
            run_id TEXT NOT NULL REFERENCES runs (id), measure TEXT NOT NULL,
            places TEXT NOT NULL, fault TEXT NOT NULL, PRIMARY KEY (run_id, measure))""",
        f"""CREATE TABLE profiles (
            run_id TEXT NOT NULL REFERENCES runs (id), measure TEXT NOT NULL,
            step INTEGER NOT NULL, numbers {binary} NOT NULL,
            PRIMARY KEY (run_id, measure, step)) {once}""",
    ):
        connection.execute(text(statement))


def m003_findings(connection: Connection) -> None:
    binary = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.execute(  # a run may lie in a gallery, so this refers to no row of runs
        text(
            f"""CREATE TABLE findings (
            run_id TEXT NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL,
            settings TEXT NOT NULL, content {binary} NOT NULL, created_at {FLOAT} NOT NULL,
            PRIMARY KEY (run_id, step, name, settings))"""
        )
    )


def m004_forks(connection: Connection) -> None:
    for statement in (
        "ALTER TABLE runs ADD COLUMN origin TEXT",
        "ALTER TABLE runs ADD COLUMN begins INTEGER NOT NULL DEFAULT 0",
        f"""CREATE TABLE events (
            run_id TEXT NOT NULL REFERENCES runs (id), kind TEXT NOT NULL, at {FLOAT} NOT NULL,
            step INTEGER NOT NULL, PRIMARY KEY (run_id, kind, at))""",
    ):
        connection.execute(text(statement))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    m001_initial,
    m002_profiles,
    m003_findings,
    m004_forks,
)


def migrate(connection: Connection) -> None:
    """Bring the schema up to date; a ValueError when the store is newer than this program."""
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS migrations"
            f" (name TEXT PRIMARY KEY, applied_at {FLOAT} NOT NULL)"
        )
    )
    for migration in _missing(connection):
        migration(connection)
        connection.execute(
            text("INSERT INTO migrations VALUES (:name, :now)"),
            {"name": migration.__name__, "now": time.time()},
        )


def check_version(connection: Connection) -> None:
    """A ValueError unless the schema is this program's: for a store that cannot be changed."""
    if missing := _missing(connection):
        raise ValueError(
            f"it was made by an older Depth Lab (it lacks {missing[0].__name__});"
            " open a copy of it that can be written"
        )


def _missing(connection: Connection) -> list[Callable[[Connection], None]]:
    applied = set(connection.execute(text("SELECT name FROM migrations")).scalars())
    if unknown := applied - {migration.__name__ for migration in MIGRATIONS}:
        raise ValueError(
            f"it was made by a newer Depth Lab (it has {min(unknown)});"
            " update Depth Lab or choose another store"
        )
    return [migration for migration in MIGRATIONS if migration.__name__ not in applied]
