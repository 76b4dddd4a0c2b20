"""A store: a database of runs, and beside it the folder of their checkpoints."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from core.home import lab_home
from core.store.migrations import migrate

BUSY_SECONDS = 30


class StoreError(ValueError):
    """The store cannot be opened or written; the text says why and what to do."""


@dataclass(frozen=True)
class Store:
    """An open store. Any number of processes may hold one on the same database.

    Attributes:
        url: where it is, as given to `--store`.
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

    Raises:
        StoreError: no permission, a full disk, no such database, or a store of a newer version.
    """
    url = _parse(where)
    folder = Path(url.database).parent if _is_file(url) else lab_home()  # type: ignore[arg-type]
    try:
        if not read_only:
            (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
        store = Store(
            url.render_as_string(), folder / "checkpoints", _engine(url, read_only), read_only
        )
        if not read_only:
            with store.write() as connection:
                migrate(connection)
    except (OSError, DBAPIError) as error:
        place = where or url.database
        raise StoreError(f"cannot open the store {place}: {reason(error)}") from error
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"cannot open the store {where}: {error}") from error
    return store


def reason(error: Exception) -> str:
    """The operating system's or database's own words, without the wrapping."""
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    return str(getattr(error, "orig", None) or error)


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
    if where is None:
        return make_url(f"sqlite:///{lab_home() / 'lab.db'}")
    if "://" not in where:
        return make_url(f"sqlite:///{Path(where).expanduser().resolve()}")
    try:
        return make_url(where)
    except ArgumentError as error:
        rule = "give a file or a URL like sqlite:///lab.db"
        raise StoreError(f"{where!r} is no store; {rule}") from error


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database) and url.database != ":memory:"


def _engine(url: URL, read_only: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if read_only:
        file = Path(url.database or "").resolve().as_posix()
        url = make_url(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true")
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
