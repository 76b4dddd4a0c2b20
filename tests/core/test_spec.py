import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.spec import FAMILY_WORDS, MAX_DEPTH, Experiment, RunSpec, check_depth, explain
from dashboard import theme


def spec(**changes):
    return RunSpec(**{"family": "resnet", "depth": 20, "epochs": 1} | changes)


@given(st.integers(-10, 3000))
def test_a_depth_is_6n_plus_2_or_the_error_names_the_nearest(depth):
    if depth in range(8, MAX_DEPTH + 1, 6):
        assert check_depth(depth) == depth
    else:
        with pytest.raises(ValueError, match=f"depth {depth} is not 6n") as error:
            check_depth(depth)
        nearest = int(str(error.value).split()[-1])
        assert check_depth(nearest) == nearest
        assert min(abs(depth - d) for d in range(8, MAX_DEPTH + 1, 6)) == abs(depth - nearest)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("depth", 21, "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"),
        ("width", 0, "width 0 should be greater than or equal to 1; the nearest is 1"),
        ("family", "vgg", "family vgg should be 'plain' or 'resnet'"),
        ("learning_rate", 0, "learning rate 0 should be greater than 0"),
        ("milestones", (0.9, 0.5), "milestones (0.9, 0.5) must rise; the nearest is (0.5, 0.9)"),
        ("colour", "red", "there is no setting 'colour'"),
    ],
)
def test_a_bad_value_is_explained_in_one_sentence(field, value, sentence):
    with pytest.raises(ValidationError) as error:
        spec(**{field: value})
    assert explain(error.value) == {field: sentence}


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
