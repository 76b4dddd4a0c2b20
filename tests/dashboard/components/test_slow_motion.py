"""The page of one step in slow motion, on nets of the recorded race, really inspected."""

import pytest
from streamlit.testing.v1 import AppTest

from core.store.reads import read_runs
from dashboard.components.slow_motion_stages import PLAY_SECONDS
from dashboard.data import gallery
from tests.dashboard.conftest import badges, figures, texts

PATIENCE = 90  # seconds: the first answer includes the import of torch
RUNS = {"plain-8": "05b800dd", "residual-8": "ab9649c4"}


def lab() -> None:
    from dashboard.components.sides_picker import chosen_sides
    from dashboard.components.slow_motion import slow_motion_section
    from dashboard.components.slow_motion_start import start_small

    start_small()
    slow_motion_section(chosen_sides()[:2])


def page_of(**query: str) -> AppTest:
    page = AppTest.from_function(lab, default_timeout=PATIENCE)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return page


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


@pytest.fixture
def page(store) -> AppTest:
    page = page_of()
    assert not page.error
    return page


def test_the_shallowest_pair_opens_before_its_first_step(page):
    assert page.query_params["left"] == RUNS["plain-8"]
    assert page.query_params["right"] == RUNS["residual-8"]
    assert page.query_params["step"] == "0"
    assert figures(page) == ["slow-motion-batch-0", "slow-motion-0", "slow-motion-1"]
    assert badges(page) == {"live"}


def test_next_and_back_go_through_the_stages_and_the_link_follows(page):
    heads = []
    for _ in range(4):
        click(page, "slow_next")
        heads.append(page.query_params["stage"])
    assert heads == ["forward", "loss", "backward", "update"]
    assert page.button(key="slow_next").disabled
    click(page, "slow_back")
    assert page.query_params["stage"] == "backward"
    assert "**4 Backward.**" in texts(page)
    assert "came through the shortcut" in texts(page)


def test_a_stage_can_be_chosen_at_once(page):
    page.segmented_control(key="slow_stage").set_value("update").run()
    assert page.query_params["stage"] == "update"
    assert "the loss on this batch falls from" in texts(page)


def test_a_link_opens_its_stage_and_one_that_there_is_not_is_a_sentence(store):
    assert "**3 Loss.**" in texts(page_of(stage="loss"))
    page = page_of(stage="sleep")
    assert "There is no stage 'sleep'" in page.warning[0].value
    assert "**1 Batch.**" in texts(page)


def test_play_goes_on_when_its_time_has_come_and_a_click_stops_it(page):
    click(page, "slow_play")
    assert page.button(key="slow_play").label == "Pause"
    assert "**1 Batch.**" in texts(page)
    page.session_state["slow_moved"] -= PLAY_SECONDS
    page.run()
    assert page.query_params["stage"] == "forward"
    click(page, "slow_next")
    assert page.button(key="slow_play").label == "Play"


def test_playing_from_the_last_stage_begins_anew(store):
    page = click(page_of(stage="update"), "slow_play")
    assert page.query_params["stage"] == "batch"


def test_another_rate_is_another_step(page):
    page.segmented_control(key="slow_rate").set_value("a 100th").run()
    assert not page.exception
    assert "learning rate 0.001 (the run's is 0.1)" in texts(page)


def test_the_table_has_a_row_a_place_and_the_shares_add_up(page):
    page.session_state["data-slow-motion"] = True  # as a click opens it
    places, images = (node.value for node in page.run().dataframe)
    assert len(places) == 2 * 5
    shares = places.dropna(subset="share_shortcut")
    assert set(shares["net"]) == {"residual-8"}
    assert (shares["share_branch"] + shares["share_shortcut"]).tolist() == pytest.approx([1.0] * 3)
    assert (places["ratio"] > 0).all()
    assert len(images) == 2 * 16


def test_a_deep_net_is_a_sentence_and_the_other_is_drawn(store):
    runs = read_runs(gallery())
    deep = runs.loc[(runs["depth"] == 56) & (runs["family"] == "resnet"), "run_id"].iloc[0]
    page = page_of(left=RUNS["plain-8"], right=deep, step="0")
    assert page.info[0].value.startswith("residual-56 has 56 layers, too many for one drawing")
    assert figures(page) == ["slow-motion-batch-0", "slow-motion-0"]


def test_nets_at_other_steps_draw_other_batches(store):
    run = RUNS["residual-8"]
    page = page_of(left=run, right=run, step="0", step2="468")
    assert figures(page)[:2] == ["slow-motion-batch-0", "slow-motion-batch-1"]


def test_who_follows_a_link_with_nets_gets_these(store):
    page = page_of(left=RUNS["residual-8"], right="none", step="468")
    assert page.query_params["left"] == RUNS["residual-8"]
    assert figures(page) == ["slow-motion-batch-0", "slow-motion-0"]
    assert "at step 468" in texts(page)
