"""Pages of one component."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.store.database import Store


@pytest.fixture
def open_inside(store: Store) -> Callable[..., AppTest]:
    """open_inside(key=value, ...): head and probes of the page Inside, by such a link."""

    def open_inside(**query: str) -> AppTest:
        script = Path(__file__).with_name("inside_app.py")
        page = AppTest.from_file(str(script), default_timeout=30)
        page.query_params.update(query)
        return page.run()

    return open_inside
