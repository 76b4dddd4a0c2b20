import json
import subprocess
import sys

import pytest

from tests.racing import ROOT

HEAVY = ("torch", "torchvision", "captum")
PAGES = ("streamlit", "plotly", "dashboard")


def modules_after(*names):
    """Top-level packages loaded in a fresh process that imports these modules."""
    script = f"""
import importlib, json, sys
for name in {names!r}:
    importlib.import_module(name)
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def core_modules():
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in (ROOT / "core").rglob("*.py")
        if file.name not in ("__init__.py",)
    ]


def test_what_the_dashboard_imports_of_core_brings_no_torch():
    names = (
        "core.spec",
        "core.deeper",
        "core.divergence",
        "core.forks",
        "core.presets",
        "core.widths",
        "core.cost",
        "core.inspection",
        "core.nets.library",
        "core.published",
        "core.verdict",
        "core.data.catalogue",
        "core.engines.local",
        "core.store.events",
        "core.store.files",
        "core.store.recorded",
        "core.store.reads",
        "core.store.requests",
        "core.store.runs",
        "core.store.workers",
    )
    assert modules_after(*names).isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["dashboard.data", "dashboard.lenses", "dashboard.__main__"])
def test_the_dashboard_brings_no_torch(name):
    assert modules_after(name).isdisjoint(HEAVY)


def test_a_mistyped_command_does_not_wait_for_torch():
    assert modules_after("core.__main__", "core.worker").isdisjoint(HEAVY)


def test_core_brings_no_page_and_no_figure(core_modules):
    loaded = modules_after(*core_modules)
    assert loaded.isdisjoint(PAGES)
    assert "torch" in loaded  # so that the other tests could have failed
