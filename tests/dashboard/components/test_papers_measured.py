"""The lab's own runs on the page Papers."""

import re

import pytest
from sqlalchemy import update

from core.store.tables import runs
from tests.dashboard.conftest import badges, texts

CIFAR10 = {"dataset": "cifar10", "families": ("resnet",), "depths": (20,)}


def measured(page):
    """The table of measured nets, None without one."""
    tables = [table.value for table in page.table if "measured" in table.value]
    return tables[0] if tables else None


def test_without_a_run_on_cifar10_the_page_tells_how_to_make_one(open_page, put_runs):
    put_runs("finished")  # on Fashion-MNIST
    page = open_page("papers")
    assert measured(page) is None
    assert "No net has finished on CIFAR-10 here yet." in texts(page)
    assert [block.value for block in page.code] == [
        "python -m core race cifar10 --set families=resnet --set depths=20"
    ]


def test_a_run_stands_beside_the_published_net_with_difference_and_reason(open_page, put_runs):
    put_runs("finished", **CIFAR10)  # its test error is 40 %
    page = open_page("papers")
    row = measured(page).iloc[0]
    assert (row["net"], row["published"], row["measured"]) == (
        "residual\u201120",
        "8.75 %",  # He et al. 2015, Table 6
        "40.0\u00a0%",
    )
    assert row["difference (points)"] == "+31.2, one seed\\: spread unknown"
    reasons = row["what differs in the recipe"].replace("\u00a0", " ")
    assert "width 2, not 16" in reasons
    assert "steps 40, not 64,000" in reasons
    assert {"recorded", "quoted", "computed"} <= badges(page)
    assert not page.code


def test_a_difference_that_could_be_chance_is_grey(open_page, put_runs, store):
    put_runs("finished", **CIFAR10)
    with store.write() as connection:
        connection.execute(update(runs).values(test_error=8.85))
    difference = measured(open_page("papers")).iloc[0]["difference (points)"]
    assert difference == ":gray[+0.1, one seed\\: spread unknown]"


def test_seeds_are_one_row(open_page, put_runs):
    put_runs("finished", **CIFAR10 | {"seeds": (0, 1, 2)})
    assert list(measured(open_page("papers"))["seeds"]) == ["3"]


@pytest.mark.parametrize("status", ["running", "stopped", "failed"])
def test_a_run_that_has_not_finished_is_not_compared(open_page, put_runs, status):
    put_runs(status, **CIFAR10)
    assert measured(open_page("papers")) is None


def test_the_sentence_quotes_the_paper_for_the_net_of_the_command(open_page):
    found = re.search(r"residual-20; .* paper's (\S+) %", texts(open_page("papers")))
    assert found
    assert found[1] == "8.75"  # He et al. 2015, Table 6
