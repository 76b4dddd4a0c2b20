"""What all tests share: a home of their own, so that nobody's runs are touched."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the tests: one has the browser and begins with it, files stay whole."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    for item in items:
        is_browser = item.get_closest_marker("browser") is not None
        group = "browser" if is_browser else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lab's home for one test."""
    place = tmp_path / "home"
    monkeypatch.setenv("DEPTHLAB_HOME", str(place))
    return place
