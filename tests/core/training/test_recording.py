import pytest

from core.training.recording import (
    FORWARD_SHARE,
    evaluation_interval,
    is_due,
    recording_interval,
)


def recorded_steps(steps: int) -> list[int]:
    return [step for step in range(1, steps + 1) if is_due(step, recording_interval(steps), steps)]


@pytest.mark.parametrize("steps", [1, 7, 149, 299, 300, 468, 5_865, 64_000])
def test_a_run_of_any_length_has_at_most_500_train_points_and_one_at_the_end(steps):
    recorded = recorded_steps(steps)
    assert recorded[-1] == steps
    assert min(steps, 150) <= len(recorded) <= 300


def test_early_steps_are_recorded_at_powers_of_two():
    assert recorded_steps(1_500)[:7] == [1, 2, 4, 8, 10, 20, 30]


@pytest.mark.parametrize(  # steps, batch size, test images: classroom, cifar10, paper
    ("steps", "batch_size", "test_images"),
    [(468, 128, 2_000), (5_865, 128, 10_000), (64_000, 128, 10_000)],
)
def test_testing_takes_less_than_a_tenth_of_the_training(steps, batch_size, test_images):
    evaluations = 2 + steps // evaluation_interval(steps, batch_size, test_images)
    assert FORWARD_SHARE * evaluations * test_images / batch_size < 0.11 * steps
    assert 5 < evaluations <= 500


def test_the_classroom_is_tested_at_least_once_an_epoch():
    assert evaluation_interval(468, 128, 2_000) <= 78


def test_testing_is_never_more_frequent_than_recording():
    assert evaluation_interval(10_000, 128, 1) == recording_interval(10_000)
