"""A store: a database of runs, and beside it the folder of their checkpoints."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from core.home import lab_home
from core.store.migrations import check_version, migrate

BUSY_SECONDS = 30
RULE = "give a file or a URL like sqlite:///lab.db"


class StoreError(ValueError):
    """The store cannot be opened or written; the text says why and what to do."""


@dataclass(frozen=True)
class Store:
    """An open store. Any number of processes may hold one on the same database.

    Attributes:
        url: where it is, for `--store` from any directory; with the password, if it has one.
        folder: holds the checkpoints, as `<run>/<step>-<kind>.safetensors`.
    """

    url: str
    folder: Path
    engine: Engine
    read_only: bool = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the rows."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that no other writer can cut in on; rolled back on any error."""
        if self.read_only:
            raise StoreError(f"the store {self.url} is read-only")
        with (
            self.engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            yield connection


def open_store(where: str | None = None, *, read_only: bool = False) -> Store:
    """The store at a URL or a path, made if missing; by default `lab.db` in the lab's home.

    Args:
        read_only: for a store that nobody writes meanwhile, a gallery: nothing is made or locked.

    Raises:
        StoreError: no permission, a full disk, no such database, or a store of another version.
    """
    url = _parse(where)
    files = Path(url.database or "").parent if _is_sqlite(url) else lab_home()
    folder = files / "checkpoints"
    try:
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
        engine = _engine(url, read_only)
        store = Store(url.render_as_string(hide_password=False), folder, engine, read_only)
        if read_only:
            with store.read() as connection:
                check_version(connection)
        else:
            with store.write() as connection:
                migrate(connection)
    except (OSError, SQLAlchemyError, ImportError, ValueError) as error:
        place = url.database if _is_sqlite(url) else url.render_as_string()
        raise StoreError(f"cannot open the store {place}: {reason(error)}") from error
    return store


def reason(error: Exception) -> str:
    """The operating system's or database's own words, without the wrapping."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(getattr(error, "orig", None) or error).split())


def is_full(error: Exception) -> bool:
    """True when a write failed for want of space."""
    words = reason(error).lower()
    return any(text in words for text in ("disk is full", "no space left", "disk i/o", "quota"))


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """The journal SQLite should keep and why: older ones can lose rows in WAL mode."""
    number = ".".join(map(str, version))
    fixed = version >= (3, 51, 3) or any(
        version[:2] == branch[:2] and version >= branch for branch in ((3, 50, 7), (3, 44, 6))
    )
    if fixed:
        return "WAL", f"SQLite {number} has the fix for WAL's lost commits"
    return "DELETE", f"SQLite {number} can lose commits in WAL mode (fixed in 3.51.3)"


def _parse(where: str | None) -> URL:
    """A file's path is made absolute: the worker has another working directory."""
    if where is None or "://" not in where:
        url = URL.create("sqlite", database=str(where or lab_home() / "lab.db"))
    else:
        try:
            url = make_url(where)
        except ArgumentError as error:
            raise StoreError(f"{where!r} is no store; {RULE}") from error
    if not _is_sqlite(url):
        return url
    if url.database in (None, "", ":memory:") or "uri" in url.query:
        raise StoreError(f"{where!r} is no file that a worker could share; {RULE}")
    return url.set(database=str(Path(url.database).expanduser().resolve()))


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL, read_only: bool) -> Engine:
    if not _is_sqlite(url):
        return create_engine(url)
    if read_only:
        query = {"mode": "ro", "immutable": "1", "uri": "true"}
        url = URL.create("sqlite", database=Path(url.database or "").as_uri(), query=query)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare if not read_only else _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _prepare(connection: Any, record: object) -> None:
    _leave_transactions_to_us(connection, record)
    connection.execute(f"PRAGMA journal_mode={journal_mode()[0]}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
