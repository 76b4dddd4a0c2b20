"""What to look at when something is odd."""

import os
import shutil
import sqlite3

from sqlalchemy import make_url

from core.machine import find_machine, versions
from core.store.database import journal_mode, open_store
from core.store.reads import read_runs
from core.store.workers import read_workers
from core.training.device import available_devices


def examine(where: str | None) -> dict[str, object]:
    """Versions, device, store, SQLite's journal mode and why, free disk, living workers."""
    machine = find_machine("auto")
    store = open_store(where)
    mode, why = journal_mode()
    runs = read_runs(store)
    workers = read_workers(store)
    disk = shutil.disk_usage(store.folder)
    sqlite = store.engine.dialect.name == "sqlite"
    with store.read() as connection:
        used = connection.exec_driver_sql("PRAGMA journal_mode").scalar() if sqlite else None
    return {
        **versions(),
        "device": machine.device.type,
        "device name": machine.name,
        "devices": ", ".join(available_devices()),
        "precision": machine.precision,
        "cores": os.cpu_count(),
        "store": make_url(store.url).render_as_string(),  # a password is left out
        "sqlite": sqlite3.sqlite_version,
        "journal mode": f"{used} ({mode} chosen: {why})" if sqlite else "not SQLite",
        "free disk": f"{disk.free / 1e9:.1f} GB",
        "runs": len(runs),
        "workers": ", ".join(
            f"{w.device_name or 'starting'} (pid {w.pid})" for w in workers.itertuples()
        )
        or "none",
    }
