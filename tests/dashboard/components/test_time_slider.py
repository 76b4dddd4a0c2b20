"""The time slider of the page Inside."""

import time

import pytest

from core.store.reads import list_checkpoints, read_runs
from dashboard.components import time_slider
from dashboard.data import gallery

KEPT = [0, 2, 5, 10, 22, 47, 101, 217, 468]  # of the recorded race, and the untrained net


def step(page, name="step") -> int:
    return page.select_slider(key=f"time_{name}").value


def test_positions_are_the_steps_at_which_there_are_nets(open_inside):
    run_id = open_inside().selectbox(key="picked_left").value
    assert [0, *list_checkpoints(gallery(), run_id, "weights")] == KEPT
    page = open_inside()
    assert page.select_slider(key="time_step").options[0] == "step 0 · before training"
    assert page.select_slider(key="time_step").options[-1] == "step 468 · epoch 6"
    assert len(page.select_slider(key="time_step").options) == len(KEPT)
    assert step(page) == 468


def test_moving_it_goes_into_the_link_and_the_link_moves_it(open_inside):
    page = open_inside()
    page.select_slider(key="time_step").set_value(22).run()
    assert page.query_params["step"] == "22"
    assert step(open_inside(step="22")) == 22


@pytest.mark.parametrize(
    ("told", "shown", "sentence"),
    [
        ("50", 47, "No net was kept at step 50; shown is the nearest, step 47."),
        ("99999", 468, "No net was kept at step 99,999; shown is the nearest, step 468."),
        ("-3", 468, "The link's step '-3' is no step; shown is the last one."),
        ("soon", 468, "The link's step 'soon' is no step; shown is the last one."),
        ("9" * 5000, 468, f"The link's step '{'9' * 20}' is no step; shown is the last one."),
    ],
)
def test_a_bad_step_in_the_link_is_a_sentence_and_a_sensible_view(
    open_inside, told, shown, sentence
):
    page = open_inside(step=told)
    assert not page.exception
    assert [one.value for one in page.warning] == [sentence]
    assert step(page) == shown


def test_one_run_at_two_times_has_two_sliders(open_inside):
    run_id = read_runs(gallery())["run_id"].iloc[0]
    page = open_inside(left=run_id, right=run_id, step="5", step2="217")
    assert (step(page), step(page, "step2")) == (5, 217)
    assert len(page.select_slider) == 2


def test_two_runs_share_one_slider(open_inside):
    assert len(open_inside(step2="5").select_slider) == 1


def test_back_and_forward_go_by_one_position_and_stop_at_the_ends(open_inside):
    page = open_inside(step="2")
    page.button(key="time_back").click().run()
    assert step(page) == 0
    assert page.button(key="time_back").disabled
    page.button(key="time_forward").click().run()
    assert step(page) == 2


def wait_and_run(page):
    time.sleep(time_slider.PLAY_SECONDS)
    return page.run()


def test_play_goes_through_the_positions_and_ends_at_the_last(open_inside, monkeypatch):
    monkeypatch.setattr(time_slider, "PLAY_SECONDS", 0.001)  # less than a slow page takes
    page = open_inside(step="101")
    page.button(key="time_play").click().run()
    assert page.button(key="time_play").label == "Pause"
    assert step(page) == 101
    assert step(wait_and_run(page)) == 217
    assert step(wait_and_run(page)) == 468
    assert page.button(key="time_play").label == "Play"


def test_play_at_the_end_starts_again_and_pause_stops_it(open_inside):
    page = open_inside()
    page.button(key="time_play").click().run()
    assert step(page) == 0
    page.button(key="time_play").click().run()
    assert page.button(key="time_play").label == "Play"
    assert step(wait_and_run(page)) == 0


def test_a_run_without_kept_nets_says_so_and_has_no_slider(open_inside, put_runs):
    page = open_inside(experiment=put_runs("finished"))
    assert not page.exception
    assert not page.select_slider
    assert page.button(key="time_play").disabled
    assert "There is one net to look into" in "".join(note.value for note in page.caption)
