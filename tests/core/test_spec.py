import pytest
from pydantic import ValidationError

from core.refusals import RULES, explain
from core.spec import FAMILY_WORDS, Experiment, RunSpec
from dashboard import theme


def spec(**changes):
    return RunSpec(**{"family": "resnet", "depth": 20, "epochs": 1} | changes)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("depth", 21, "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"),
        ("width", 0, "width 0 is too small; the nearest is 1"),
        ("width", 300, "width 300 is too large; the nearest is 256"),
        ("width", "8.5", "width 8.5 is not a whole number"),
        (
            "family",
            "alexnet",
            "family alexnet must be 'plain', 'resnet', 'bottleneck', 'preact', 'highway' or 'vgg'",
        ),
        (
            "schedule",
            "plateau",
            "schedule plateau watches validation images and there are none; the nearest good"
            " validation fraction is 0.1",
        ),
        ("learning_rate", 0, "learning rate 0 is too small; it must be above 0"),
        ("learning_rate", "inf", "learning rate inf is not a finite number"),
        ("momentum", 1, "momentum 1 is too large; it must be below 1"),
        ("weight_decay", None, "weight decay nothing is not a number"),
        ("batch_norm", "maybe", "batch norm maybe must be True or False"),
        ("milestones", (0.9, 0.5), "milestones (0.9, 0.5) must rise; the nearest is (0.5, 0.9)"),
        ("colour", "red", "there is no setting colour"),
    ],
)
def test_a_bad_value_is_explained_in_one_sentence(field, value, sentence):
    with pytest.raises(ValidationError) as error:
        spec(**{field: value})
    assert explain(error.value) == {field: sentence}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "name is empty; give at least one letter"),
        ("name", None, "name is empty; give at least one letter"),
        ("name", 81 * "x", "name is too long; it has at most 80 letters"),
        ("families", (), "families: give at least one"),
        ("depths", None, "depths: give at least one"),
        ("seeds", ("x",), "seeds x is not a whole number"),
    ],
)
def test_a_bad_experiment_is_explained_in_one_sentence(field, value, sentence):
    with pytest.raises(ValidationError) as error:
        Experiment.model_validate({"name": "mine", "epochs": 1} | {field: value})
    assert explain(error.value) == {field: sentence}


def test_every_rule_a_setting_can_break_has_words():
    fields = Experiment.model_fields.keys() | RunSpec.model_fields.keys()
    found = set()
    for field in fields:
        for value in (None, "", "x", -1, 1e9, 0.5, "nan", (), ("x",), (-1,), (1e99,), 2, 99 * "x"):
            for model, least in ((Experiment, {"name": "a"}), (RunSpec, {"family": "plain"})):
                try:
                    model.model_validate(least | {"epochs": 1, field: value})
                except ValidationError as error:
                    found |= {problem["type"] for problem in error.errors()}
    assert found - {"value_error"} <= set(RULES)


@pytest.mark.parametrize("lengths", [{"epochs": None}, {"epochs": 1, "steps": 10}])
def test_a_run_has_one_length(lengths):
    with pytest.raises(ValidationError, match="either epochs or steps"):
        spec(**lengths)


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(ValueError, match="batch size 128 is larger than the 100 training images"):
        spec().total_steps(100)


def test_an_epoch_drops_the_last_partial_batch():
    assert spec(epochs=6).total_steps(10_000) == 6 * 78


def test_snapshots_are_log_spaced_and_end_with_the_last_step():
    assert spec(snapshots=8).snapshot_steps(468) == (1, 2, 5, 10, 22, 47, 101, 217, 468)
    assert spec(snapshots=0).snapshot_steps(468) == (468,)


def test_fewer_snapshots_are_kept_of_a_net_that_would_take_more_than_the_budget():
    budget = spec(snapshots=8, snapshot_megabytes=10)
    assert len(budget.snapshot_steps(468, megabytes=1.1)) == 9
    assert budget.snapshot_steps(468, megabytes=3.0) == (1, 22, 468)
    assert budget.snapshot_steps(468, megabytes=40.0) == (468,)  # the result is always kept


def test_an_experiment_is_the_grid_of_its_lists():
    experiment = Experiment(
        name="x", depths=(20, 8, 20), seeds=(0, 1), learning_rates=(0.1, 0.3), epochs=1
    )
    assert experiment.depths == (8, 20)
    assert len({run.model_dump_json() for run in experiment.specs()}) == 2 * 2 * 2 * 2


def test_only_nets_of_110_layers_and_more_warm_up():
    experiment = Experiment(name="x", depths=(56, 110), warmup_rate=0.01, epochs=1)
    assert {run.depth: run.warmup_rate for run in experiment.specs()} == {56: None, 110: 0.01}


def test_pages_and_specs_call_the_families_alike():
    assert {family: theme.family_word(family) for family in FAMILY_WORDS} == FAMILY_WORDS
