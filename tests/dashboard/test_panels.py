"""Every panel of the lab carries a badge and names seeds, images and device."""

import ast
from pathlib import Path
from typing import Any

import pytest

from dashboard.components.badges import BADGES
from dashboard.provenance import named

ROOT = Path(__file__).parents[2]
WORDS = ("Seed", "mages", "evice")


def calls_of(name: str) -> list[Any]:
    """A parameter of pytest for every call of that function in the components."""
    files = sorted((ROOT / "dashboard" / "components").glob("*.py"))
    return [
        pytest.param(node, id=f"{file.stem}:{node.lineno}")
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    ]


def panels(block: Any) -> list[Any]:
    """The framed containers of a page in its order, those within others left out."""
    found = []
    for child in getattr(block, "children", {}).values():
        framed = child.type == "flex_container" and child.proto.flex_container.border
        found += [child] if framed else panels(child)
    return found


def told(panel: Any) -> str:
    """All that stands in a panel, or on its badges when one points at them."""
    nodes = [*panel.markdown, *panel.caption]
    return "\n".join(f"{node.value} {getattr(node.proto, 'help', '')}" for node in nodes)


@pytest.mark.parametrize("call", calls_of("section"))
def test_a_section_names_seeds_images_and_device(call):
    given = {keyword.arg for keyword in call.keywords}
    assert {"badges", "source", "provenance"} <= given


@pytest.mark.parametrize("view", ["", "architectures", "papers"])
def test_every_frame_of_a_page_has_a_badge_and_its_provenance(open_page, view):
    page = open_page(view)
    assert not page.exception
    found = panels(page.main)
    assert found
    for panel in found:
        text = told(panel)
        assert any(f" {kind}]" in text for kind in BADGES), text
        assert [word for word in WORDS if word not in text] == [], text


def test_the_table_of_runs_names_them_in_columns(open_page):
    page = open_page("runs")
    assert {"seed", "dataset", "device_name"} <= set(page.dataframe[0].value)
    assert any(" recorded]" in node.value for node in page.markdown)


def test_what_is_looked_for_is_what_is_said():
    assert [word for word in WORDS if word not in named([0], "none", "none")] == []
