"""What all tests share: a home of their own, so that nobody's runs are touched."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lab's home for one test."""
    place = tmp_path / "home"
    monkeypatch.setenv("DEPTHLAB_HOME", str(place))
    return place
