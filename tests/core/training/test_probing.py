import json

import numpy as np
import pytest
import torch

from core.probes import PROBES
from core.probes.passes import PASS_PROBES, PassProbe
from core.probes.steps import STEP_PROBES
from core.training.probing import PASS_COST, PASS_SHARE, pass_interval
from core.training.recording import is_due


def profiles(trainer):
    """Steps by measure, of what was not collected yet."""
    rows, _ = trainer.probing.collect()
    found = {}
    for row in rows:
        found.setdefault(row["measure"], []).append(row["step"])
    return found


def test_a_run_that_is_probed_at_every_step_gives_the_same_numbers(make_trainer):
    probed, left_alone = make_trainer(probe_every=1), make_trainer(probe_every=10_000)
    assert probed.advance(20) == left_alone.advance(20)
    state, other = probed.state_dict(), left_alone.state_dict()
    assert all(torch.equal(state[name], other[name]) for name in state)


def test_passes_begin_before_training_and_steps_with_the_first_one(make_trainer):
    trainer = make_trainer(probe_every=5)
    trainer.advance(11)
    found = profiles(trainer)
    assert found["activation-std"] == [0, 1, 2, 4, 5, 10]
    assert found["gradient-norm"] == [1, 2, 4, 5, 10]


def test_rows_are_collected_once_and_fit_their_places(make_trainer):
    trainer = make_trainer(probe_every=1)
    trainer.advance(2)
    rows, measures = trainer.probing.collect()
    places = {row["measure"]: json.loads(row["places"]) for row in measures}
    assert all(
        len(np.frombuffer(row["numbers"], "<f4")) == len(places[row["measure"]]) for row in rows
    )
    assert trainer.probing.collect() == ([], [])


def test_a_resumed_run_measures_what_the_unbroken_one_would_have(make_trainer):
    unbroken, first, second = (make_trainer(probe_every=3) for _ in range(3))
    unbroken.advance(12)
    first.advance(7)
    second.load_state_dict(first.state_dict())
    second.advance(5)
    parts = [trainer.probing.collect()[0] for trainer in (first, second)]
    assert parts[0] + parts[1] == unbroken.probing.collect()[0]


def broken(*_):
    raise ZeroDivisionError("not today")


def test_a_probe_that_raises_stops_neither_training_nor_the_others(make_trainer, monkeypatch):
    monkeypatch.setitem(PASS_PROBES, "zeros", PassProbe(("output",), broken))
    trainer = make_trainer(probe_every=1)
    trainer.advance(3)
    rows, measures = trainer.probing.collect()
    assert trainer.step == 3
    measured = {row["measure"] for row in rows if row["step"] == 3}
    assert measured == set(PROBES) - {"zeros", "gate"}  # a residual net has no gates
    (fault,) = [row["fault"] for row in measures if row["fault"]]
    assert fault == "ZeroDivisionError at step 0: not today"


def test_a_pass_that_fails_as_a_whole_gives_up_its_probes_only(make_trainer, monkeypatch):
    monkeypatch.setattr("core.training.probing.read_pass", broken)
    trainer = make_trainer(probe_every=1)
    trainer.advance(2)
    found = profiles(trainer)
    assert set(found) == set(STEP_PROBES)


def test_a_run_that_diverges_is_looked_at_where_it_ended(make_trainer):
    trainer = make_trainer(learning_rate=1e9, batch_norm=False, probe_every=10_000)
    trainer.advance(50)
    assert trainer.diverged_at is not None
    found = profiles(trainer)
    assert found["activation-mean"][-1] == found["gradient-norm"][-1] == trainer.step


@pytest.mark.parametrize("steps", [468, 5_865, 64_000])
def test_passes_stay_within_their_share_of_a_run(steps):
    due = sum(is_due(step, pass_interval(steps), steps) for step in range(1, steps + 1))
    assert due * PASS_COST <= 2 * PASS_SHARE * steps  # those at powers of two come on top
