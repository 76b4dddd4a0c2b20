"""The first page as it comes, and by a link."""

from core.store.reads import read_runs
from dashboard.data import gallery
from tests.dashboard.conftest import badges, button_keys, figures, texts


def test_a_recorded_race_is_drawn_before_anything_was_run(open_page, store):
    page = open_page()
    assert not page.exception
    assert page.title[0].value == "Is deeper always better?"
    assert figures(page) == ["training-curves", "error-by-depth"]
    assert "24 runs" in texts(page)
    assert "the shortcut removes" in page.subheader[0].value
    assert read_runs(store).empty


def test_a_recorded_race_is_not_called_live_and_quotes_nobody(open_page):
    assert badges(open_page()) == {"recorded", "computed"}


def test_a_recorded_race_can_be_looked_at_and_forked_but_not_changed(open_page):
    assert button_keys(open_page()) == {"start", "lit", "fork"}


def test_a_recorded_race_tells_the_command_that_makes_it(open_page):
    page = open_page()
    page.session_state["details"] = True  # as a click opens it
    commands = [code.value for code in page.run().code]
    assert commands == ["python -m core race classroom --seed 0 --seed 1 --seed 2"]


def test_a_link_to_a_race_that_is_not_there_is_a_sentence(open_page):
    page = open_page(experiment="nowhere")
    (warning,) = page.warning
    assert warning.value.startswith("There is no race nowhere here")
    assert not page.exception
    assert figures(page) == []
    assert not page.button(key="start").disabled


def test_a_link_carries_the_highlighted_run(open_page):
    runs = read_runs(gallery())
    lit, other = runs.iloc[3], runs.iloc[4]
    page = open_page(run=lit["run_id"])
    bars = [bar.text for bar in page.get("progress")]
    assert sum(text.startswith(f"**{lit['label']}**") for text in bars) == 1
    assert sum(text.startswith("**") for text in bars) == 1
    page.button(key=f"lit-{other['run_id']}").click().run()
    assert page.query_params["run"] == other["run_id"]
    page.button(key=f"lit-{other['run_id']}").click().run()
    assert "run" not in page.query_params


def test_a_link_to_a_run_that_is_not_there_highlights_nothing(open_page):
    page = open_page(run="nowhere")
    assert not page.exception
    assert not any(bar.text.startswith("**") for bar in page.get("progress"))


def test_the_newest_race_under_way_is_shown_first(open_page, put_runs):
    put_runs("finished", name="ended")
    put_runs("running", name="going")
    page = open_page()
    assert "**going**" in texts(page)
    assert "live" in badges(page)
    assert "recorded" not in badges(page)
