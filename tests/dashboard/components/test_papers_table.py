"""Published tables on the page: as printed, with footnotes and sources."""

import pandas as pd
import pytest

from core.published import read_table
from dashboard.components.papers_table import MARKS, TABLES, foot, in_words


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_is_shown_is_in_the_file(name):
    shown = TABLES[name]
    columns = read_table(name).columns
    assert {*shown.columns, shown.noted} <= {*columns}
    assert shown.noted in shown.columns


@pytest.mark.parametrize("name", TABLES)
def test_every_note_has_a_mark_in_the_table_and_a_line_below_it(name):
    table = read_table(name)
    notes = {note for note in table["note"] if note}
    values = in_words(table, TABLES[name])[TABLES[name].columns[TABLES[name].noted]]
    marks = {value[-1] for value in values if value and value[-1] in MARKS}
    assert len(marks) == len(notes)
    assert {line[0] for line in foot(table) if line[0] in MARKS} == marks


@pytest.mark.parametrize("name", TABLES)
def test_every_row_tells_its_source(name):
    table = read_table(name)
    lines = [line.replace("\\", "") for line in foot(table)]
    named = dict(line.split(": ", 1) for line in lines if line.startswith("Source"))
    rows = in_words(table, TABLES[name])
    keys = "Source " + rows["from"] if "from" in rows else ["Source"] * len(rows)
    assert [named[key] for key in keys] == list(table["source"])


def test_a_best_run_stands_as_the_paper_prints_it():
    rows = in_words(read_table("cifar10"), TABLES["cifar10"])
    deep = rows[rows["layers"] == "110"].iloc[0]
    assert deep["test error (%)"] == "6.43 (6.61±0.16)²"  # He et al. 2015, Table 6


def test_equal_notes_share_a_mark():
    table = pd.DataFrame({"task": ["a", "b", "c"], "note": ["x", "y", "x"], "source": "s"})
    shown = TABLES["competitions"]._replace(columns={"task": "task"})
    assert list(in_words(table, shown)["task"]) == ["a¹", "b²", "c¹"]


def test_signs_of_markdown_in_a_note_are_shown_as_they_are():
    table = pd.DataFrame({"note": ["2 * 3_4"], "source": ["s"]})
    assert foot(table)[0] == r"¹ 2 \* 3\_4"
