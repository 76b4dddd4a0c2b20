"""The fork dialog on the pages Race and Runs: from a run to queued forks, and what it refuses."""

import pytest

from core.forks import CHANGES
from core.spec import RunSpec
from core.store.reads import list_run, read_runs
from core.store.recorded import recorded_stores
from tests.dashboard.conftest import texts
from tests.dashboard.recordings import put_nets


@pytest.fixture
def dialog(open_page, put_runs, store):
    """dialog(status, steps, **fields): the page with the dialog of a race's first run, its id."""

    def dialog(status: str = "finished", steps=(), **fields):
        experiment_id = put_runs(status, **fields)
        run_id = read_runs(store, experiment_id)["run_id"].iloc[0]
        put_nets(store, run_id, steps)
        page = open_page(experiment=experiment_id)
        return page.button(key=f"fork-{run_id}").click().run(), run_id

    return dialog


def tick(page, run_id: str, *changes: str):
    for change in changes:
        page.checkbox(key=f"fork_{change}-{run_id}").check()
    return page.run()


def forks(store) -> dict[str, RunSpec]:
    """Specs of all forks in the store, by what they change."""
    specs = [RunSpec.model_validate_json(spec) for spec in read_runs(store)["spec"]]
    return {spec.origin.change: spec for spec in specs if spec.origin is not None}


def test_every_change_can_be_ticked_and_tells_what_it_does(dialog):
    page, _ = dialog(steps=(10, 20))
    assert {box.label for box in page.checkbox} == {change.title for change in CHANGES.values()}
    assert all(box.help for box in page.checkbox)
    assert page.button(key="fork_start").disabled


def test_each_tick_is_a_run_of_its_own_from_the_chosen_step(dialog, store):
    page, run_id = dialog(steps=(10, 20))
    page.select_slider(key=f"fork_step-{run_id}").set_value(10)
    page = tick(page, run_id, "rate", "seed")
    page.button(key="fork_start").click().run()
    assert not page.exception
    found = forks(store)
    assert found.keys() == {CHANGES["rate"].words, CHANGES["seed"].words}
    assert {(spec.origin.run, spec.origin.step) for spec in found.values()} == {(run_id, 10)}
    assert page.query_params["experiment"] == list_run(store, run_id).experiment_id
    assert not page.checkbox  # the dialog is closed


def test_it_begins_at_the_last_step_that_leaves_something_to_train(dialog):
    page, run_id = dialog(steps=(10, 20, 40))
    assert page.select_slider(key=f"fork_step-{run_id}").value == 20


def test_at_the_end_it_needs_further_epochs_and_loses_nothing_by_saying_so(dialog, store):
    page, run_id = dialog(steps=(10, 40))
    page.select_slider(key=f"fork_step-{run_id}").set_value(40)
    page = tick(page, run_id, "rate")
    assert page.error[0].value.startswith("step 40 of 40 leaves nothing to train")
    assert page.button(key="fork_start").disabled
    page.number_input(key=f"fork_epochs-{run_id}").set_value(1.0).run()
    assert page.checkbox(key=f"fork_rate-{run_id}").value
    page.button(key="fork_start").click().run()
    (spec,) = forks(store).values()
    assert (spec.origin.step, spec.steps) == (40, 40 + 312)  # 10,000 images in batches of 32


def test_a_change_that_does_not_fit_is_refused_beside_its_tick(dialog):
    page, run_id = dialog()
    page = tick(page, run_id, "shortcuts", "rate")
    assert [error.value for error in page.error] == [
        "plain-8 has no shortcuts around two layers that could be switched off"
    ]
    assert page.button(key="fork_start").disabled


def test_a_reset_is_the_same_run_from_the_same_start(dialog, store):
    page, run_id = dialog()
    page.button(key="fork_reset").click().run()
    (spec,) = forks(store).values()
    assert spec.begins == 0
    original = RunSpec.model_validate_json(list_run(store, run_id).spec)
    assert spec.model_copy(update={"origin": None}) == original


def test_a_run_without_checkpoints_says_that_only_its_start_is_left(dialog):
    page, _ = dialog()
    assert "it can be forked at step 0 only" in texts(page)
    assert not page.get("select_slider")


def test_a_recorded_run_says_what_is_not_equal(open_page, store):
    run_id = read_runs(recorded_stores()[0])["run_id"].iloc[0]
    page = open_page().button(key=f"fork-{run_id}").click().run()
    assert "begins without momentum" in texts(page)
    page = tick(page, run_id, "rate")
    page.button(key="fork_start").click().run()
    assert read_runs(store)["origin"].tolist() == [run_id]


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(open_page):
    page = open_page()
    page.session_state["forking"] = "nobody"
    page.run()
    assert [warning.value for warning in page.warning] == ["This run was deleted meanwhile."]


def test_one_ticked_run_can_be_forked_from_the_table_of_all(open_page, store):
    run_id = read_runs(recorded_stores()[0])["run_id"].iloc[0]
    page = open_page("runs")
    page.session_state["forking"] = run_id  # as the button of a ticked row leaves it
    page.run()
    assert page.checkbox(key=f"fork_rate-{run_id}")
