"""What the probes saw, on the page."""

import numpy as np
import pytest
import streamlit as st
from sqlalchemy import insert, update

from core.store.reads import read_runs
from core.store.tables import profiles, runs
from dashboard.components.probe_figures import (
    PROFILE,
    drawn,
    figures_of,
    names,
    reading_of,
    table_of,
)
from dashboard.components.probe_figures import recordings as recorded
from dashboard.data import look_at
from dashboard.probe_lenses import PROBE_LENSES
from tests.dashboard.conftest import badges, figures, texts
from tests.dashboard.recordings import put_nets, put_profiles

PLAIN = [[1, 1, 1, 1, 1], [1, 1, 2, 4, 1], [1, 2, 2, 2, 1]]  # steps 0, 1, 2
RESIDUAL = [[1, 8, 4, 2, 1]] * 3
ALL = ["heatmap-left", "heatmap-right", "profile"]


@pytest.fixture
def race(put_runs, store):
    """Id of a race, its runs' ids: plain-8 and residual-8 with gradients and nets at 0, 1, 2."""

    def race(status="finished"):
        experiment_id = put_runs(status)
        run_ids = list(read_runs(store, experiment_id)["run_id"])
        for run_id, values in zip(run_ids, (PLAIN, RESIDUAL), strict=True):
            put_profiles(store, run_id, "gradient-norm", values)
            put_nets(store, run_id, [1, 2])
        return experiment_id, *run_ids

    return race


def test_both_heatmaps_the_profile_and_a_reading_are_shown(open_inside, race):
    experiment_id, *_ = race()
    page = open_inside(experiment=experiment_id, step="1")
    assert not page.exception
    assert figures(page) == ALL
    assert "Does the gradient reach the first blocks?" in texts(page)
    assert (
        "At step 1 the gradient in the first block of plain-8 is 4 times smaller than in the last;"
        " in residual-8 it is 4 times larger than in the last."
    ) in texts(page)


def test_the_slider_moves_the_reading(open_inside, race):
    experiment_id, *_ = race()
    page = open_inside(experiment=experiment_id, step="1")
    page.select_slider(key="time_step").set_value(2).run()
    assert "At step 2 the gradient in the first block of plain-8 is about the same" in texts(page)


def test_one_picker_offers_what_was_measured_of_either_run(open_inside, race, store):
    experiment_id, _, residual = race()
    put_profiles(store, residual, "branch-ratio", [[0.5, 0.25, 0.1]], places=["stages.0.0"] * 3)
    page = open_inside(experiment=experiment_id)
    picker = page.selectbox(key="inside_measure")
    assert picker.options == ["Gradient norm", "Branch to shortcut"]
    picker.select("branch-ratio").run()
    assert not page.exception
    assert PROBE_LENSES["branch-ratio"].question in texts(page)
    assert page.query_params["measure"] == "branch-ratio"
    again = open_inside(experiment=experiment_id, measure="branch-ratio")
    assert again.selectbox(key="inside_measure").value == "branch-ratio"


@pytest.mark.parametrize("measure", PROBE_LENSES)
def test_every_measure_is_drawn_for_a_net_of_three_blocks(store, race, measure):
    _, *run_ids = race()
    if measure != "gradient-norm":
        put_profiles(store, run_ids[0], measure, PLAIN)
    sides = [look_at(run_id) for run_id in run_ids]
    heatmaps = [name for name in figures_of(sides) if name != PROFILE]
    drawn_all = [drawn(sides, measure, name, "light", None) for name in figures_of(sides)]
    assert (len(heatmaps), len(set(drawn_all))) == (2, 3)
    assert reading_of(sides, measure).endswith(".")


def test_runs_recorded_by_an_older_version_get_a_friendly_sentence(open_inside, put_runs, store):
    experiment_id = put_runs("finished")
    put_nets(store, read_runs(store, experiment_id)["run_id"].iloc[0], [1, 2])
    page = open_inside(experiment=experiment_id)
    assert not page.exception
    assert "recorded by an older version" in page.info[0].value
    assert figures(page) == []
    assert page.select_slider(key="time_step").value == 2


