"""The page Inside as a whole."""

from core.store.reads import read_runs
from tests.dashboard.conftest import badges, figures, texts
from tests.dashboard.recordings import put_nets, put_profiles


def test_the_page_answers_its_questions_for_a_race_with_gradients(open_page, put_runs, store):
    experiment_id = put_runs("finished")
    for run_id in read_runs(store, experiment_id)["run_id"]:
        put_profiles(store, run_id, "gradient-norm", [[1, 1, 2, 4, 1]] * 3)
        put_nets(store, run_id, [1])
    page = open_page("inside", experiment=experiment_id, step="0")
    assert not page.exception
    assert page.title[0].value == "Inside"
    assert figures(page)[:4] == ["heatmap-left", "heatmap-right", "profile", "vanishing"]
    questions = [node.value for node in page.subheader]
    assert questions[:2] == ["What does each block see?", "Is it vanishing gradients?"]
    assert "plain-8: no vanishing gradients." in texts(page)
    assert {"recorded", "computed", "quoted"} <= badges(page)
