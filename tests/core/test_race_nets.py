"""Which nets of a race are compared, and by which of their runs."""

from core.distinguishable import Spread
from core.race_nets import Result, best_nets


def run(train, test=None, *, rate=0.1, status="finished", step=100, depth=20):
    return Result("plain-20", "plain", depth, rate, status, "", step, 100, train, test)


def test_seeds_of_a_net_are_taken_together():
    net = best_nets([run(10.0, 20.0), run(14.0, 22.0)])["plain", 20]
    assert net.train.mean == 12.0
    assert net.test is not None
    assert (net.test.mean, net.test.seeds) == (21.0, 2)


def test_a_net_stands_at_its_best_learning_rate():
    net = best_nets([run(10.0, rate=0.01), run(30.0, rate=0.1)])["plain", 20]
    assert (net.rate, net.rates, net.train) == (0.01, 2, Spread(10.0, 0.0, 1))


def test_a_net_without_a_test_has_no_test_error():
    assert best_nets([run(10.0)])["plain", 20].test is None


def test_runs_that_went_astray_or_have_just_begun_do_not_count():
    found = best_nets([run(90.0, status="diverged"), run(90.0, step=24), run(10.0, depth=8)])
    assert list(found) == [("plain", 8)]
