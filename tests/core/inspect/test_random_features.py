"""Random features of a real data set, as a page asks for them."""

import pickle

import pytest
import torch
from threadpoolctl import threadpool_info

from core.inspect.random_features import random_features
from core.random_features import Settings


@pytest.mark.parametrize(("count", "error"), [(200, 27), (1000, 89)])
def test_the_embedded_images_have_the_error_of_the_reference(count, error):
    """The reference of the issue is Fashion-MNIST's own first images; these are others of it."""
    assert random_features(Settings(), count)["test_error"] == pytest.approx(error, abs=3)


@pytest.mark.slow
@pytest.mark.parametrize(("bandwidth", "error"), [(5.0, 19), (2.0, 45)])
def test_the_second_descent_ends_where_the_reference_says(bandwidth, error):
    """2.5 times wider V: about 45 %, says the issue."""
    row = random_features(Settings(bandwidth=bandwidth), 8000)
    assert row["test_error"] == pytest.approx(error, abs=3)
    assert row["train_squared"] < 1e-10


def test_looking_leaves_no_trace_and_an_answer_is_plain_data():
    before = torch.get_rng_state(), [pool["num_threads"] for pool in threadpool_info()]
    answer = random_features(Settings(images=50), 20)
    after = torch.get_rng_state(), [pool["num_threads"] for pool in threadpool_info()]
    assert torch.equal(before[0], after[0])
    assert before[1] == after[1]
    assert {type(value) for value in answer.values()} <= {int, float}
    assert b"numpy" not in pickle.dumps(answer)


def test_the_same_settings_give_the_same_answer_and_another_seed_another():
    one, again, other = (random_features(Settings(images=50, seed=s), 20) for s in (0, 0, 1))
    assert one == again
    assert one["test_error"] != other["test_error"]


def test_a_data_set_that_is_not_there_is_a_sentence():
    with pytest.raises(ValueError, match="there is no data set 'cifar'"):
        random_features(Settings(dataset="cifar"), 20)
