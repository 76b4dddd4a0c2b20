"""The Runs page on an empty store."""


def test_the_gallery_is_there_before_anything_was_run(open_page):
    page = open_page("runs")
    assert not page.exception
    assert page.title[0].value == "Runs"
    assert set(page.dataframe[0].value["kept"]) == {"gallery"}
