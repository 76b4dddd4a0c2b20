"""Where the lab keeps what it made: one folder, from the environment or the user's home."""

import os
from pathlib import Path


def lab_home() -> Path:
    """The folder of `DEPTHLAB_HOME`, by default `~/.depthlab`. It need not exist yet."""
    return Path(os.environ.get("DEPTHLAB_HOME") or Path.home() / ".depthlab").expanduser()
