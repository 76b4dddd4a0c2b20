"""plotly.min.js of the installed plotly package, put where a page fetches it without a network."""

import logging
import tempfile
from pathlib import Path

from plotly.offline import get_plotlyjs, get_plotlyjs_version

log = logging.getLogger(__name__)


def plotly_file() -> str:
    """Its file name; it carries the version, so that no browser keeps an old one."""
    return f"plotly-{get_plotlyjs_version()}.min.js"


def copy_plotly(folder: Path) -> None:
    """Put it into the folder, whole or not at all, unless this version is there already.

    A folder that cannot be written leaves the page without figures, not without the page: the log
    says why and each figure says that plotly.js did not load.
    """
    target = folder / plotly_file()
    if target.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(get_plotlyjs())
        Path(part).chmod(0o644)
        Path(part).replace(target)
    except OSError as error:
        log.warning("no figures: %s cannot be written (%s)", target, error)
        return
    for old in set(folder.glob("plotly-*.min.js")) - {target}:
        old.unlink(missing_ok=True)
