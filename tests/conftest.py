"""What all tests share: a home of their own, and how two processes share them."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling


class OneBrowser(LoadScopeScheduling):
    """Files stay whole, and one process alone has the browser: two at once starve each other."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if "/e2e/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadScopeScheduling:
    return OneBrowser(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests take longest: they begin."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lab's home for one test."""
    place = tmp_path / "home"
    monkeypatch.setenv("DEPTHLAB_HOME", str(place))
    return place
