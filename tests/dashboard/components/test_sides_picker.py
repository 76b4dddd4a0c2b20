"""Which runs the page Inside compares, by its link and by its pickers."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.store.reads import read_runs
from dashboard.components.sides_picker import NOBODY, default_pair, race_names
from dashboard.data import gallery


def run(name: str, family: str, depth: int, seed: int = 0) -> SimpleNamespace:
    return SimpleNamespace(run_id=name, family=family, depth=depth, seed=seed, learning_rate=0.1)


RACE = [
    run("p8", "plain", 8),
    run("r8", "resnet", 8),
    run("p20", "plain", 20),
    run("r20", "resnet", 20),
    run("p20-1", "plain", 20, 1),
    run("r20-1", "resnet", 20, 1),
    run("r56", "resnet", 56),
]


@pytest.mark.parametrize(
    ("lit", "pair"),
    [
        (None, ("p20", "r20")),
        ("elsewhere", ("p20", "r20")),
        ("p8", ("p8", "r8")),
        ("r8", ("p8", "r8")),
        ("r20-1", ("p20-1", "r20-1")),
        ("r56", ("p20", "r56")),
    ],
)
def test_plain_and_residual_of_the_deepest_common_depth_unless_another_run_is_lit(lit, pair):
    assert default_pair(RACE, lit) == pair


@pytest.mark.parametrize(
    ("lit", "wanted", "pair"),
    [(None, 8, ("p8", "r8")), (None, 56, ("p20", "r20")), ("r20", 8, ("p20", "r20"))],
)
def test_a_page_may_prefer_a_depth_that_both_families_have(lit, wanted, pair):
    assert default_pair(RACE, lit, wanted) == pair


def test_a_race_of_one_family_compares_two_of_its_runs():
    assert default_pair([run("a", "plain", 8), run("b", "plain", 20)]) == ("b", "a")


def test_a_race_of_one_run_compares_it_with_nothing():
    assert default_pair([run("a", "plain", 8)]) == ("a", NOBODY)


def ids(store) -> dict[str, str]:
    runs = read_runs(store)
    return dict(zip(runs["label"], runs["run_id"], strict=True))


def chosen(page) -> tuple[str, str]:
    return page.selectbox(key="picked_left").value, page.selectbox(key="picked_right").value


def test_without_a_link_the_deepest_pair_of_the_recorded_race_is_shown(open_inside):
    page, recorded = open_inside(), ids(gallery())
    assert not page.exception
    assert not page.warning
    assert chosen(page) == (recorded["plain-56 · seed 0"], recorded["residual-56 · seed 0"])


def test_without_a_link_the_newest_race_under_way_is_shown(open_inside, put_runs, store):
    put_runs("finished", name="ended")
    experiment_id = put_runs("running", name="going")
    page = open_inside()
    assert page.selectbox(key="picked_race").value == experiment_id


def test_a_choice_goes_into_the_link_and_the_link_opens_it(open_inside, put_runs, store):
    experiment_id = put_runs("finished", depths=(8, 14))
    runs = ids(store)
    page = open_inside(experiment=experiment_id)
    page.selectbox(key="picked_left").select(runs["residual-8"]).run()
    page.selectbox(key="picked_right").select(ids(gallery())["plain-32 · seed 0"]).run()
    link = {key: page.query_params[key] for key in ("experiment", "left", "right")}
    again = open_inside(**link)
    assert chosen(again) == (runs["residual-8"], ids(gallery())["plain-32 · seed 0"])
    assert again.selectbox(key="picked_race").value == experiment_id


def test_another_race_brings_its_own_runs(open_inside, put_runs, store):
    experiment_id = put_runs("finished")
    page = open_inside(left=ids(gallery())["plain-8 · seed 0"], step="47")
    page.selectbox(key="picked_race").select(experiment_id).run()
    assert chosen(page) == (ids(store)["plain-8"], ids(store)["residual-8"])
    assert dict(page.query_params) == {"experiment": experiment_id}


def test_nothing_may_stand_on_the_right(open_inside):
    page = open_inside(right=NOBODY)
    assert not page.exception
    assert page.selectbox(key="picked_right").value == NOBODY


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_deleted_run_is_a_sentence_and_another_is_shown(open_inside, side):
    page = open_inside(**{side: "deadbeef"})
    assert not page.exception
    assert [one.value.split(";")[0] for one in page.warning] == ["There is no run deadbeef here"]
    assert chosen(page) == chosen(open_inside())


def test_a_deleted_race_is_a_sentence_and_the_newest_is_shown(open_inside):
    page = open_inside(experiment="nowhere")
    assert not page.exception
    assert page.warning[0].value.startswith("There is no race nowhere here")
    assert chosen(page) == chosen(open_inside())


def test_the_highlighted_run_is_preselected_and_stands_out(open_inside):
    lit = ids(gallery())["residual-20 · seed 0"]
    page = open_inside(run=lit)
    assert chosen(page)[1] == lit
    shown = [note.value for note in page.markdown if ":material/visibility:" in note.value]
    assert all("residual-20" in note for note in shown)
    page.button(key="lit-left").click().run()
    assert page.query_params["run"] == chosen(page)[0]


def started(race: str, name: str, second: int) -> SimpleNamespace:
    begun = datetime(2026, 11, 21, 9, 30, second, tzinfo=UTC)
    return SimpleNamespace(experiment_id=race, experiment=name, created_at=begun)


def test_races_of_one_name_are_told_apart_by_their_start_and_at_last_by_their_id():
    runs = [started("a", "classroom", 0), started("b", "quick", 0), started("c", "quick", 1)]
    assert race_names([*runs, started("d", "quick", 1)]) == {
        "a": "classroom",
        "b": "quick · 21 Nov, 09:30:00",
        "c": "quick · 21 Nov, 09:30:01 · c",
        "d": "quick · 21 Nov, 09:30:01 · d",
    }
