import pytest

from core.engines.local import LocalEngine
from core.presets import PRESETS
from core.store.reads import find_experiment, read_runs
from core.store.workers import beat, read_workers
from tests.dashboard.conftest import badges, figures, texts


def worker_id(store) -> str:
    return str(read_workers(store)["id"].iloc[0])


def test_interrupted_runs_are_told_and_can_be_resumed(open_page, put_runs, store):
    experiment_id = put_runs("interrupted")
    page = open_page(experiment=experiment_id)
    assert page.warning[0].value.startswith("2 runs interrupted")
    page.button(key="resume-all").click().run()
    assert list(read_runs(store, experiment_id)["status"]) == ["queued"] * 2
    assert not page.warning


def test_a_failed_run_tells_why(open_page, put_runs):
    page = open_page(experiment=put_runs("failed", "no image could be read"))
    assert [error.value for error in page.error] == [
        "plain-8 failed: no image could be read",
        "residual-8 failed: no image could be read",
    ]


def test_a_diverged_run_tells_the_step_and_the_others_are_judged(open_page, put_runs):
    message = "the loss was no longer a number at step 6"
    page = open_page(experiment=put_runs("diverged", message))
    assert message in texts(page)
    assert any(message in bar.text for bar in page.get("progress"))
    assert page.subheader[0].value.startswith("Not enough evidence")


def test_a_finished_race_folds_its_runs_away(open_page, put_runs):
    page = open_page(experiment=put_runs("finished"))
    assert [fold.label for fold in page.expander] == [
        "What each shortcut buys",
        "The 2 runs",
        "Advanced",
    ]
    assert not page.warning
    assert not page.error


def test_a_race_under_way_is_live(open_page, put_runs):
    page = open_page(experiment=put_runs("running"))
    assert badges(page) == {"live", "computed"}
    assert "2 training" in texts(page)


def test_a_race_that_waits_says_for_what(open_page, store):
    experiment_id, _ = LocalEngine(store).submit(PRESETS["quick"])
    beat(store, worker_id(store), state="starting")
    page = open_page(experiment=experiment_id)
    assert "PyTorch takes a few seconds" in page.info[0].value


@pytest.mark.parametrize(("preset", "quoted"), [("paper", True), ("cifar10", False)])
def test_only_the_papers_recipe_quotes_the_papers_errors(open_page, store, preset, quoted):
    experiment_id, _ = LocalEngine(store).submit(PRESETS[preset])
    assert ("quoted" in badges(open_page(experiment=experiment_id))) == quoted


def test_a_sweep_of_learning_rates_shows_error_by_rate(open_page, store):
    experiment_id, _ = LocalEngine(store).submit(PRESETS["tuning"])
    page = open_page(experiment=experiment_id)
    assert not page.exception
    assert figures(page) == ["training-curves", "error-by-rate"]


def test_the_gaps_between_depths_can_be_filled(open_page, store):
    experiment_id, _ = LocalEngine(store).submit(PRESETS["quick"])
    page = open_page(experiment=experiment_id)
    assert page.button(key="gaps").label.startswith("Fill the gaps")
    page.button(key="gaps").click().run()
    assert sorted(read_runs(store)["label"]) == [
        "plain-14",
        "plain-20",
        "plain-8",
        "residual-14",
        "residual-20",
        "residual-8",
    ]
    widened = find_experiment(store, experiment_id)
    assert widened is not None
    assert widened.depths == (8, 14, 20)
    assert "gaps" not in {button.key for button in page.button}


def test_a_race_without_gaps_offers_to_fill_none(open_page, put_runs):
    page = open_page(experiment=put_runs("finished"))
    assert "gaps" not in {button.key for button in page.button}