def test_a_run_without_probes_leaves_the_other_to_be_seen(open_inside, race, put_runs, store):
    experiment_id, plain, _ = race()
    other = read_runs(store, put_runs("finished", name="old"))["run_id"].iloc[0]
    page = open_inside(experiment=experiment_id, left=plain, right=other)
    assert not page.exception
    assert figures(page) == ALL


def test_a_probe_that_gave_up_is_named_and_the_others_still_show(open_inside, race, store):
    experiment_id, plain, _ = race()
    put_profiles(store, plain, "zeros", [], fault="RuntimeError at step 0: out of memory")
    page = open_inside(experiment=experiment_id)
    assert [one.value for one in page.warning] == [
        "The probe *Zeros* gave up in plain-8: RuntimeError at step 0: out of memory"
    ]
    assert figures(page) == ALL


def test_what_is_not_a_number_is_read_out(open_inside, race, store):
    experiment_id, plain, _ = race()
    put_profiles(store, plain, "weight-norm", [[1.0] * 5, [1, 1, np.nan, 1, 1]])
    page = open_inside(experiment=experiment_id, measure="weight-norm")
    assert "in plain-8 at step 1, first in stage 2, block 1 (red in the heatmap)" in texts(page)


def test_a_finished_race_is_recorded_and_one_under_way_live(open_inside, race):
    assert badges(open_inside(experiment=race()[0])) == {"recorded"}
    assert badges(open_inside(experiment=race("running")[0])) == {"live"}


def test_the_numbers_are_a_table_with_a_row_a_step_and_place(race):
    _, plain, residual = race()
    sides = [look_at(plain), look_at(residual)]
    table = table_of(recorded(sides, "gradient-norm"), "gradient-norm")
    assert list(table) == ["run_id", "net", "step", "block", "place", "gradient-norm"]
    assert len(table) == 2 * 3 * 5
    row = table[
        (table["net"] == "plain-8") & (table["step"] == 1) & (table["block"] == "stages.2.0")
    ]
    assert row[["place", "gradient-norm"]].to_numpy().tolist() == [["stage 3, block 1", 4.0]]


def test_the_data_are_shown_when_asked_for(open_inside, race):
    experiment_id, *_ = race()
    page = open_inside(experiment=experiment_id)
    assert not page.dataframe
    page.session_state["data-probes"] = True  # as a click opens it
    page.run()
    assert len(page.dataframe[0].value) == 30


def test_runs_of_one_net_are_told_apart_by_seed_and_one_run_by_side(put_runs, store):
    seeds = read_runs(store, put_runs("finished", seeds=(0, 1)))
    plain = [look_at(run_id) for run_id in seeds[seeds["family"] == "plain"]["run_id"]]
    assert names(plain) == ["plain-8 · seed 0", "plain-8 · seed 1"]
    assert names([plain[0]]) == ["plain-8"]
    assert names([plain[0], plain[0]]) == ["plain-8 (left)", "plain-8 (right)"]


def train_on(store, run_id, step):
    numbers = np.array([1, 3, 2, 1, 1], "<f4").tobytes()
    row = {"run_id": run_id, "measure": "gradient-norm", "step": step, "numbers": numbers}
    with store.write() as connection:
        connection.execute(insert(profiles).values(row))
        moved = update(runs).where(runs.c.id == run_id)
        connection.execute(moved.values(step=runs.c.step + 1))


def test_a_live_update_shows_what_came_in(open_inside, race, store):
    experiment_id, plain, _ = race("running")
    page = open_inside(experiment=experiment_id)
    assert "At step 2 " in texts(page)
    put_nets(store, plain, [3])
    train_on(store, plain, 3)
    st.cache_resource.clear()  # as time does
    assert "At step 3 " in texts(page.run())
