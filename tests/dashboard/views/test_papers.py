"""The Papers page on an empty store."""

import subprocess
import sys

from core.published import read_table
from dashboard.components.papers_table import TABLES
from tests.dashboard.conftest import badges, figures, texts
from tests.racing import ROOT


def test_every_published_table_is_there_with_its_download(open_page):
    page = open_page("papers")
    assert not page.exception
    assert page.title[0].value == "Papers"
    titles = {node.value for node in page.subheader}
    assert {shown.title for shown in TABLES.values()} <= titles
    downloads = {button.key for button in page.get("download_button")}
    assert {f"csv-{name}" for name in (*TABLES, "imagenet_depth")} == downloads


def test_the_headline_is_drawn_and_told_in_the_papers_numbers(open_page):
    page = open_page("papers")
    assert figures(page) == ["imagenet_depth"]
    assert "27.94 % becomes 28.54 %" in texts(page)  # He et al. 2015, Table 2
    assert "27.88 % becomes 25.03 %" in texts(page)


def test_table_2_stands_as_in_the_paper(open_page):
    table = open_page("papers").table[0].value
    assert list(table.columns) == ["layers", "plain", "residual"]
    assert table.to_numpy().tolist() == [["18", "27.94", "27.88"], ["34", "28.54", "25.03"]]


def test_nothing_is_said_to_be_measured_before_anything_was(open_page):
    assert badges(open_page("papers")) == {"quoted"}


def test_the_page_shows_as_many_rows_as_the_files_hold(open_page):
    shown = [len(table.value) for table in open_page("papers").table]
    assert sorted(shown) == sorted([2, *(len(read_table(name)) for name in TABLES)])


def test_the_page_imports_no_torch():
    script = (
        "import sys; from dashboard.components import papers_depth, papers_measured, papers_table;"
        " print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
