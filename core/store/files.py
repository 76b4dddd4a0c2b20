"""Files beside the database: written atomically, removed with the run they belong to."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from core.store.database import Store
from core.store.tables import checkpoints


def remove_files(store: Store, files: Sequence[str]) -> None:
    """Remove checkpoint files, and a run's folder once no checkpoint of it is recorded.

    Such a folder may still hold what a killed worker left: half a file, or one never recorded.
    """
    for name in files:
        (store.folder / name).unlink(missing_ok=True)
    with store.read() as connection:
        kept = set(connection.execute(select(checkpoints.c.run_id).distinct()).scalars())
    for folder in {(store.folder / name).parent for name in files}:
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def write_file(file: Path, content: bytes) -> None:
    """Atomically: after a crash there is the whole file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(handle)
        Path(name).replace(file)
    except OSError:  # a full disk, say: half a file would only make it fuller
        Path(name).unlink()
        raise
