"""What figures and sentences are given of a recording."""

import numpy as np

from dashboard.figures.recording import as_recording
from tests.dashboard.recordings import recording

NAN = np.nan


def test_a_place_that_never_has_a_number_is_left_out():
    found = recording([[NAN, 1, 2], [NAN, 3, 4]])
    assert found.places == ("stages.0.0", "stages.1.0")
    assert found.overflow is None


def test_steps_before_the_first_number_are_left_out():
    found = recording([[NAN, NAN], [1, 2]])
    assert found.steps.tolist() == [1]
    assert found.overflow is None


def test_overflow_is_the_first_step_and_there_the_first_place_without_a_number():
    found = recording([[1, 1, 1], [1, np.inf, NAN], [NAN, NAN, NAN]])
    assert found.overflow == (1, "stages.0.0")


def test_the_profile_is_that_of_the_nearest_recorded_step():
    found = recording([[1, 2], [3, 4]], steps=[0, 10], step=7)
    assert found.profile_step == 10
    assert found.profile.tolist() == [3, 4]


def test_without_any_number_there_is_no_recording():
    nothing = np.full((2, 2), NAN, np.float32)
    assert as_recording(("a", "a", "plain", 8), ("x", "y"), np.arange(2), nothing, 0) is None
    assert as_recording(("a", "a", "plain", 8), ("x",), np.arange(0), nothing[:0, :1], 0) is None
