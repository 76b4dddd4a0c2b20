"""Files beside the database: written atomically, removed with the run they belong to."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.store.database import Store


def remove_files(store: Store, files: Sequence[str]) -> None:
    """Remove checkpoint files, and a run's folder once it is empty."""
    for name in files:
        file = store.folder / name
        file.unlink(missing_ok=True)
        if file.parent.is_dir() and not any(file.parent.iterdir()):
            file.parent.rmdir()


def write_file(file: Path, content: bytes) -> None:
    """Atomically: after a crash there is the whole file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".part-", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        except OSError:
            part.close()
            Path(part.name).unlink()
            raise
    Path(part.name).replace(file)
