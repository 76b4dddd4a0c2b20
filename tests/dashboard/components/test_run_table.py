import pandas as pd
import pytest

from core.store.runs import annotate
from tests.dashboard.conftest import button_keys


@pytest.fixture
def runs_page(open_page, put_runs, store):
    """The Runs page with four runs of the user's beside the gallery's 24."""

    def runs_page(**query):
        annotate(store, put_runs(name="morning"), name="morning", note="Try with Ada")
        put_runs("stopped", name="evening", width=4)
        return open_page("runs", **query)

    return runs_page


def rows(page) -> list[tuple[str, str]]:
    table: pd.DataFrame = page.dataframe[0].value
    return list(table[["race", "label"]].itertuples(index=False, name=None))


def test_all_runs_are_listed_those_of_the_gallery_last(runs_page):
    page = runs_page()
    assert rows(page)[:4] == [
        ("evening", "plain-8"),
        ("evening", "residual-8"),
        ("morning", "plain-8"),
        ("morning", "residual-8"),
    ]
    kept = list(page.dataframe[0].value["kept"])
    assert kept == ["your store"] * 4 + ["gallery"] * 24
    assert page.caption[0].value.startswith("28 runs.")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("MORNING", {"morning"}),
        ("ada", {"morning"}),
        ("plain evening", {"evening"}),
        ("your store", {"morning", "evening"}),
        ("gallery residual-56", {"classroom"}),
        ("fashion", {"morning", "evening", "classroom"}),
    ],
)
def test_the_filter_keeps_the_runs_that_contain_every_word(runs_page, words, found):
    page = runs_page()
    page.text_input(key="runs_filter").input(words).run()
    assert {race for race, _ in rows(page)} == found


def test_the_filter_reads_signs_as_they_stand(runs_page):
    page = runs_page()
    page.text_input(key="runs_filter").input("plain-8 (").run()
    assert not page.dataframe
    assert not page.exception


def test_a_filter_that_nothing_fits_is_a_sentence(runs_page):
    page = runs_page(runs_filter="no such run")
    assert [note.value for note in page.info] == ["No run fits these filters."]
    assert not page.dataframe


def test_a_link_carries_the_filter(runs_page):
    assert {race for race, _ in rows(runs_page(runs_filter="evening"))} == {"evening"}


def test_a_state_keeps_the_runs_in_it(runs_page):
    page = runs_page()
    page.pills(key="runs_state").set_value(["stopped"]).run()
    assert {race for race, _ in rows(page)} == {"evening"}


def test_the_share_done_is_in_percent(runs_page):
    shown = runs_page(runs_filter="your store").dataframe[0].value
    assert list(shown["done"]) == [50.0, 50.0, 100.0, 100.0]


def test_nothing_can_be_done_before_a_row_is_ticked(runs_page):
    assert button_keys(runs_page()) == {"import"}  # its own form, below


def test_ticks_do_not_move_to_other_rows_when_the_filter_changes(runs_page):
    page = runs_page()
    before = page.dataframe[0].key
    page.text_input(key="runs_filter").input("evening").run()
    assert page.dataframe[0].key != before
    page.text_input(key="runs_filter").input("").run()
    assert page.dataframe[0].key == before
